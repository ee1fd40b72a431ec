import { checkFlag, checkOptions } from '../core/checks.ts';
import type { ShutdownOptions, Work } from '../core/executor.ts';
import type { Future } from '../core/future.ts';
import { nameOf } from '../core/text.ts';
import { type AnyFunction, codeOf, referenceOf } from '../executors/crossing/portable-function.ts';
import type { Code } from '../executors/crossing/protocol.ts';
import { checkDuration } from '../executors/crossing/submit-options.ts';
import { Executor } from '../executors/executor.ts';
import type { SubmitChunk } from '../executors/map-chunks.ts';
import { codeFor } from '../executors/pool/job/job-code.ts';
import type { CurrentJob } from '../executors/worker/running-job.ts';
import { Cluster } from './cluster.ts';
import type { ClusterFuture } from './cluster-future.ts';
import type { ClusterJob } from './cluster-job.ts';
import {
  type CheckedOptions,
  type ClusterOptions,
  type ClusterSubmitOptions,
  checkClusterSubmitOptions,
  checkId,
  checkQueueOptions,
  checkWhole,
} from './cluster-options.ts';
import type { ClusterStatistics } from './cluster-statistics.ts';
import { connect } from './connect.ts';
import { Wire } from './wire.ts';

const own = ['maxQueue', 'keepResult', 'offline', 'sweep'];
const plain: CheckedOptions = { submit: {} };
const defaultSweepMs = 10_000;

/**
 * Runs functions on other machines, by a queue that Redis keeps (or Valkey). Servers of the same queue run them: `serveCluster()`, or
 * the command `skein worker`. Everything else is as with a pool: a future for each job, `cancel()`, `map()`, timeouts, progress.
 *
 * Functions cross by name only, so that they have to be declared with `declareFunctions()`, and served under that name. Arguments and
 * results are copied.
 *
 * Every future settles as long as the server can be reached and a server of the queue runs. A job is begun at most once: if its server
 * is lost, its future fails with a `WorkerLostError`, although the job may have done its work. A job that is `idempotent` is run again.
 *
 * The packages `bullmq` and `ioredis` have to be installed, except for `'memory:'`, which keeps the queue in this process.
 *
 * @example
 * ```ts
 * import { declareFunctions } from 'skein/executors';
 * import { ClusterExecutor, serveCluster } from 'skein/cluster';
 *
 * const work = declareFunctions(import.meta.url, {
 *   square: (n: number): number => n * n,
 * });
 *
 * const where = { connection: 'memory:', queue: 'squares' };
 * await using server = await serveCluster(work, { ...where, executor: 'inline' });
 * await using cluster = new ClusterExecutor(where);
 * await cluster.submit(work.square, 4); // => 16
 * ```
 *
 * Follows `concurrent.futures.Executor`, which has nothing like it; Celery and Dask have.
 */
export class ClusterExecutor extends Executor {
  readonly #cluster: Cluster;

  /**
   * @throws TypeError or RangeError for a wrong option. If the server cannot be used, `submit()` and the futures say so.
   */
  constructor(options: ClusterOptions) {
    super();
    const caller = 'new ClusterExecutor';
    const { connection, queue, ...wire } = checkQueueOptions(caller, options, own);
    const { maxQueue = Number.POSITIVE_INFINITY, keepResult } = options;
    const { offline = Number.POSITIVE_INFINITY, sweep = defaultSweepMs } = options;
    if (maxQueue !== Number.POSITIVE_INFINITY)
      checkWhole(`\`${caller}()\``, 'maxQueue', maxQueue, 1);
    if (keepResult !== undefined) checkWhole(`\`${caller}()\``, 'keepResult', keepResult, 1);
    checkDuration(`\`${caller}()\``, 'offline', offline);
    checkWhole(`\`${caller}()\``, 'sweep', sweep, 1);
    const settings = { wire: new Wire(wire), maxQueue, keepResult, offline, sweep };
    this.#cluster = new Cluster(settings, connect(connection, queue));
  }

  override submit<Args extends unknown[], R>(fn: Work<Args, R>, ...args: Args): ClusterFuture<R> {
    return futureOf(this.#cluster.submit(codeByName(fn, plain), args, plain, this.submit));
  }

  /**
   * Runs `fn(...args)` as `submit()` does, with options.
   *
   * @throws TypeError or RangeError for a wrong option; as `submit()`.
   */
  submitWith<Args extends unknown[], R, Progress = unknown>(
    options: ClusterSubmitOptions<Progress>,
    fn: (this: CurrentJob<Progress>, ...args: Args) => R | PromiseLike<R>,
    ...args: Args
  ): ClusterFuture<R> {
    const checked = checkClusterSubmitOptions(options as ClusterSubmitOptions<never>, 'submitWith');
    const code = codeByName(fn, checked);
    return futureOf(this.#cluster.submit(code, args, checked, this.submitWith));
  }

  /**
   * Returns a future of the job that was submitted with this `id`, by this program or another one. If the server knows neither the job
   * nor its outcome, the future fails with a `JobLostError`.
   *
   * @throws TypeError for what is no id; Error after `shutdown()`.
   *
   * @example
   * ```ts no-run
   * import { ClusterExecutor } from 'skein/cluster';
   *
   * await using cluster = new ClusterExecutor({ connection: 'redis://localhost', queue: 'reports' });
   * const report = await cluster.attach<string>('report of May');
   * ```
   */
  attach<R>(id: string): ClusterFuture<R> {
    checkId(id, 'attach');
    return futureOf(this.#cluster.attach({ submit: { name: id }, id }, this.attach));
  }

  /** Streams are not there on other machines. @throws TypeError always. */
  stream(): never {
    throw noStreams('stream');
  }

  /** Streams are not there on other machines. @throws TypeError always. */
  streamWith(): never {
    throw noStreams('streamWith');
  }

  /**
   * Waits until the queue has room, for executors with a `maxQueue`: `submit()` throws QueueFull when it has none. The waiting tasks go on
   * in the order of their calls, one for each place. A place is not kept: if a task that went on does not submit within three iterations of
   * its loop, or was cancelled, the next one goes on too.
   */
  room(): Future<void> {
    return this.#cluster.room();
  }

  /** Returns what the executor is doing at this moment. */
  statistics(): ClusterStatistics {
    return this.#cluster.statistics();
  }

  /**
   * Takes no more work, and waits for the jobs of this executor. The servers go on.
   *
   * @param options - As with pools. `leave`: jobs that have an `id` go on, for whom attaches to them; their futures are cancelled here.
   *   By default false.
   */
  override shutdown(options: ShutdownOptions & { leave?: boolean | undefined } = {}): Future<void> {
    const known = ['wait', 'cancelFutures', 'cancelRunning', 'leave'];
    checkOptions('shutdown', options, known);
    const { wait = true, cancelFutures = false, cancelRunning = false, leave = false } = options;
    const checked = { wait, cancelFutures, cancelRunning, leave };
    for (const [name, value] of Object.entries(checked))
      checkFlag('shutdown', `\`${name}\``, value);
    return this.#cluster.shutdown(checked);
  }

  /** @internal */
  override _chunks(fn: AnyFunction): SubmitChunk {
    const options: CheckedOptions = { submit: { chunked: true } };
    const code = codeByName(fn, options);
    return (calls) => this.#cluster.submit(code, [calls], options, this.map).future;
  }
}

function futureOf<R>(job: ClusterJob): ClusterFuture<R> {
  return job.future as ClusterFuture<R>;
}

/** @throws TypeError for a function that has no name that is known elsewhere. */
function codeByName(fn: AnyFunction, { submit }: CheckedOptions): Code {
  const reference = typeof fn === 'function' ? referenceOf(fn) : undefined;
  // For all but declared functions: the error for what is no function at all.
  if (reference === undefined && typeof fn !== 'function') return codeOf(fn, 'submit');
  if (reference === undefined) {
    const name = nameOf(fn, '') || 'fn';
    throw new TypeError(
      `\`submit()\` expected a declared function, as only its name goes to other machines, but \`${name}\` is not declared. Put it into a module, declare it there, \`declareFunctions(import.meta.url, { ${name} })\`, and serve that module.`,
    );
  }
  if (reference.generates === true) {
    throw new TypeError(
      `\`submit()\` expected a plain or async function, but \`${reference.name}\` is a generator function, and a ClusterExecutor has no \`stream()\`. Return a list, or report the items: \`currentJob()?.progress(item)\`.`,
    );
  }
  return codeFor(fn, undefined, submit);
}

function noStreams(caller: string): TypeError {
  return new TypeError(
    `\`${caller}()\` expected an executor of this machine, as a ClusterExecutor has no streams. Call a function that returns a list, report the items with \`currentJob()?.progress(item)\`, or use \`map()\`.`,
  );
}
