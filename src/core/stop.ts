import { currentTask } from './current.ts';
import { asExit } from './exits.ts';
import { advised } from './expected.ts';
import type { Future } from './future.ts';
import type { Runnable } from './ready-queue.ts';
import { isLost, tell } from './unretrieved.ts';

/** A future of work that may go on after the future is done. */
interface EndsLater {
  /** @internal Calls `fn` when the work has ended. */
  _whenEnded?(fn: () => void): void;
}

/**
 * `future.stop()`: cancels it, and returns a future of its end.
 *
 * @throws TypeError when the task itself calls it: it would wait for its own end.
 */
export function stop(this: Future<unknown>, reason?: unknown): Future<void> {
  if (currentTask() === this) {
    throw new TypeError(
      advised(
        `\`stop()\` expected to be called outside of the task, but got ${this._name()}.`,
        'stop',
      ),
    );
  }
  const end = asExit(this._loop.createFuture<void>());
  if (this.done()) {
    end.setResult();
    return end;
  }
  end._purpose = { toString: () => `the end of ${this._shortText()}` };
  this.cancel(reason);
  const settle = (): void => {
    if (!end.done()) end.setResult();
  };
  // No done callback: that would count as one that may read the outcome.
  const atEnd: Runnable = {
    _run: () => {
      if (isLost(this)) tell(this, `${this._name()} failed while it was stopped`);
      const { _whenEnded = (fn) => fn() } = this as EndsLater;
      _whenEnded.call(this, settle);
    },
  };
  this._addWaiter(atEnd);
  return end;
}
