import { awaitable } from '../core/awaitable.ts';
import { checkOptions } from '../core/checks.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import type { Missing } from '../core/type-messages.ts';
import { Children } from './children.ts';
import { checkConcurrency } from './concurrency.ts';
import {
  type Checked,
  type StartedResult,
  type StartedResults,
  startablesByName,
  startablesIn,
} from './startable.ts';
import type { AnyInputs, NamedResults, NamedStartablesOf } from './startable-messages.ts';

/** Options of `all()` and `allSettled()`. */
export interface ConcurrencyOptions {
  /**
   * How many inputs may be unfinished at a time. Coroutines and functions wait until it is their turn; what runs already
   * (tasks, futures, promises) is not counted. Default: no limit.
   */
  concurrency?: number | undefined;
}

const ofList = awaitable(function* (
  inputs: readonly Checked[],
  limit: number,
): Coroutine<unknown[]> {
  const results = new Array<unknown>(inputs.length);
  return yield* new Children<unknown[]>('all', inputs, limit, {
    settled(child, place) {
      try {
        results[place] = child.result();
        return undefined;
      } catch (error) {
        return { error };
      }
    },
    repeated: (place, first) => {
      results[place] = results[first];
    },
    ended: () => results,
  }).run();
});

const ofRecord = awaitable(function* (
  inputs: ReadonlyMap<PropertyKey, Checked>,
  limit: number,
): Coroutine<Record<PropertyKey, unknown>> {
  const results = yield* ofList([...inputs.values()], limit);
  return Object.fromEntries([...inputs.keys()].map((name, place) => [name, results[place]]));
});

/** Reads `concurrency`. */
export function limitIn(name: string, options: ConcurrencyOptions): number {
  checkOptions(name, options, ['concurrency']);
  const { concurrency } = options;
  checkConcurrency(name, concurrency);
  return concurrency ?? Number.POSITIVE_INFINITY;
}

/**
 * Runs several things at once, and returns all their results. If one fails, the others are cancelled and awaited, and then
 * that error itself is thrown: nothing runs on.
 *
 * Cancelling the caller cancels all inputs, and waits for them. A task or future that is given is cancelled as well; write
 * `shield(task)` for one that others need. A promise cannot be cancelled, and is left behind. An input that is cancelled by other
 * code counts as failed. Failures after the first one are reported to the loop's exception handler.
 *
 * @param inputs - A list, or a record, of coroutines, async functions and generator functions, tasks, futures and promises. A
 *   function is run in a task of its own, as by `createTask()`. What is not needed any more is not started.
 * @param options - `concurrency`: how many may be unfinished at a time, of those that are started here.
 * @returns The results in the order given: a tuple for a tuple, a record for a record.
 * @throws The first error; CancelledError when the caller was cancelled. At once: TypeError when an input can be neither
 *   awaited nor called, RangeError when `concurrency` is no whole number of at least 1.
 *
 * @example
 * ```ts
 * import { all, run, sleep } from 'skein';
 *
 * await run(async () => {
 *   const [name, age] = await all([sleep(2, 'ada'), async () => 36]);
 *   return `${name} ${age}`;
 * }); // => 'ada 36'
 * await run(async () => {
 *   return await all({ user: () => sleep(2, 'ada'), unread: () => sleep(1, 3) }, { concurrency: 1 });
 * }); // => { user: 'ada', unread: 3 }
 * await run(function* () {
 *   return yield* all([sleep(60_000), async () => { throw new RangeError('too far'); }]);
 * }); // throws RangeError: too far
 * ```
 *
 * asyncio has no counterpart: `gather()` leaves the others running, and `taskGroup()` throws a group. `all()` of Python tells whether all
 * items of a list are true, as `list.every(Boolean)` does.
 */
export function all<
  const Inputs extends AnyInputs,
  Elements = Missing,
  Length = Missing,
  Iterator = Missing,
  Suspended = Missing,
  Yielded = Missing,
  Given = Missing,
  Way = Missing,
  Other = never,
  Names extends PropertyKey = never,
  Values = Missing,
  Call = Missing,
  Then = Missing,
  RYielded = Missing,
  RGiven = Missing,
  RWay = Missing,
  ROther = never,
>(
  inputs: NamedStartablesOf<
    'all',
    Inputs,
    Elements,
    Length,
    Iterator,
    Suspended,
    Yielded,
    Given,
    Way,
    Other,
    Names,
    Values,
    Call,
    Then,
    RYielded,
    RGiven,
    RWay,
    ROther
  >,
  options?: ConcurrencyOptions,
): AwaitableCoroutine<
  NamedResults<Length, Iterator, StartedResults<Inputs>, StartedResult<Elements>>
>;
export function all(inputs: unknown, options: ConcurrencyOptions = {}): Coroutine<unknown> {
  const byName = startablesByName('all', inputs);
  if (byName !== undefined) return ofRecord(byName, limitIn('all', options));
  const list = startablesIn('all', inputs, options);
  return ofList(list, limitIn('all', options));
}
