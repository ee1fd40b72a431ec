import { checkBody, checkOptionalTime } from '../core/checks.ts';
import type { AwaitableCoroutine, Body } from '../core/coroutine.ts';
import type { BodyOf, Missing, TimeFirst } from '../core/type-messages.ts';
import { CancelScope, scoping } from './cancel-scope.ts';

type Usage = 'moveOnAfter(ms, async () => { … })';

/**
 * Runs `body` and goes on when it takes longer than `ms`: the body is cancelled where it waits, may clean up, and then this returns
 * undefined. `timeout()` is the same with an error.
 *
 * @param ms - The time, in ms, from when the body begins. null or undefined: for ever. 0 or less: until the first wait.
 * @param body - A generator function or an async function. It is given the {@link CancelScope}, which tells whether it was ended
 *   (`cancelledCaught`), and whose `deadline` can be moved.
 * @returns What the body returns; undefined if it took too long.
 * @throws what the body throws. At once: TypeError when `ms` is not a number or `body` not a function; RangeError when `ms` is NaN.
 *
 * @example
 * ```ts
 * import { moveOnAfter, run, sleep } from 'skein';
 *
 * await run(async () => {
 *   const weather = await moveOnAfter(5, async () => await sleep(60_000, 'sunny'));
 *   return weather ?? 'unknown';
 * }); // => 'unknown'
 * ```
 *
 * asyncio has no such thing; it is Trio's `move_on_after()`.
 */
export function moveOnAfter<
  T,
  Yielded = Missing,
  Given = Missing,
  Way = Missing,
  Other = never,
  Call = Missing,
  WayOfTime = Missing,
>(
  ms: TimeFirst<Usage, Call, WayOfTime>,
  body: BodyOf<Usage, CancelScope, T, Yielded, Given, Way, Other>,
): AwaitableCoroutine<T | undefined>;
export function moveOnAfter(given: unknown, body: unknown): AwaitableCoroutine<unknown> {
  const ms = given as number | null | undefined;
  checkOptionalTime('moveOnAfter', 'a time', ms);
  checkBody('moveOnAfter', body);
  const scope = new CancelScope();
  scope._ms = ms ?? undefined;
  return scoping(scope, body as Body<[CancelScope], unknown>) as AwaitableCoroutine<unknown>;
}
