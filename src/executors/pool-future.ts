import type { EventLoop } from '../core/event-loop.ts';
import { Future } from '../core/future.ts';
import type { OutsideWork } from '../core/outside-work.ts';

/** What a pool keeps of a job, as its future sees it. */
export interface FutureOwner {
  readonly name: string;
  running(): boolean;
  /** The future is done: with an outcome from the worker, or because the program settled or cancelled it. */
  settled(): void;
}

/**
 * The future of a job in a pool of workers.
 *
 * `cancel()` cancels it whenever it is pending, at once. A job that no worker has begun never begins then. One that runs
 * is asked to stop, by its signal (see {@link currentJob}), and its worker is ended when it does not; what becomes of it is
 * dropped. Ask `running()` to know which of the two it is.
 *
 * Follows what `loop.run_in_executor()` answers. Differs: it knows `running()`, as `concurrent.futures.Future` does.
 */
export class PoolFuture<T> extends Future<T> {
  /** @internal */
  readonly _owner: FutureOwner;
  /** @internal The job counts as work outside of the loop until the future is settled. */
  readonly _outside: OutsideWork;

  /** @internal */
  constructor(loop: EventLoop, owner: FutureOwner) {
    super({ loop });
    this._owner = owner;
    this._outside = loop._expectOutside();
  }

  /** Tells whether a worker is running the job: also after `cancel()`, until the worker is done with it. */
  running(): boolean {
    return this._owner.running();
  }

  /** @internal Made when asked for: a text for each job would cost more than many a job. */
  override _shortText(): string {
    return `\`${this._owner.name}\` in an executor`;
  }

  /** @internal The one place that every way of being settled passes through. */
  override _wakeWaiters(): void {
    this._outside.close();
    super._wakeWaiters();
    this._owner.settled();
  }
}
