/**
 * Type-ahead in Vue: `useTask()` runs a task for what is shown.
 *
 * - The next key, or the end of the component: the task is cancelled, its request is hung up, and nothing of it is shown.
 * - It fails, or takes too long: the error is shown, and the next key tries again.
 */
import { createTask, type Task } from 'skein';
import { createApp, defineComponent, h, ref, type ShallowRef, shallowRef, watch } from 'vue';
import { search } from './search.ts';

export interface TaskState<T> {
  readonly pending: boolean;
  /** The last result. It stays while the next task runs. */
  readonly value?: T | undefined;
  readonly error?: unknown;
}

/** Returns what to show of a task that is done. */
function stateOf<T>(task: Task<T>): TaskState<T> {
  try {
    return { pending: false, value: task.result() };
  } catch (error) {
    // What was thrown may be undefined.
    return { pending: false, error: error ?? new Error('The task failed without an error.') };
  }
}

/** Runs `work` as a task, anew when its input changes. */
export function useTask<Input, T>(
  input: () => Input,
  work: (input: Input) => Promise<T>,
): ShallowRef<TaskState<T>> {
  const state = shallowRef<TaskState<T>>({ pending: true });
  watch(
    input,
    (given, _, onCleanup) => {
      state.value = { pending: true, value: state.value.value };
      const task = createTask(() => work(given));
      task.addDoneCallback(() => {
        if (!task.cancelled()) state.value = stateOf(task);
      });
      onCleanup(() => void task.cancel('not shown any more'));
    },
    { immediate: true },
  );
  return state;
}

const TypeAhead = defineComponent(() => {
  const text = ref('');
  const found = useTask(() => text.value, search);
  const onInput = ({ target }: Event) => {
    text.value = (target as HTMLInputElement).value;
  };
  return () => {
    const { pending, value = [], error } = found.value;
    return [
      h('input', { value: text.value, onInput }),
      h('output', error !== undefined ? String(error) : pending ? '…' : value.join(' ')),
    ];
  };
});

/** Shows it in an element, and returns what takes it away. */
export function show(element: Element): () => void {
  const app = createApp(TypeAhead);
  app.mount(element);
  return () => app.unmount();
}
