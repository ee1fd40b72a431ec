/**
 * Type-ahead in React: `useTask()` runs a task for what is shown.
 *
 * - The next key, or the end of the component: the task is cancelled, its request is hung up, and nothing of it is shown.
 * - It fails, or takes too long: the error is shown, and the next key tries again.
 * - In StrictMode React shows each component twice at first: the first task is cancelled before its pause is over, so there is one request.
 */
import { type DependencyList, StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { createTask, type Task } from 'skein';
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

/** Runs `work` as a task, anew when `inputs` change. */
export function useTask<T>(work: () => Promise<T>, inputs: DependencyList): TaskState<T> {
  const [state, setState] = useState<TaskState<T>>({ pending: true });
  useEffect(() => {
    setState(({ value }) => ({ pending: true, value }));
    const task = createTask(work);
    task.addDoneCallback(() => {
      if (!task.cancelled()) setState(stateOf(task));
    });
    return () => void task.cancel('not shown any more');
    // biome-ignore lint/correctness/useExhaustiveDependencies: `inputs` are those of `work`.
  }, inputs);
  return state;
}

function TypeAhead() {
  const [text, setText] = useState('');
  const { pending, value = [], error } = useTask(() => search(text), [text]);
  return (
    <>
      <input value={text} onChange={({ target }) => setText(target.value)} />
      <output>{error !== undefined ? String(error) : pending ? '…' : value.join(' ')}</output>
    </>
  );
}

/** Shows it in an element, and returns what takes it away. */
export function show(element: Element): () => void {
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <TypeAhead />
    </StrictMode>,
  );
  return () => root.unmount();
}
