import { cancelAll } from '../core/cancel-all.ts';
import type { Body, Coroutine } from '../core/coroutine.ts';
import { asExit } from '../core/exits.ts';
import { hasFailed, textOf, wasCancelled } from '../core/foreign-future.ts';
import type { Future } from '../core/future.ts';
import { runBody } from '../core/run-body.ts';
import type { Task } from '../core/task.ts';
import { tell } from '../core/unretrieved.ts';
import { whenDone } from '../core/when-done.ts';
import { CancelledError } from '../errors.ts';

/** Given to the function of `tg.start()`, which calls it once, with the value for the caller, when it is ready. */
export type Started<T> = (value: T) => void;

/**
 * A task of a group that `tg.start()` has begun.
 *
 * States: starting → started (it called `started()`; from now on it is a task like any other) or ended (it ended before). While it is
 * starting, its failure is thrown by `start()`, and does not stop the group.
 */
export class Starting<T> {
  #value: { readonly is: T } | undefined;
  /** True if the caller of `start()` has gone. What the task does is the group's. */
  #isAbandoned = false;
  #change: Future<void> | undefined;

  /** True if the end of the task concerns `start()`, and not the group. */
  get isPending(): boolean {
    return this.#value === undefined && !this.#isAbandoned;
  }

  /** The coroutine of the task. */
  *run(body: Body<[started: Started<T>], unknown>): Coroutine<unknown> {
    return yield* runBody(body, this.#started);
  }

  readonly #started = (value: T): void => {
    if (this.#value !== undefined) {
      throw new Error('`started()` expected to be called once, but this is the second call.');
    }
    this.#value = { is: value };
    this.#wake();
  };

  readonly #wake = (): void => {
    if (this.#change?.done() === false) this.#change.setResult();
  };

  /** Waits until the task has started. If the caller is cancelled before that, the task is cancelled and awaited. */
  *wait(task: Task<unknown>): Coroutine<T> {
    let cancellation: CancelledError | undefined;
    const listening = whenDone(task, this.#wake, {
      _awaited: () => (this.#change ? [this.#change] : []),
    });
    try {
      while (this.#value === undefined && !task.done()) {
        const change = task.getLoop().createFuture<void>();
        this.#change = cancellation === undefined ? change : asExit(change);
        change._purpose = { toString: () => `start() of ${textOf(task)}` };
        try {
          yield* change;
        } catch (error) {
          if (!(error instanceof CancelledError)) throw error;
          cancellation = error;
          if (this.#value === undefined) cancelAll([task], error.reason);
        }
      }
    } finally {
      listening.leave();
      if (this.#value === undefined && !task.done()) this.#isAbandoned = true;
    }
    if (cancellation !== undefined) {
      if (this.#value === undefined && hasFailed(task)) {
        tell(task, 'Exception in a task that `start()` had cancelled');
      }
      throw cancellation;
    }
    if (this.#value !== undefined) return this.#value.is;
    if (!wasCancelled(task)) task.result();
    throw new Error(
      `\`start()\` expected its function to call \`started()\`, but ${textOf(task)} ended before.`,
    );
  }
}
