import { signalOf } from '../core/abort-signals.ts';
import { awaitable } from '../core/awaitable.ts';
import { checkBody, checkOptionalTime } from '../core/checks.ts';
import { currentValues, type Values } from '../core/context.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { current, getEventLoop, requirePart } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { Future } from '../core/future.ts';
import type { Handle } from '../core/handle.ts';
import { PlainTimer } from '../core/plain-timer.ts';
import { printsItself } from '../core/prints-itself.ts';
import { runBody } from '../core/run-body.ts';
import { seams } from '../core/seams.ts';
import type { Task } from '../core/task.ts';
import { msText } from '../core/text.ts';
import type { BodyOf, Missing, TimeFirst } from '../core/type-messages.ts';
import { CancelledError, TimeoutError } from '../errors.ts';

/**
 * created → active (the body runs) → finished, or
 * active → expiring (the deadline passed and the body was cancelled) → expired (the body ended).
 */
type State = 'created' | 'active' | 'finished' | 'expiring' | 'expired';

/**
 * The deadline of a running `timeout()`, which its body is given.
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
 * Follows `asyncio.Timeout`.
 */
export class Timeout {
  static {
    printsItself(this.prototype);
  }

  #state: State = 'created';
  #when: number | undefined;
  #handle: Handle | PlainTimer | undefined;
  #task: Task<unknown> | undefined;
  #cancelling = 0;
  #signal: AbortSignal | undefined;
  /** The values of the context in which the deadline was set: the task is cancelled in it, as by a timer callback. */
  #values: Values | undefined;
  /** How long it was when it was set. */
  #ms: number | undefined;
  /** The body, or the awaitable of `waitFor()`. */
  readonly #work: unknown;

  /** @internal */
  constructor(when: number | undefined, ms: number | undefined, work: unknown) {
    this.#when = when;
    this.#ms = ms;
    this.#work = work;
    seams.stacks?.noteDeadline(this);
  }

  /** Returns the deadline on the clock of `loop.time()`, in ms, or undefined if there is none. */
  when(): number | undefined {
    return this.#when;
  }

  /** Tells whether the deadline passed and stopped the body. So this timeout can be told from one inside the body. */
  expired(): boolean {
    return this.#state === 'expiring' || this.#state === 'expired';
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
    if (this.#state !== 'active') {
      throw new Error(`The deadline of a timeout that is ${this.#state} cannot be changed.`);
    }
    checkOptionalTime('reschedule', 'a time', when);
    this.#ms = undefined;
    seams.stacks?.noteDeadline(this);
    this.#set(getEventLoop(), when ?? undefined);
  }

  /**
   * An AbortSignal that aborts when the body is stopped, by the deadline or by a cancellation of its task: for `fetch` and its
   * like. In a generator body it is the signal of the task.
   *
   * @example
   * ```ts
   * import { run, timeout } from 'skein';
   *
   * await run(async () => {
   *   await timeout(5, async (scope) => {
   *     await new Promise((_, reject) => {
   *       scope.signal.addEventListener('abort', () => reject(scope.signal.reason));
   *     });
   *   });
   * }); // throws TimeoutError
   * ```
   */
  get signal(): AbortSignal {
    const isOver = this.#state === 'finished' || this.#state === 'expired';
    if (this.#signal === undefined || !isOver) this.#signal = signalOf(this.#task as Task<unknown>);
    return this.#signal;
  }

  #set(loop: EventLoop, when: number | undefined): void {
    this.#when = when;
    this.#values = currentValues();
    this.#handle?.cancel();
    if (when === undefined) {
      this.#handle = undefined;
      return;
    }
    const now = loop.time();
    this.#ms ??= when - now;
    if (when <= now) {
      // A named function: reports of failures show the name.
      const expire = (): void => this._fire();
      this.#handle = loop.callSoon(expire);
    } else {
      this.#handle = new PlainTimer(loop, when, this);
    }
  }

  /** @internal The body begins. `from`: for a relative time, the loop of the call. */
  _enter(from: EventLoop | undefined): void {
    const task = requirePart('timeout');
    const loop = getEventLoop();
    this.#state = 'active';
    this.#task = task;
    this.#cancelling = task.cancelling();
    // `timeout()` was called outside of the loop that runs it, as tests do. Way the time counts from the start of the body.
    const isElsewhere = from !== undefined && from !== loop;
    this.#set(loop, isElsewhere ? loop.time() + (this.#ms as number) : this.#when);
  }

  /** @internal */
  _fire(): void {
    const task = this.#task as Task<unknown>;
    const requests = task.cancelling();
    // Before it cancels, which runs code of the program: that may look at the scope, and reschedule it.
    this.#state = 'expiring';
    this.#handle = undefined;
    try {
      task._cancelWith(this.#values as Values);
      current.asyncLocal?.abandon?.(task);
    } catch (error) {
      if (task.cancelling() === requests) this.#state = 'active';
      throw error;
    }
  }

  /** @internal The body ended, with `error` if it failed. Returns the error that `timeout()` throws then. */
  _exit(error?: unknown): unknown {
    this.#handle?.cancel();
    this.#handle = undefined;
    if (this.#state !== 'expiring') {
      this.#state = 'finished';
      return error;
    }
    this.#state = 'expired';
    const cancelledByOthers = (this.#task as Task<unknown>).uncancel() > this.#cancelling;
    return cancelledByOthers ? error : this.#withTimeoutError(error);
  }

  /** Replaces the CancelledError that the deadline made, or the one among the causes of `error`, by a TimeoutError. */
  #withTimeoutError(error: unknown): unknown {
    if (error instanceof CancelledError) return this.#timeoutError(error);
    // Cleanup failed with an error of its own. That error is thrown, with the TimeoutError among its causes.
    try {
      for (const each of error instanceof AggregateError ? [...error.errors, error] : [error]) {
        this.#insertTimeoutError(each);
      }
    } catch {
      // The error is frozen, or has code of its own that throws. It is thrown as it is.
    }
    return error;
  }

  #insertTimeoutError(error: unknown): void {
    const seen = new Set<unknown>();
    for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
      seen.add(at);
      if (!(at.cause instanceof CancelledError)) continue;
      at.cause = this.#timeoutError(at.cause);
      return;
    }
  }

  #timeoutError(cause: CancelledError): TimeoutError {
    const place = seams.stacks?.placeOfDeadline(this);
    const set = place === undefined ? '' : `, set at ${place},`;
    const task = (this.#task as Task<unknown>).getName();
    const error = new TimeoutError(
      `The deadline of ${msText(this.#ms as number)}${set} passed before ${workText(this.#work)} was done, in task '${task}'.`,
      { cause },
    );
    seams.stacks?.leaveOutLibrary(error);
    return error;
  }

  /** @internal Names it in stacks. */
  _title(): string {
    return this.#ms === undefined ? '`timeout()`' : `\`timeout()\` of ${msText(this.#ms)}`;
  }

  toString(): string {
    const when = this.#state === 'active' && this.#when !== undefined ? ` when=${this.#when}` : '';
    return `<Timeout ${this.#state}${when}>`;
  }
}

/** Names what did not end in time. */
export function workText(work: unknown): string {
  if (work instanceof Future) return work._shortText();
  if (typeof work !== 'function') return 'what `waitFor()` awaits';
  return work.name === '' ? 'the body of `timeout()`' : `\`${work.name}()\``;
}

const timing = awaitable(function* (
  scope: Timeout,
  body: Body<[Timeout], unknown>,
  from?: EventLoop,
): Coroutine<unknown> {
  scope._enter(from);
  let result: unknown;
  try {
    result = yield* runBody(body, scope);
  } catch (error) {
    throw scope._exit(error);
  }
  scope._exit();
  return result;
});

/** Runs `body` for at most `ms`. `work` is what an error names. */
export function timeoutOf(
  ms: number | null | undefined,
  body: Body<[scope: Timeout], unknown>,
  work: unknown,
): Coroutine<unknown> {
  if (ms === null || ms === undefined) return timing(new Timeout(undefined, undefined, work), body);
  const loop = getEventLoop();
  return timing(new Timeout(loop.time() + ms, ms, work), body, loop);
}

/** One text for both functions, as `condition ? timeout : timeoutAt` is to be called with either's arguments. */
type Usage = 'timeout(ms, async () => { … })` or `timeoutAt(when, async () => { … })';

// Of a call with too few arguments, the compiler shows this text.
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

// Of a call with too few arguments, the compiler shows this text.
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
  return timing(scope, body as Body<[scope: Timeout], unknown>);
}
