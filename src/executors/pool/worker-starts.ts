import { HostDelay } from '../../core/host-delay.ts';
import { partOf } from '../crossing/errors.ts';
import { CannotStart, type LineToWorker } from '../crossing/line.ts';
import type { PoolWorker } from './pool-worker.ts';
import type { WorkerSettings } from './worker-events.ts';

/** A pool gives up after so many starts in a row that failed, if it has no worker left. */
const maxFailedStarts = 3;
/** The delay before the second try. It doubles with each further one. */
const firstDelayMs = 100;
const longestDelayMs = 10_000;

interface StartEvents {
  /** Workers may be started again. */
  again(): void;
  /** Starts have failed too often. */
  hopeless(reason: string, cause: unknown): void;
}

/** Starts workers, waits ever longer after failures, and gives up at last. */
export class WorkerStarts {
  readonly #open: (number: number) => PoolWorker;
  readonly #events: StartEvents;
  #opened = 0;
  #failed = 0;
  #retry: HostDelay | undefined;

  constructor(open: (number: number) => PoolWorker, events: StartEvents) {
    this.#open = open;
    this.#events = events;
  }

  /** False while the delay after a failure lasts. */
  get areAllowed(): boolean {
    return this.#retry === undefined;
  }

  /**
   * @param othersLive - True if some worker of the pool has started.
   * @returns undefined when it failed at once.
   */
  start(othersLive: boolean): PoolWorker | undefined {
    try {
      return this.#open(this.#opened++);
    } catch (error) {
      const reason = error instanceof CannotStart ? error.message : partOf(error);
      this.failed(reason, error, othersLive);
      return undefined;
    }
  }

  /** A worker has started. */
  succeeded(): void {
    this.#failed = 0;
  }

  /** A worker has not started. */
  failed(reason: string, cause: unknown, othersLive: boolean): void {
    // Workers that were started together and fail together are one failure.
    if (this.#retry !== undefined) return;
    this.#failed++;
    if (this.#failed >= maxFailedStarts && !othersLive) {
      this.#events.hopeless(reason, cause);
      return;
    }
    const delay = Math.min(firstDelayMs * 2 ** (this.#failed - 1), longestDelayMs);
    this.#retry = new HostDelay(() => {
      this.#retry = undefined;
      this.#events.again();
    }, delay);
  }

  /** Ends the delay after a failure: no job needs the next worker. */
  forgetRetry(): void {
    this.#retry?.clear();
    this.#retry = undefined;
  }
}

/**
 * Sends a new worker its first message, with the arguments of the initializer. These are the program's own: they may have
 * changed since the executor was made, so that they cannot be copied any more.
 *
 * @param claims - The claim table, if the worker shares it.
 * @throws what the line throws. The worker is ended then, as no pool has it that would end it.
 */
export function sendStart(
  line: LineToWorker,
  { initializer, teardown, tsx }: WorkerSettings,
  claims: Int32Array | undefined,
): void {
  try {
    line.post({ type: 'start', initializer, teardown, tsx, claims });
  } catch (error) {
    line.terminate();
    throw error;
  }
}
