import '../../../core/unretrieved.ts';
import { refuseMaking } from '../../../core/checks.ts';
import type { EventLoop } from '../../../core/event-loop.ts';
import { Future } from '../../../core/future.ts';
import { OutsideWork } from '../../../core/outside-work.ts';
import type { PurposeKind } from '../../../core/purpose.ts';

/** The job of a future. */
export interface FutureOwner {
  readonly name: string;
  running(): boolean;
  /** Calls `fn` once no worker runs the job, or at once if none does. */
  whenLeft(fn: () => void): void;
  /** The future is done: the outcome of the worker has come, or the program has settled or cancelled it. */
  settled(): void;
}

/**
 * The future of a job in a pool of workers.
 *
 * `cancel()` cancels a pending future at once. If no worker has begun the job, it never begins. If the job runs, it is asked
 * to stop by its signal (see {@link currentJob}), and its worker is ended when it does not; its outcome is dropped.
 * `running()` tells the two apart.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor } from 'skein/executors';
 *
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 * const future = pool.submit((n: number) => n * 2, 21);
 * future.running(); // => false
 * await future; // => 42
 *
 * const unwanted = pool.submit((n: number) => n * 2, 22);
 * unwanted.cancel('not needed'); // => true
 * await unwanted; // throws CancelledError: not needed
 * ```
 *
 * Follows what `loop.run_in_executor()` returns. Differs: it knows `running()`, as `concurrent.futures.Future` does.
 */
export class PoolFuture<T> extends Future<T> {
  /** @internal */
  readonly _owner: FutureOwner;
  /** @internal The job counts as work outside of the loop until the future is settled. */
  readonly _outside: OutsideWork;

  /** @internal */
  constructor(loop: EventLoop, owner: FutureOwner) {
    const isOurs = typeof loop?._outside === 'number' && typeof owner?.settled === 'function';
    if (!isOurs) refuseMaking('PoolFuture', 'submit', loop);
    super({ loop });
    this._owner = owner;
    this._outside = new OutsideWork(loop);
  }

  /** Tells whether a worker is running the job: also after `cancel()`, until the worker is done with it. */
  running(): boolean {
    return this._owner.running();
  }

  /** @internal */
  _whenEnded(fn: () => void): void {
    this._owner.whenLeft(fn);
  }

  /** @internal */
  get _kind(): PurposeKind {
    return 'job';
  }

  /** @internal Made only when it is needed: a text for each job would cost more than a small job. */
  override _shortText(): string {
    return `\`${this._owner.name}\` in an executor`;
  }

  /** @internal Called once, however the future becomes done. */
  override _wakeWaiters(): void {
    this._outside.close();
    super._wakeWaiters();
    this._owner.settled();
  }
}
