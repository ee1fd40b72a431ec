import { checkFlag, checkOptions } from '../core/checks.ts';
import type { Body, Coroutine } from '../core/coroutine.ts';
import { unexpected } from '../core/expected.ts';
import { isCoroutineFunction, isGeneratorFunction } from '../core/function-kind.ts';
import type { ItemsFor } from '../core/item-messages.ts';
import type { TaskSource } from '../core/run-body.ts';
import type {
  CallPart,
  Missing,
  NotCalled,
  PartsOf,
  WorkOf,
  WorkParts,
} from '../core/type-messages.ts';
import { checkConcurrency } from './concurrency.ts';
import { type CheckedOptions, ConcurrentResults, type StartCall } from './concurrent-results.ts';
import { ConcurrentSource, type Items } from './concurrent-source.ts';
import type { Settled } from './settled.ts';

export type { ConcurrentResults, Items };

/** Options of {@link mapConcurrent}. */
export interface MapConcurrentOptions {
  /** How many calls run at a time. Default: as many as `bufferSize` allows. */
  concurrency?: number | undefined;
  /**
   * How many items may be taken ahead of the results that were taken; at least that many calls can be under way or done. Default:
   * `concurrency`; 1024 if that is not given, or `Infinity`.
   */
  bufferSize?: number | undefined;
  /** True: results come in the order of the items. False: they come as they are done. Default: true. */
  ordered?: boolean | undefined;
  /**
   * What is done when a call fails. `stop`: its error is thrown in the place of its result, and nothing runs on. `skip`: there is no
   * result for that item. `settle`: each result is told as `Promise.allSettled()` does. Default: 'stop'.
   */
  onError?: 'stop' | 'skip' | 'settle' | undefined;
  /** Gives each result with the number of its item, from 0 on: `{ index, value }`. Default: false. */
  indexed?: boolean | undefined;
}

/** A result of `mapConcurrent()` with these options; of the same shape as those of `map()` of executors. */
export type ConcurrentResult<R, Options> = Options extends { onError: 'settle' }
  ? Settled<R> & (Options extends { indexed: true } ? { readonly index: number } : unknown)
  : Options extends { indexed: true }
    ? { readonly index: number; readonly value: R }
    : R;

type ItemWorkOf<T, R, Way, Other> = WorkOf<
  Way,
  Other,
  (item: T, index: number) => Coroutine<R> | PromiseLike<R>,
  NotCalled<
    Other,
    '`mapConcurrent()` expected a function behind the items. Write `mapConcurrent([1, 2], work)`.'
  >
>;

const known = ['concurrency', 'bufferSize', 'ordered', 'onError', 'indexed'];
const defaultBufferSize = 1024;

/** Reads each option once. */
function checkedOptions(options: MapConcurrentOptions): CheckedOptions {
  checkOptions('mapConcurrent', options, known);
  const { concurrency = Number.POSITIVE_INFINITY, ordered = true, indexed = false } = options;
  const { onError = 'stop' } = options;
  checkConcurrency('mapConcurrent', concurrency);
  const {
    bufferSize = concurrency === Number.POSITIVE_INFINITY ? defaultBufferSize : concurrency,
  } = options;
  checkSize(bufferSize);
  checkFlag('mapConcurrent', '`ordered`', ordered);
  checkFlag('mapConcurrent', '`indexed`', indexed);
  if (onError !== 'stop' && onError !== 'skip' && onError !== 'settle') {
    throw unexpected('mapConcurrent', "`onError` to be 'stop', 'skip' or 'settle'", onError);
  }
  return { concurrency, bufferSize, ordered, onError, indexed };
}

function checkSize(size: unknown): void {
  if (size === Number.POSITIVE_INFINITY || (Number.isSafeInteger(size) && (size as number) >= 1))
    return;
  throw unexpected(
    'mapConcurrent',
    '`bufferSize` to be a whole number of at least 1',
    size,
    typeof size === 'number' ? RangeError : TypeError,
  );
}

function startCallOf(fn: Body<[item: unknown, index: number], unknown>): StartCall {
  // The task drives the coroutine itself.
  if (isGeneratorFunction(fn) || isCoroutineFunction(fn)) return fn as StartCall;
  return (item, index) => (() => fn(item, index)) as TaskSource<unknown>;
}

/**
 * Calls `fn` with each of many items, some at a time, and gives the results one by one. Items are taken as they are needed: a million
 * of them, or an endless number, take no more memory than `bufferSize` does.
 *
 * Nothing is taken or called before the first result is asked for. Each call runs in a task of its own. However the results are left
 * (by `break`, by an error, by a cancellation of the code that reads them), the calls that run are cancelled and awaited, and the
 * items are closed. A loop over a queue or a channel takes no item that it does not call `fn` with.
 *
 * @param items - What can be iterated: a list, a generator, a stream, a queue, the receiver of a channel.
 * @param fn - An async function or a generator function, which is given an item and its number. In the task, `currentTask()?.signal` aborts
 *   when the call is cancelled.
 * @param options - See {@link MapConcurrentOptions}.
 * @returns The results: `for await (const result of results)`; in coroutines `yield* results.next()`; all of them: `results.toArray()`. They
 *   throw what the first call that fails throws, in the place of its result; what the items throw, after all results.
 * @throws TypeError when `items` cannot be iterated, `fn` is not a function, or an option is wrong; RangeError when a number is no whole
 *   number of at least 1.
 *
 * @example
 * ```ts
 * import { mapConcurrent, run, sleep } from 'skein';
 *
 * const load = async (id: number) => await sleep(10 - id, `user ${id}`);
 * await run(async () => {
 *   const seen: string[] = [];
 *   for await (const user of mapConcurrent([1, 2, 3], load, { concurrency: 2 })) seen.push(user);
 *   return seen;
 * }); // => ['user 1', 'user 2', 'user 3']
 * await run(function* () {
 *   return yield* mapConcurrent([1, 2, 3], load, { ordered: false }).toArray();
 * }); // => ['user 3', 'user 2', 'user 1']
 * ```
 *
 * asyncio has no counterpart; `map()` of executors has results of the same shape, from workers.
 */
export function mapConcurrent<
  T,
  R,
  const Options extends MapConcurrentOptions = object,
  Way extends CallPart = Missing,
  Other = Missing,
  Item = Missing,
>(
  items:
    | ItemsFor<T, Item, Items<T>, 'The items do not fit the first parameter of the function.'>
    | PartsOf<Items<Item>, Item>,
  fn: ItemWorkOf<T, R, Way, Other> | WorkParts<Way, Other>,
  options: Options = {} as Options,
): ConcurrentResults<ConcurrentResult<R, Options>> {
  const source = new ConcurrentSource(items);
  if (typeof fn !== 'function') {
    throw unexpected('mapConcurrent', 'an async function or a generator function', fn);
  }
  const startCall = startCallOf(fn as Body<[item: unknown, index: number], unknown>);
  return new ConcurrentResults(source, startCall, checkedOptions(options));
}
