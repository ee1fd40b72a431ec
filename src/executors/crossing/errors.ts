import { refuseMaking } from '../../core/checks.ts';
import { brief } from '../../core/text.ts';
import { nameErrors } from '../../errors.ts';
import { isError } from './brands.ts';
import { registerError } from './error-classes.ts';
import type { WorkerEnd } from './line.ts';

/**
 * Thrown when an executor can run nothing any more because its workers do not start: by `submit()`, and by every future that
 * was waiting for a worker. Its `cause` says why.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor } from 'skein/executors';
 *
 * await using pool = new ThreadPoolExecutor({
 *   initializer() {
 *     throw new Error('there is no database');
 *   },
 * });
 * await pool.submit((n: number) => n * 2, 21); // throws BrokenExecutor
 * ```
 *
 * Follows `concurrent.futures.BrokenExecutor`. Differs: a worker that dies later breaks nothing; see
 * {@link WorkerLostError}.
 */
export class BrokenExecutor extends Error {
  /** Stable: it stays, whatever the class is called in a bundle. */
  readonly code = 'broken-executor';

  static {
    nameErrors(this, 'BrokenExecutor');
  }
}

/**
 * Thrown by the future of a job whose worker ended while it ran: by `process.exit()`, by an exception that was not caught, by
 * a signal, for lack of memory. Part of the work may have been done. All other jobs of the executor go on.
 *
 * If an exception that was not caught ended the worker, it is the `cause`.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor, WorkerLostError } from 'skein/executors';
 *
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 * const result = pool.submit(() => process.exit(3));
 * await result.catch((error) => error instanceof WorkerLostError && error.exitCode); // => 3
 * ```
 *
 * In Python a process that dies breaks the whole pool, with a `BrokenProcessPool`.
 */
export class WorkerLostError extends Error {
  /** Stable: it stays, whatever the class is called in a bundle. */
  readonly code = 'worker-lost';
  /** The name of the function that ran. */
  readonly job: string;
  /** The exit code of the worker; undefined if it had none. */
  readonly exitCode: number | undefined;
  /** The signal that ended a process: "SIGKILL". */
  readonly signal: string | undefined;
  /** Of a thread. */
  readonly threadId: number | undefined;
  /** Of a process. */
  readonly pid: number | undefined;
  /** The machine of a worker of a cluster. */
  readonly host: string | undefined;
  /**
   * How often the job was run. More than once only if it is `idempotent`. 0 if every worker that was given the job died before
   * it began, as its arguments were too large for its memory. The other fields tell of the last worker.
   */
  readonly runs: number;
  /** True if the worker ran out of memory: of the executor's `maxHeapMb`, or of what the host grants. */
  readonly heapLimit: boolean;

  static {
    nameErrors(this, 'WorkerLostError');
  }

  constructor(
    job: string,
    worker: {
      readonly place: string;
      readonly threadId: number | undefined;
      readonly pid: number | undefined;
      readonly host?: string;
    },
    end: WorkerEnd,
    runs: number,
  ) {
    if (typeof end?.heapLimit !== 'boolean') refuseMaking('WorkerLostError', 'submit', end);
    super(
      end.isUnresponsive === true && runs > 0
        ? `The worker (${worker.place}) ended after it ran \`${job}\`: ${reasonOf(end)}. Have jobs await all that they begin.`
        : `The worker (${worker.place}) ended ${runs === 0 ? 'before it began' : 'while it ran'} \`${job}\`: ${reasonOf(end)}. ${adviceAfter(runs)}`,
      end.uncaught === undefined ? undefined : { cause: end.uncaught.error },
    );
    this.job = job;
    this.exitCode = end.exitCode;
    this.signal = end.signal;
    this.threadId = worker.threadId;
    this.pid = worker.pid;
    this.host = worker.host;
    this.heapLimit = end.heapLimit;
    this.runs = runs;
  }
}

function adviceAfter(runs: number): string {
  if (runs === 0) {
    return 'So did those before it that were given the job. Give it smaller arguments, or the workers more memory.';
  }
  return runs > 1
    ? `So did ${runs === 2 ? 'the one' : `the ${runs - 1}`} before it: the job was run ${runs} times.`
    : 'Part of the work may be done; submit it again if that does no harm.';
}

/** Returns how a worker ended, as the end of a sentence. */
export function reasonOf(end: WorkerEnd): string {
  if (end.reason !== undefined) return end.reason;
  if (end.heapLimit) return 'it reached its heap limit';
  if (end.uncaught !== undefined) return `nobody caught ${partOf(end.uncaught.error)}`;
  if (end.signal !== undefined) return `signal ${end.signal}`;
  return end.exitCode === undefined ? 'it is gone' : `exit code ${end.exitCode}`;
}

/** Returns the error for a value that could be sent and not be read. */
export function lostOnTheWay(job: string, reason: string): Error {
  return new Error(
    `What \`${job}\` was given or has returned was copied, but could not be put together again: ${reason}.`,
  );
}

/** Returns a thrown value as the end of a sentence. */
export function partOf(thrown: unknown): string {
  return textOf(thrown).replace(/\.$/, '');
}

/** Returns a thrown value as text. */
export function textOf(thrown: unknown): string {
  try {
    if (isError(thrown)) return `${thrown.name}: ${thrown.message}`;
    return typeof thrown === 'string' ? JSON.stringify(thrown) : String(thrown);
  } catch {
    return brief(thrown);
  }
}

registerError(BrokenExecutor, 'skein.BrokenExecutor');
registerError(WorkerLostError, 'skein.WorkerLostError');
