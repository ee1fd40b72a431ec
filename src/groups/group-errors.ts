import type { EventLoop } from '../core/event-loop.ts';
import { Future } from '../core/future.ts';
import { tell } from '../core/unretrieved.ts';
import { ExceptionGroup } from './exception-group.ts';

/** The errors of one group, of its tasks and of its body. */
export class GroupErrors {
  readonly #loop: EventLoop;
  readonly #throwsFirst: boolean;
  readonly #ofTasks: unknown[] = [];
  readonly #ofBody: unknown[] = [];
  #first: { readonly error: unknown } | undefined;

  constructor(loop: EventLoop, throwsFirst: boolean) {
    this.#loop = loop;
    this.#throwsFirst = throwsFirst;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  addOfTask(error: unknown): void {
    this.#first ??= { error };
    this.#ofTasks.push(error);
  }

  addOfBody(error: unknown): void {
    this.#first ??= { error };
    this.#ofBody.push(error);
  }

  /** Returns what the group throws, and reports what it does not. Not to be called when there are none. */
  toThrow(): unknown {
    // The errors of tasks come first, as in asyncio.
    const all = [...this.#ofTasks, ...this.#ofBody];
    if (!this.#throwsFirst) return new ExceptionGroup('unhandled errors in a TaskGroup', all);
    const { error: first } = this.#first as { readonly error: unknown };
    // A body that awaits a task may throw its error again.
    for (const exception of new Set(all)) {
      if (exception === first) continue;
      const message = 'Exception in a task group that had failed before';
      this.#loop._report({ message, exception });
    }
    return first;
  }

  /** The group has ended, and cannot throw it. */
  reportLate(error: unknown, task: Future<unknown>): void {
    const message = 'A task of a group failed after the group had ended';
    if (task instanceof Future) tell(task, message);
    else this.#loop._report({ message, exception: error, future: task });
  }
}
