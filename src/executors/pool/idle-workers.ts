import { HostDelay } from '../../core/host-delay.ts';
import { OncePerTurn } from '../crossing/later.ts';
import type { PoolWorker } from './pool-worker.ts';

/**
 * The workers that have nothing to do. They do not keep the program alive. A worker that has nothing to do for `idleTimeout`
 * is given to `tooLong`.
 */
export class IdleWorkers {
  /** Each with the timer of its `idleTimeout`. The worker that became idle last is at the end. */
  readonly #workers = new Map<PoolWorker, HostDelay>();
  readonly #timeoutMs: number;
  /** Delayed, as to tell the host costs as much as to send a small job, and the next job often comes at once. */
  readonly #lettingGo = new OncePerTurn(() => {
    for (const worker of this.#workers.keys()) worker.keepAlive(false);
  });
  readonly #tooLong: (worker: PoolWorker) => void;

  constructor(timeoutMs: number, tooLong: (worker: PoolWorker) => void) {
    this.#timeoutMs = timeoutMs;
    this.#tooLong = tooLong;
  }

  get count(): number {
    return this.#workers.size;
  }

  /** The worker that worked last comes first, as it is warm. */
  list(): PoolWorker[] {
    return [...this.#workers.keys()].reverse();
  }

  /** The worker has nothing to do. */
  add(worker: PoolWorker): void {
    if (this.#workers.has(worker)) return;
    this.#workers.set(worker, this.#startTimer(worker));
    this.#lettingGo.ask();
  }

  /** The worker has something to do, or is about to end. */
  remove(worker: PoolWorker): void {
    if (!this.#workers.has(worker)) return;
    this.#workers.get(worker)?.clear();
    this.#workers.delete(worker);
  }

  #startTimer(worker: PoolWorker): HostDelay {
    const timer = new HostDelay(() => this.#tooLong(worker), this.#timeoutMs);
    // The program must not stay alive only to end an idle worker.
    timer.unref();
    return timer;
  }
}
