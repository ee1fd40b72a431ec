import { OncePerTurn } from './later.ts';
import type { PoolWorker } from './pool-worker.ts';

/**
 * Workers that have nothing to do. They do not keep the program alive; one that has nothing to do for too long is given to
 * `tooLong`.
 */
export class IdleWorkers {
  /** The one that worked last is at the end. */
  readonly #workers: PoolWorker[] = [];
  readonly #timers = new Map<PoolWorker, ReturnType<typeof setTimeout>>();
  readonly #timeout: number;
  /** To tell the host costs as much as to send a small job, and the next one often comes at once: so it is told later. */
  readonly #lettingGo = new OncePerTurn(() => {
    for (const worker of this.#workers) worker.keepAlive(false);
  });
  readonly #tooLong: (worker: PoolWorker) => void;

  constructor(timeout: number, tooLong: (worker: PoolWorker) => void) {
    this.#timeout = timeout;
    this.#tooLong = tooLong;
  }

  get count(): number {
    return this.#workers.length;
  }

  /** The one that worked last first, as it is warm. */
  list(): PoolWorker[] {
    return [...this.#workers].reverse();
  }

  add(worker: PoolWorker): void {
    this.#workers.push(worker);
    this.#lettingGo.ask();
    if (this.#timeout === Number.POSITIVE_INFINITY) return;
    const timer = setTimeout(() => {
      this.#timers.delete(worker);
      this.#tooLong(worker);
    }, this.#timeout);
    // It is for nobody but itself: the program need not wait for it.
    (timer as { unref?(): void }).unref?.();
    this.#timers.set(worker, timer);
  }

  /** It has something to do, or is gone. */
  remove(worker: PoolWorker): void {
    const at = this.#workers.indexOf(worker);
    if (at !== -1) this.#workers.splice(at, 1);
    const timer = this.#timers.get(worker);
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#timers.delete(worker);
  }
}
