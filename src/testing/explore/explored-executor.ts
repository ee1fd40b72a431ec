/// <reference lib="esnext.disposable" preserve="true" />
import '../../core/unretrieved.ts';
import { checkFlag, checkOptions } from '../../core/checks.ts';
import { getEventLoop } from '../../core/current.ts';
import type { Executor, ShutdownOptions, Work } from '../../core/executor.ts';
import { unexpected } from '../../core/expected.ts';
import { isCoroutineFunction, isGeneratorFunction } from '../../core/function-kind.ts';
import type { Future } from '../../core/future.ts';
import { functionName } from '../../core/text.ts';
import { WorkerLostError } from '../../executors/crossing/errors.ts';
import { ExplorationLoop } from './exploration-loop.ts';

/** The options of an {@link ExploredExecutor}. */
export interface ExploredExecutorOptions {
  /** Jobs may fail with a {@link WorkerLostError}, within the budget `faults` of `explore()`. Default: true. */
  losesWorkers?: boolean | undefined;
}

/**
 * An executor for tests that are explored. A function runs on the loop itself, once the environment answers: so results come
 * in any order, and late, and a worker may be lost while it works.
 *
 * `toThread()` uses one inside of `explore()` whose workers are not lost.
 *
 * @example
 * ```ts
 * import { gather } from 'skein';
 * import { explore, ExploredExecutor } from 'skein/testing';
 *
 * explore(function* () {
 *   const executor = new ExploredExecutor({ losesWorkers: false });
 *   const squares = yield* gather([2, 3].map((n) => executor.submit((x: number) => x * x, n)));
 *   if (squares.join() !== '4,9') throw new Error('mixed up');
 * }).exhausted; // => true
 * ```
 */
export class ExploredExecutor implements Executor {
  readonly #losesWorkers: boolean;
  #isShutDown = false;

  /** @throws TypeError when an option is not known, or of the wrong type. */
  constructor(options: ExploredExecutorOptions = {}) {
    checkOptions('new ExploredExecutor', options, ['losesWorkers']);
    checkFlag('new ExploredExecutor', '`losesWorkers`', options.losesWorkers);
    this.#losesWorkers = options.losesWorkers ?? true;
  }

  /**
   * Runs `fn(...args)` when the environment answers.
   *
   * @throws TypeError for what no pool would run; Error outside of `explore()`, and after `shutdown()`.
   */
  submit<Args extends unknown[], R>(fn: Work<Args, R>, ...args: Args): Future<R> {
    if (typeof fn !== 'function' || isGeneratorFunction(fn) || isCoroutineFunction(fn)) {
      throw unexpected('submit', 'a plain or async function and then its arguments', fn);
    }
    if (this.#isShutDown) throw new Error('This executor was shut down. It takes no more work.');
    const loop = getEventLoop();
    if (!(loop instanceof ExplorationLoop) || loop.environment === undefined) {
      throw new Error('An `ExploredExecutor` expected to be used inside of `explore()`.');
    }
    const name = functionName(fn);
    const options = this.#losesWorkers ? { fails: lostWorker(name) } : {};
    return loop.environment.answer(name, () => fn(...args), options) as Future<R>;
  }

  /** Takes no more work. What was submitted is answered all the same. */
  async shutdown(_options?: ShutdownOptions): Promise<void> {
    this.#isShutDown = true;
  }

  /** `await using`: takes no more work. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  /** `using`: takes no more work. */
  [Symbol.dispose](): void {
    this.#isShutDown = true;
  }
}

function lostWorker(job: string): WorkerLostError {
  const worker = { place: 'of this schedule', threadId: undefined, pid: undefined };
  const end = { exitCode: 1, signal: undefined, uncaught: undefined, heapLimit: false };
  return new WorkerLostError(job, worker, end, 1);
}
