/// <reference lib="esnext.disposable" preserve="true" />
import '../core/register-tasks.ts';
import type { Executor as Contract, ShutdownOptions, Work } from '../core/executor.ts';
import { asExit } from '../core/exits.ts';
import type { Future } from '../core/future.ts';
import type { CallPart, FunctionOf, Missing, PartsOf } from '../core/type-messages.ts';
import type { AnyFunction } from './crossing/portable-function.ts';
import { MapResults } from './map.ts';
import type { SubmitChunk } from './map-chunks.ts';
import type { Source } from './map-inputs.ts';
import type { MapOptions, MapResult } from './map-options.ts';
import type {
  FirstInput,
  InputOrOptions,
  InputParts,
  KnownOptions,
  OptionsIn,
  ParametersPart,
} from './map-types.ts';

/**
 * Runs functions elsewhere, and returns a future for each. All executors extend it; an executor of your own has to define
 * `submit()` and `shutdown()`.
 *
 * @example
 * ```ts
 * import { run } from 'skein';
 * import { type Executor, InlineExecutor } from 'skein/executors';
 *
 * async function total(executor: Executor): Promise<number> {
 *   return (await executor.submit((n: number) => n * 2, 4)) + 1;
 * }
 * await using executor = new InlineExecutor();
 * await total(executor); // => 9
 * await run(function* () {
 *   return yield* executor.submit((n: number) => n * 2, 5);
 * }); // => 10
 * ```
 *
 * Follows `concurrent.futures.Executor`. Differs: the futures are those of the loop, awaited with `await` or `yield*`;
 * there are no keyword arguments.
 */
export abstract class Executor implements Contract {
  /**
   * Runs `fn(...args)` elsewhere.
   *
   * @returns A future of what it returns, or of what the promise it returns resolves with.
   * @throws TypeError when the function cannot cross; Error after `shutdown()`; {@link BrokenExecutor}.
   */
  abstract submit<Args extends unknown[], R>(fn: Work<Args, R>, ...args: Args): Future<R>;

  /**
   * Takes no more work. Work that was submitted is done all the same, and then the workers end.
   *
   * @param options - `wait`: the future is done only when all that has happened, by default true.
   *   `cancelFutures`: cancels what has not begun, by default false. `cancelRunning`: cancels everything, by default false.
   */
  abstract shutdown(options?: ShutdownOptions): Future<void>;

  /**
   * Calls `fn` with each of the inputs, or with one of each of several inputs until the shortest ends.
   *
   * Work starts at once, up to `bufferSize` inputs ahead of the results that were taken, so that inputs may be lazy or
   * endless. The results come in the order of the inputs. The first error ends them, and gives up the rest; with
   * `returnExceptions` or `settled` it is one of the results. With `indexed` each result says of which input it is.
   *
   * @throws TypeError when the function cannot cross, or an input cannot be iterated; RangeError for a wrong option; as
   *   `submit()`.
   *
   * @example
   * ```ts
   * import { run } from 'skein';
   * import { ThreadPoolExecutor } from 'skein/executors';
   *
   * await using pool = new ThreadPoolExecutor();
   * const squares: number[] = [];
   * for await (const square of pool.map((n: number) => n * n, [1, 2, 3])) squares.push(square);
   * squares; // => [1, 4, 9]
   * await run(function* () {
   *   for (const next of pool.map((n: number) => n * n, [4, 5])) squares.push(yield* next);
   *   return squares;
   * }); // => [1, 4, 9, 16, 25]
   * ```
   *
   * @example In any order, with the number of the input and the failures among the results:
   * ```ts
   * import { ThreadPoolExecutor } from 'skein/executors';
   *
   * await using pool = new ThreadPoolExecutor();
   * const parse = (text: string): number => JSON.parse(text);
   * const failed: number[] = [];
   * const options = { ordered: false, indexed: true, settled: true } as const;
   * for await (const result of pool.map(parse, ['1', 'two', '3'], options)) {
   *   if (result.status === 'rejected') failed.push(result.index);
   * }
   * failed; // => [1]
   * ```
   *
   * Follows `Executor.map()`. Differs: it is bounded by default, inputs may be asynchronous, and `returnExceptions`,
   * `indexed` and `settled` are here.
   */
  map<
    A,
    R,
    B = unknown,
    C = unknown,
    Options extends MapOptions = MapOptions,
    Call extends CallPart = Missing,
    Params extends unknown[] = [],
    FirstItem = Missing,
    SecondItem = Missing,
    SecondWay = Missing,
    ThirdItem = Missing,
    ThirdWay = Missing,
    Other = Missing,
  >(
    fn: FunctionOf<'map(work, [1, 2])', Call, Other, Work<[A, B, C], R>> | ParametersPart<Params>,
    first:
      | FirstInput<A, FirstItem, Params, [SecondWay, ThirdWay], Options>
      | PartsOf<Source<FirstItem>, FirstItem>,
    second?:
      | InputOrOptions<'second', B, SecondItem, SecondWay, Options>
      | InputParts<SecondItem, SecondWay, Options>,
    third?:
      | InputOrOptions<'third', C, ThirdItem, ThirdWay, Options>
      | InputParts<ThirdItem, ThirdWay, Options>,
    options?: KnownOptions<Options> | InputParts<ThirdItem, ThirdWay, Options>,
  ): MapResults<MapResult<R, OptionsIn<Options>>>;
  map(fn: AnyFunction, ...rest: unknown[]): MapResults<unknown> {
    const last = rest.at(-1);
    const options = isOptions(last) ? (rest.pop() as MapOptions) : {};
    if (rest.at(-1) === undefined) rest.pop();
    return new MapResults(
      (args) => this.submit(fn as Work<unknown[], unknown>, ...args),
      () => this._chunks(fn),
      rest,
      options,
    );
  }

  /**
   * @internal Returns the function that submits a chunk of inputs of `map()` as one job; undefined if this executor has no
   * workers.
   */
  _chunks(_fn: (...args: never[]) => unknown): SubmitChunk | undefined {
    return undefined;
  }

  /** `await using`: shuts down, and waits until all is done and the workers are gone. */
  [Symbol.asyncDispose](): Future<void> {
    return asExit(this.shutdown());
  }

  /** `using`: shuts down without waiting, as it cannot; what was submitted is done all the same. */
  [Symbol.dispose](): void {
    void this.shutdown({ wait: false });
  }
}

/** Options can be told from inputs, as they cannot be iterated. */
function isOptions(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !(Symbol.iterator in value) &&
    !(Symbol.asyncIterator in value)
  );
}
