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

/** Waits for the end of `future`, without retrieving its failure. */
class Ending implements Runnable {
  readonly #future: Future<unknown>;
  readonly #end: Future<void>;

  constructor(future: Future<unknown>, end: Future<void>) {
    this.#future = future;
    this.#end = end;
  }

  /** @internal */
  _run(): void {
    const future = this.#future;
    if (isLost(future)) tell(future, `${future._name()} failed while it was stopped`);
    const { _whenEnded } = future as EndsLater;
    if (_whenEnded === undefined) this.#settle();
    else _whenEnded.call(future, () => this.#settle());
  }

  #settle(): void {
    if (!this.#end.done()) this.#end.setResult();
  }
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
  this._addWaiter(new Ending(this, end));
  return end;
}
