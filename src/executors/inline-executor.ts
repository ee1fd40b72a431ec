import { checkKnownOptions } from '../core/known-options.ts';
import { InlineLine } from './inline-line.ts';
import { PoolExecutor } from './pool-executor.ts';

/**
 * Runs functions on the loop itself, one after the other: for tests, and for places that have neither threads nor
 * processes. While a function computes, nothing else on the loop runs.
 *
 * A function that runs here runs on every executor: functions cross by source or by reference, arguments and results are
 * copied.
 *
 * @example
 * ```ts
 * import { InlineExecutor } from 'skein/executors';
 *
 * await using executor = new InlineExecutor();
 * await executor.submit((a: number, b: number) => a + b, 2, 3); // => 5
 * ```
 *
 * Python's executors have nothing like it.
 */
export class InlineExecutor extends PoolExecutor {
  /** @throws TypeError for any option: it has none. */
  constructor(options: Readonly<Record<string, never>> = {}) {
    checkKnownOptions('new InlineExecutor', options, []);
    super({
      kind: 'InlineExecutor',
      maxWorkers: 1,
      minWorkers: 0,
      idleTimeout: Number.POSITIVE_INFINITY,
      maxQueue: Number.POSITIVE_INFINITY,
      maxTasks: Number.POSITIVE_INFINITY,
      // Jobs sent ahead save a round trip. Here there is none.
      maxPrefetch: 1,
      grace: Number.POSITIVE_INFINITY,
      // Its worker is the program itself.
      unresponsiveTimeout: Number.POSITIVE_INFINITY,
      namePrefix: 'InlineExecutor',
      initializer: undefined,
      teardown: undefined,
      tsx: undefined,
      isProgram: undefined,
      open: (_name, events) => new InlineLine(events),
    });
  }
}
