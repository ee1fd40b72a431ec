import { partOf } from './errors.ts';
import type { PoolWorker } from './pool-worker.ts';

/** After so many starts in a row that failed, with no worker left, there is no hope. */
const maxFailedStarts = 3;
/** Before the second try, in ms; then twice as long each time. */
const firstDelay = 100;
const longestDelay = 10_000;

interface StartEvents {
  /** The time to try again has come. */
  again(): void;
  /** There is no hope. */
  hopeless(reason: string, cause: unknown): void;
}

/** Starts workers, waits ever longer after failures, and knows when to give up. */
export class WorkerStarts {
  readonly #open: (number: number) => PoolWorker;
  readonly #events: StartEvents;
  #opened = 0;
  #failed = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(open: (number: number) => PoolWorker, events: StartEvents) {
    this.#open = open;
    this.#events = events;
  }

  /** Whether a worker may be started now, and not only after a while. */
  get areAllowed(): boolean {
    return this.#retry === undefined;
  }

  /** @param othersLive - Whether there are workers that did start. */
  start(othersLive: boolean): PoolWorker | undefined {
    try {
      return this.#open(this.#opened++);
    } catch (error) {
      this.failed(partOf(error), error, othersLive);
      return undefined;
    }
  }

  succeeded(): void {
    this.#failed = 0;
  }

  failed(reason: string, cause: unknown, othersLive: boolean): void {
    // Workers that were started together and fail together are one failure.
    if (this.#retry !== undefined) return;
    this.#failed++;
    if (this.#failed >= maxFailedStarts && !othersLive) {
      this.#events.hopeless(reason, cause);
      return;
    }
    const delay = Math.min(firstDelay * 2 ** (this.#failed - 1), longestDelay);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#events.again();
    }, delay);
  }

  /** The next try would be for nobody. */
  forgetRetry(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }
}
