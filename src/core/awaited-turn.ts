import type { AsyncFrame } from './async-frame.ts';
import { Future } from './future.ts';
import { CANCELLED, PENDING } from './future-state.ts';
import { type ResolvingFunction, UnreadPromise } from './unread-promise.ts';

/**
 * An `await` that is over in the next iteration of the loop, if it is not cancelled before. It waits in the ready queue.
 * The future that other awaits wait for is made only when one is needed: to cancel it, to await it again, to name it.
 */
export abstract class AwaitedTurn extends UnreadPromise {
  /** @internal */
  declare _future: Future<unknown> | undefined;
  /** @internal */
  declare readonly _outcome: unknown;

  constructor(
    frame: AsyncFrame,
    resolve: ResolvingFunction,
    reject: ResolvingFunction,
    outcome: unknown,
  ) {
    super(frame, resolve, reject);
    this._future = undefined;
    this._outcome = outcome;
    frame._awaitTurn(this);
  }

  override get isCancelled(): boolean {
    return this._future?._state === CANCELLED;
  }
}

/** The turn of a `sleep(0)`, which can be cancelled. */
export class AwaitedPause extends AwaitedTurn {
  override get future(): Future<unknown> {
    if (this._future === undefined) {
      this._future = new Future<unknown>(undefined, (this.frame as AsyncFrame)._loop);
      this._future._purpose = this;
      if (this.isOver) this._future._finish(this._outcome);
    }
    return this._future;
  }

  override _run(): void {
    const future = this._future;
    (this.frame as AsyncFrame)._awaitOver(this);
    if (this.isOver) return;
    if (future?._state === CANCELLED) {
      this._settle(this._reject, future._makeCancelledError());
    } else {
      if (future?._state === PENDING) future._finish(this._outcome);
      this._settle(this._resolve, this._outcome);
    }
  }

  override toString(): string {
    return 'the next iteration';
  }
}

/** The turn of something that is done already, as an item that was taken from a queue. It cannot be cancelled. */
export class AwaitedResult extends AwaitedTurn {
  override get future(): Future<unknown> {
    if (this._future === undefined) {
      this._future = new Future<unknown>(undefined, (this.frame as AsyncFrame)._loop);
      this._future._finish(this._outcome);
    }
    return this._future;
  }

  override _run(): void {
    (this.frame as AsyncFrame)._awaitOver(this);
    if (!this.isOver) this._settle(this._resolve, this._outcome);
  }

  override toString(): string {
    return 'an await of something that is done';
  }
}
