import { currentTask } from './current.ts';
import { asExit } from './exits.ts';
import { advised } from './expected.ts';
import type { Future } from './future.ts';
import { overridesCallbacks } from './overrides.ts';
import type { Runnable } from './ready-queue.ts';

/** A future of work that may go on after the future is done. */
interface EndsLater {
  /** @internal Calls `fn` when the work has ended. */
  _whenEnded?(fn: () => unknown): void;
}

/**
 * Cancels the work, and returns a future of its end: a task has cleaned up then, and the worker of a job is free. It throws only if
 * the caller is cancelled while it waits. A failure of the cleanup goes to the exception handler, unless other code awaits the task.
 *
 * @param reason - As for `cancel()`.
 * @throws TypeError when the task itself calls it: it would wait for its own end.
 *
 * @example
 * ```ts
 * import { createTask, run, sleep } from 'skein';
 *
 * await run(async () => {
 *   const task = createTask(async () => {
 *     try {
 *       await sleep(60_000);
 *     } finally {
 *       await sleep(5);
 *       console.log('cleaned up');
 *     }
 *   });
 *   await sleep(1);
 *   await task.stop();
 *   return task.cancelled();
 * }); // => true
 * // Output:
 * // cleaned up
 * ```
 *
 * asyncio has no such thing: there one writes `task.cancel()`, awaits the task, and catches.
 */
export type Stop = (reason?: unknown) => Future<void>;

export function stop(this: Future<unknown>, reason?: unknown): Future<void> {
  if (currentTask() === this) {
    const got = `\`stop()\` expected another task, but got ${this._name()}.`;
    throw new TypeError(advised(got, 'stop'));
  }
  const end = asExit(this._loop.createFuture<void>());
  end._purpose = { toString: () => `the end of ${this._shortText()}` };
  const wasDone = this.done();
  const ended = (): void => {
    const failures = wasDone ? undefined : this._loop._unretrieved;
    if (failures?.isLost(this)) failures.tell(this, `${this._name()} failed while it was stopped`);
    // A job of a pool may run on, also one that was cancelled before.
    const { _whenEnded = (fn) => fn() } = this as EndsLater;
    _whenEnded.call(this, () => end.done() || end.setResult());
  };
  if (!wasDone) this.cancel(reason);
  if (wasDone) ended();
  else if (overridesCallbacks(this)) this.addDoneCallback(ended);
  // No done callback: that would count as one that may read the outcome.
  else this._addWaiter({ _run: ended } as Runnable);
  return end;
}
