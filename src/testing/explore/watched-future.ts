import type { EventLoop } from '../../core/event-loop.ts';
import { Future } from '../../core/future.ts';
import type { Runnable } from '../../core/ready-queue.ts';

/** Is told which questions a step has to do with. */
export interface Watcher {
  touches(future: WatchedFuture<unknown>): void;
}

/** The future of a question that notes when it is looked at, awaited, or cancelled: all of these read its state. */
export class WatchedFuture<T> extends Future<T> {
  static {
    Object.defineProperty(this.prototype, '_state', {
      get(this: WatchedFuture<unknown>) {
        this._watcher?.touches(this);
        return this._watchedState;
      },
      set(this: WatchedFuture<unknown>, state: number) {
        this._watchedState = state;
      },
    });
  }

  declare _watchedState: number;
  declare _watcher: Watcher | undefined;
  /** Its number among the questions of the run. */
  declare readonly number: number;

  constructor(loop: EventLoop, watcher: Watcher, number: number) {
    super(undefined, loop);
    this._watcher = watcher;
    this.number = number;
  }

  /** @internal */
  override _addWaiter(waiter: Runnable): void {
    this._watcher?.touches(this as WatchedFuture<unknown>);
    super._addWaiter(waiter);
  }
}
