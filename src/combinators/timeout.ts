import { checkBody, checkOptionalTime } from '../core/checks.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { Future } from '../core/future.ts';
import { seams } from '../core/seams.ts';
import type { Task } from '../core/task.ts';
import { msText, safely } from '../core/text.ts';
import type { BodyOf, Missing, TimeFirst } from '../core/type-messages.ts';
import { CancelledError, TimeoutError } from '../errors.ts';
import { CancelScope, scoping } from './cancel-scope.ts';

/** Of the errors in a group, and of the causes of one, so many are looked at. */
const mostErrors = 1000;

/**
 * The deadline of a running `timeout()`, which its body is given. It is a {@link CancelScope} that ends with an error.
 *
 * In words: created → active (the body runs) → finished, or active → expiring (the deadline passed and the body was cancelled) →
 * expired (the body ended).
 *
 * @example
 * ```ts
 * import { run, sleep, timeout } from 'skein';
 *
 * await run(async () => {
 *   await timeout(5, async (scope) => {
 *     try {
 *       await sleep(60_000);
 *     } finally {
 *       console.log(scope.expired()); // => true
 *     }
 *   });
 * }); // throws TimeoutError: The deadline of 5 ms passed before the body of `timeout()` was done, in task …
 * ```
 *
 * Follows `asyncio.Timeout`: at its end it counts requests (`cancelling()`), as that does. A `CancelScope` knows its own request.
 */
export class Timeout extends CancelScope {
  /** The body, or the awaitable of `waitFor()`. */
  readonly #work: unknown;
  /** For a relative time, the loop of the call. */
  readonly #from: EventLoop | undefined;

  /** @internal */
  constructor(when: number | undefined, ms: number | undefined, work: unknown, from?: EventLoop) {
    super();
    this._deadline = when;
    this._ms = ms;
    this.#work = work;
    this.#from = from;
    seams.stacks?.noteDeadline(this);
  }

  /** Returns the deadline on the clock of `loop.time()`, in ms, or undefined if there is none. */
  when(): number | undefined {
    return this._deadline;
  }

  /** Tells whether the deadline passed and stopped the body. So this timeout can be told from one inside the body. */
  expired(): boolean {
    return this._request !== undefined;
  }

  /**
   * Moves the deadline; undefined or null removes it.
   *
   * @param when - The new deadline, in ms on the clock of `loop.time()`.
   * @throws Error when the body is not running, or the deadline has passed; TypeError when `when` is not a number;
   *   RangeError when it is NaN.
   *
   * @example
   * ```ts
   * import { getEventLoop, run, sleep, timeout } from 'skein';
   *
   * await run(async () => {
   *   return await timeout(5, async (scope) => {
   *     scope.reschedule(getEventLoop().time() + 60_000);
   *     return await sleep(10, 'done all the same');
   *   });
   * }); // => 'done all the same'
   * ```
   */
  reschedule(when: number | null | undefined): void {
    if (this.#stateText() !== 'active') {
      throw new Error(`The deadline of a timeout that is ${this.#stateText()} cannot be changed.`);
    }
    checkOptionalTime('reschedule', 'a time', when);
    seams.stacks?.noteDeadline(this);
    this.deadline = when;
  }

  #stateText(): string {
    if (this._state === 'created') return 'created';
    const isActive = this._state === 'active';
    if (this._request === undefined) return isActive ? 'active' : 'finished';
    return isActive ? 'expiring' : 'expired';
  }

  /** @internal The body begins. */
  override _enter(): void {
    super._enter('timeout');
    // A timeout is known by its count of requests.
    this._order = -1;
  }

  /** @internal */
  override _whenToEnd(loop: EventLoop): number | undefined {
    // `timeout()` was called outside of the loop that runs it, as tests do. Way the time counts from the start of the body.
    const isElsewhere = this.#from !== undefined && this.#from !== loop;
    return isElsewhere ? loop.time() + (this._ms as number) : this._deadline;
  }

  /** @internal The body threw `error`. Throws what `timeout()` throws then. */
  override _exit(error: unknown): void {
    const others = this._leave();
    throw this._request === undefined || others > 0 ? error : this.#withTimeoutError(error);
  }

  /** @internal Takes the request back, as a count. */
  override _leave(): number {
    this._end();
    if (this._request === undefined) return 0;
    return (this._part as Task<unknown>).uncancel() - this._before;
  }

  /** Replaces the CancelledError that the deadline made, or the one among the causes of `error`, by a TimeoutError. */
  #withTimeoutError(error: unknown): unknown {
    if (error instanceof CancelledError) {
      this._state = 'caught';
      return this.#timeoutError(error);
    }
    // Cleanup failed with an error of its own. That error is thrown, with the TimeoutError among its causes.
    try {
      if (error instanceof AggregateError) {
        let left = mostErrors;
        // A sparse array may have four thousand million places.
        for (const each of error.errors) {
          if (left-- <= 0) break;
          this.#insertTimeoutError(each);
        }
      }
      this.#insertTimeoutError(error);
    } catch {
      // The error is frozen, or has code of its own that throws. It is thrown as it is.
    }
    return error;
  }

  #insertTimeoutError(error: unknown): void {
    const seen = new Set<unknown>();
    // Errors may be of another realm.
    for (
      let at = error as Error | null;
      typeof at === 'object' && at !== null && !seen.has(at);
      at = at.cause as Error
    ) {
      // A getter may return a new error each time.
      if (seen.size >= mostErrors) return;
      seen.add(at);
      if (!(at.cause instanceof CancelledError)) continue;
      at.cause = this.#timeoutError(at.cause);
      return;
    }
  }

  #timeoutError(cause: CancelledError): TimeoutError {
    const place = seams.stacks?.placeOfDeadline(this);
    const set = place === undefined ? '' : `, set at ${place},`;
    const task = (this._part as Task<unknown>).getName();
    const what =
      this._asker !== undefined
        ? '`timeout()` was cancelled'
        : `The deadline of ${msText(this._ms as number)}${set} passed`;
    const error = new TimeoutError(
      `${what} before ${workText(this.#work)} was done, in task '${task}'.`,
      { cause },
    );
    seams.stacks?.leaveOutLibrary(error);
    return error;
  }

  /** @internal Names it in stacks. */
  override _title(): string {
    return this._ms === undefined ? '`timeout()`' : `\`timeout()\` of ${msText(this._ms)}`;
  }

  override toString(): string {
    const state = this.#stateText();
    const when =
      state === 'active' && this._deadline !== undefined ? ` when=${this._deadline}` : '';
    return `<Timeout ${state}${when}>`;
  }
}

/** Names what did not end in time. */
export function workText(work: unknown): string {
  if (work instanceof Future) return safely(() => work._shortText());
  if (typeof work !== 'function') return 'what `waitFor()` awaits';
  return work.name === '' ? 'the body of `timeout()`' : `\`${work.name}()\``;
}

/** Runs `body` for at most `ms`. `work` is what an error names. */
export function timeoutOf(
  ms: number | null | undefined,
  body: Body<[scope: Timeout], unknown>,
  work: unknown,
): Coroutine<unknown> {
  if (ms === null || ms === undefined)
    return scoping(new Timeout(undefined, undefined, work), body);
  const loop = getEventLoop();
  return scoping(new Timeout(loop.time() + ms, ms, work, loop), body);
}

/** One text for both functions, as `condition ? timeout : timeoutAt` is to be called with either's arguments. */
type Usage = 'timeout(ms, async () => { … })` or `timeoutAt(when, async () => { … })';

/** Of a call with too few arguments, the compiler shows this text. */
export function timeout(work: `A time in ms and a body were expected. Write \`${Usage}\`.`): never;
/**
 * Runs `body` and stops it when it takes longer than `ms`: the body is cancelled where it waits, may clean up, and then a
 * {@link TimeoutError} is thrown here. The time counts from this call.
 *
 * @param ms - The time, in ms. null or undefined: for ever, until `scope.reschedule()`. 0 or less: until the first wait.
 * @param body - An async function or a generator function. It is given the {@link Timeout}, to move the deadline.
 * @returns What the body returns.
 * @throws TimeoutError when the deadline passed and stopped the body; what the body throws. At once: TypeError when `ms` is
 *   not a number or `body` not a function; RangeError when `ms` is NaN.
 *
 * @example
 * ```ts
 * import { run, sleep, timeout } from 'skein';
 *
 * await run(async () => {
 *   await timeout(5, async function rest() {
 *     await sleep(60_000);
 *   });
 * }); // throws TimeoutError: The deadline of 5 ms passed before `rest()` was done, in task …
 * await run(function* () {
 *   return yield* timeout(60_000, function* () {
 *     return yield* sleep(5, 'rested');
 *   });
 * }); // => 'rested'
 * ```
 *
 * Follows `asyncio.timeout()`; differs in the unit, and in that the block is a function, whose value is returned.
 */
export function timeout<
  T,
  Yielded = Missing,
  Given = Missing,
  Way = Missing,
  Other = never,
  Call = Missing,
  WayOfTime = Missing,
>(
  ms: TimeFirst<Usage, Call, WayOfTime>,
  body: BodyOf<Usage, Timeout, T, Yielded, Given, Way, Other>,
): AwaitableCoroutine<T>;
export function timeout(given: unknown, body?: unknown): Coroutine<unknown> {
  const ms = given as number | null | undefined;
  checkOptionalTime('timeout', 'a time', ms);
  checkBody('timeout', body);
  return timeoutOf(ms, body as Body<[scope: Timeout], unknown>, body);
}

/** Of a call with too few arguments, the compiler shows this text. */
export function timeoutAt(
  work: `A time in ms and a body were expected. Write \`${Usage}\`.`,
): never;
/**
 * Runs `body` as {@link timeout} does, with a deadline instead of a duration.
 *
 * @param when - The deadline, in ms on the clock of `loop.time()`; null or undefined for none.
 * @param body - As for `timeout()`.
 * @returns What the body returns.
 * @throws as `timeout()`.
 *
 * @example
 * ```ts
 * import { getEventLoop, run, sleep, timeoutAt } from 'skein';
 *
 * await run(async () => {
 *   const deadline = getEventLoop().time() + 5;
 *   await timeoutAt(deadline, () => sleep(60_000));
 * }); // throws TimeoutError: The deadline of …
 * await run(function* () {
 *   return yield* timeoutAt(getEventLoop().time() + 60_000, () => sleep(1, 'in time'));
 * }); // => 'in time'
 * ```
 *
 * Follows `asyncio.timeout_at()`.
 */
export function timeoutAt<
  T,
  Yielded = Missing,
  Given = Missing,
  Way = Missing,
  Other = never,
  Call = Missing,
  WayOfTime = Missing,
>(
  when: TimeFirst<Usage, Call, WayOfTime>,
  body: BodyOf<Usage, Timeout, T, Yielded, Given, Way, Other>,
): AwaitableCoroutine<T>;
export function timeoutAt(given: unknown, body?: unknown): Coroutine<unknown> {
  const when = given as number | null | undefined;
  checkOptionalTime('timeoutAt', 'a time', when);
  checkBody('timeoutAt', body);
  const scope = new Timeout(when ?? undefined, undefined, body);
  return scoping(scope, body as Body<[scope: Timeout], unknown>);
}
