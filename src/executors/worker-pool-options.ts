import type { Work } from '../core/executor.ts';
import { checkKnownOptions } from '../core/known-options.ts';
import { describe } from '../core/text.ts';
import { findUncloneable } from './crossing/cloneable.ts';
import { availableParallelism } from './crossing/node.ts';
import { codeOf } from './crossing/portable-function.ts';
import { isProgram } from './crossing/program-module.ts';
import type { Call, Code } from './crossing/protocol.ts';
import { checkDuration } from './crossing/submit-options.ts';
import { tsxOfProgram } from './lines/inherited-options.ts';
import type { StartOptions } from './lines/start-options.ts';
import type { PoolSettings } from './pool/pool.ts';
import { checkLoadable } from './pool/submission.ts';

/** The options that pools of threads and pools of processes share. */
export interface WorkerPoolOptions<InitArgs extends unknown[] = unknown[]> extends StartOptions {
  /** The largest number of workers. Default: as many as can run at once here (`os.availableParallelism()`). */
  maxWorkers?: number | undefined;
  /** The number of workers that are there from the beginning, and always. Default: 0. */
  minWorkers?: number | undefined;
  /** How long a worker beyond `minWorkers` may be idle before it ends, in ms. Default: it stays. */
  idleTimeout?: number | undefined;
  /** Called in each worker before its first job. When it fails, the executor is broken: nothing runs any more. */
  initializer?: Work<InitArgs, unknown> | undefined;
  /** The arguments of the initializer. */
  initArgs?: InitArgs | undefined;
  /** Called in each worker before it ends, unless that dies. It has `grace` ms. */
  teardown?: Work<[], unknown> | undefined;
  /** A worker ends after this number of jobs, and another takes its place. Default: it stays. */
  maxTasksPerWorker?: number | undefined;
  /**
   * The greatest number of jobs that may wait while all workers are busy. More are refused with a QueueFull; `room()` waits. Default: any
   * number.
   */
  maxQueue?: number | undefined;
  /**
   * How long a job that was cancelled, or whose time is over, may go on after it was asked to stop, in ms. Then its worker
   * is ended and replaced. `Infinity` lets it go on to its end. Default: 1000.
   */
  grace?: number | undefined;
  /**
   * How long a worker that runs no job may be out of reach before it is ended and told lost, in ms: code that a job has left
   * behind may keep the worker from its event loop for ever, as a chain of microtasks does that has no end. The worker is asked
   * only while it has jobs and has begun none of them, or after it was told to end. Its jobs go to another worker. A job that
   * runs may take as long as it likes. `Infinity` lets the worker be. Default: 5000.
   */
  unresponsiveTimeout?: number | undefined;
}

/** Long enough to close a file, short enough to notice. */
const defaultGrace = 1000;
/** Long enough for a machine under load to answer, short enough to be awaited. */
const defaultUnresponsiveTimeout = 5000;

type IsProgram = PoolSettings['isProgram'];
type Chosen = Omit<PoolSettings, 'open' | 'namePrefix'>;

export const knownPoolOptions: readonly (keyof WorkerPoolOptions)[] = [
  'maxWorkers',
  'minWorkers',
  'idleTimeout',
  'initializer',
  'initArgs',
  'teardown',
  'maxTasksPerWorker',
  'maxQueue',
  'grace',
  'unresponsiveTimeout',
  'env',
  'argv',
  'execArgv',
  'stdout',
  'stderr',
  'maxHeapMb',
];

/**
 * @param known - The names of all options of this kind.
 * @param advice - What to write instead of names that people expect here.
 * @throws TypeError or RangeError for a wrong option.
 */
export function poolSettings<InitArgs extends unknown[]>(
  kind: string,
  options: WorkerPoolOptions<InitArgs> & { readonly worker?: unknown },
  known: readonly string[],
  advice: Readonly<Record<string, string>>,
): Chosen {
  const caller = `\`new ${kind}()\``;
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `${caller} expected an options object, but got ${describe(options)}. Write \`new ${kind}({ maxWorkers: 4 })\`.`,
    );
  }
  const { initializer, teardown, maxWorkers = availableParallelism(), minWorkers = 0 } = options;
  checkKnownOptions(`new ${kind}`, options, known, advice);
  const { maxTasksPerWorker, maxQueue } = options;
  const { grace = defaultGrace, idleTimeout = Number.POSITIVE_INFINITY } = options;
  const { unresponsiveTimeout = defaultUnresponsiveTimeout } = options;
  checkCount(caller, 'maxWorkers', maxWorkers, 1);
  checkCount(caller, 'minWorkers', minWorkers, 0);
  if (minWorkers > maxWorkers) {
    throw new RangeError(
      `${caller} expected \`minWorkers\` to be no more than \`maxWorkers\`, but got ${minWorkers} and ${maxWorkers}.`,
    );
  }
  if (maxTasksPerWorker !== undefined)
    checkCount(caller, 'maxTasksPerWorker', maxTasksPerWorker, 1);
  if (maxQueue !== undefined && maxQueue !== Number.POSITIVE_INFINITY) {
    checkCount(caller, 'maxQueue', maxQueue, 0);
  }
  checkDuration(caller, 'grace', grace);
  checkDuration(caller, 'idleTimeout', idleTimeout);
  checkDuration(caller, 'unresponsiveTimeout', unresponsiveTimeout);
  // A worker that serves functions finds them by their names.
  const loads = options.worker === undefined ? isProgram : undefined;
  return {
    kind,
    maxWorkers,
    minWorkers,
    idleTimeout,
    grace,
    unresponsiveTimeout,
    maxQueue: maxQueue ?? Number.POSITIVE_INFINITY,
    maxTasks: maxTasksPerWorker ?? Number.POSITIVE_INFINITY,
    maxPrefetch: Number.POSITIVE_INFINITY,
    initializer: initializer && initializerCall(caller, initializer, options.initArgs ?? [], loads),
    teardown: teardown && { code: loadable('teardown', teardown, loads), args: [] },
    tsx: tsxOfProgram(),
    isProgram: loads,
  };
}

function initializerCall<InitArgs extends unknown[]>(
  caller: string,
  initializer: Work<InitArgs, unknown>,
  args: InitArgs | [],
  loads: IsProgram,
): Call {
  const reason = findUncloneable(args, 'initArgs');
  if (reason !== undefined) {
    throw new TypeError(
      `${caller} expected \`initArgs\` that can be copied to a worker, but ${reason}. Pass plain data.`,
    );
  }
  return { code: loadable('initializer', initializer, loads), args };
}

function loadable(caller: string, fn: Work<never, unknown>, loads: IsProgram): Code {
  const code = codeOf(fn, caller);
  checkLoadable(caller, code, loads);
  return code;
}

function checkCount(caller: string, name: string, value: unknown, least: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new RangeError(
      `${caller} expected \`${name}\` to be a whole number of at least ${least}, but got ${describe(value)}.`,
    );
  }
}
