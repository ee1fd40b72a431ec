import '../core/register-tasks.ts';
import { awaitable } from '../core/awaitable.ts';
import { cancelAll } from '../core/cancel-all.ts';
import { checkOptionalTime } from '../core/checks.ts';
import type { AwaitableCoroutine, Body, Coroutine, ResultOf } from '../core/coroutine.ts';
import { current, getEventLoop, requirePart } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { asExit } from '../core/exits.ts';
import { unexpected } from '../core/expected.ts';
import type { Future } from '../core/future.ts';
import { FAILED } from '../core/future-state.ts';
import { runBody } from '../core/run-body.ts';
import type { CandidatesOf, Missing } from '../core/type-messages.ts';
import { whenDone } from '../core/when-done.ts';
import { CancelledError, TimeoutError } from '../errors.ts';
import { Event } from '../sync/event.ts';
import { inputsOf } from './inputs.ts';
import { waitFor } from './wait-for.ts';

type ResultOfCandidate<Candidate> = Candidate extends () => infer Returned
  ? ResultOf<Returned>
  : never;

/** How a {@link staggeredRace} ended. */
export interface RaceResult<T> {
  /** The result of the winner; undefined if all failed. */
  readonly result: T | undefined;
  /** The place of the winner among the candidates; undefined if all failed. */
  readonly index: number | undefined;
  /** The error of each candidate that was started: a CancelledError for one that lost, undefined for the winner. */
  readonly exceptions: readonly unknown[];
}

/** One race. Each candidate runs in a task, which first starts the task of the next one. That task waits for its turn. */
class Race<T> {
  readonly #candidates: Iterator<Body<[], T>>;
  readonly #delay: number | null | undefined;
  readonly #loop: EventLoop = getEventLoop();
  readonly #running = new Set<Future<void>>();
  readonly #exceptions: unknown[] = [];
  #result: T | undefined;
  #index: number | undefined;
  #allDone: Future<void> | undefined;
  /** The error of a task that could not start the next one: a task factory threw. */
  #broken: { readonly error: unknown } | undefined;

  constructor(candidates: Iterable<Body<[], T>>, delay: number | null | undefined) {
    this.#candidates = candidates[Symbol.iterator]();
    this.#delay = delay;
  }

  *run(): Coroutine<RaceResult<T>> {
    const owner = requirePart('staggeredRace');
    this.#start(undefined, owner);
    let cancellation: CancelledError | undefined;
    // In a loop: the race may be cancelled again while its candidates clean up.
    while (this.#running.size > 0) {
      this.#allDone = asExit(this.#loop.createFuture<void>());
      this.#allDone._purpose = `staggeredRace() of ${this.#running.size}`;
      try {
        yield* this.#allDone;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        cancellation = error;
        cancelAll(this.#running, error.reason);
      }
      this.#allDone = undefined;
    }
    if (cancellation !== undefined) throw cancellation;
    if (this.#broken !== undefined) throw this.#broken.error;
    return { result: this.#result, index: this.#index, exceptions: this.#exceptions };
  }

  #start(previousFailed: Event | undefined, owner: Future<unknown>): void {
    const listed = new Event();
    const task = this.#loop.createTask(this.#runNext(listed, previousFailed, owner));
    this.#running.add(task);
    try {
      whenDone(task, () => this.#ended(task), owner);
    } catch (error) {
      // A task of another make, from a task factory: the race would wait for it for ever.
      this.#running.delete(task);
      cancelAll([task]);
      throw error;
    }
    // An eager task waits for this event: it must be in `#running` before it can win and cancel the others.
    listed.set();
  }

  #ended(task: Future<void>): void {
    this.#running.delete(task);
    if (task._state === FAILED) this.#breakOff(task.exception());
    if (this.#running.size === 0 && this.#allDone?.done() === false) this.#allDone.setResult();
  }

  #breakOff(error: unknown): void {
    this.#broken ??= { error };
    cancelAll(this.#running);
  }

  *#runNext(
    listed: Event,
    previousFailed: Event | undefined,
    owner: Future<unknown>,
  ): Coroutine<void> {
    yield* listed.wait();
    if (previousFailed !== undefined) yield* this.#turn(previousFailed);
    const candidate = this.#candidates.next();
    if (candidate.done) return;
    const failed = new Event();
    this.#start(failed, owner);
    const index = this.#exceptions.push(undefined) - 1;
    try {
      this.#result = yield* runBody(candidate.value);
      this.#index = index;
    } catch (error) {
      this.#exceptions[index] = error;
      failed.set();
      // A task that hides its cancellation is one that debug mode tells of.
      if (error instanceof CancelledError) throw error;
      return;
    }
    cancelAll([...this.#running].filter((task) => task !== current.task));
  }

  *#turn(previousFailed: Event): Coroutine<void> {
    try {
      yield* waitFor(previousFailed.wait(), this.#delay);
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
    }
  }
}

const racing = awaitable(function* (
  candidates: Iterable<Body<[], unknown>>,
  delay: number | null | undefined,
): Coroutine<RaceResult<unknown>> {
  return yield* new Race(candidates, delay).run();
});

/**
 * Tries candidates one after the other, each with a head start: the next begins when `delay` ms have passed, or at once when
 * the one before it failed. The first that returns wins; the others are cancelled, and awaited. The way to try several
 * addresses of a host.
 *
 * @param candidates - Async functions or generator functions, in order of preference. Those not needed are not called.
 * @param delay - The head start, in ms; null or undefined: a candidate begins only when the one before it failed.
 * @returns The result and the place of the winner (from 0), and the errors of the others, which are not thrown.
 * @throws TypeError when a candidate is not a function, or the delay is not a number; RangeError when it is NaN.
 *
 * @example
 * ```ts
 * import { run, sleep, staggeredRace } from 'skein';
 *
 * await run(async () => {
 *   const { result, index } = await staggeredRace(
 *     [() => sleep(60_000, 'first choice'), () => sleep(1, 'second choice')],
 *     10,
 *   );
 *   return `${result}, number ${index}`;
 * }); // => 'second choice, number 1'
 * await run(function* () {
 *   return (yield* staggeredRace([() => sleep(1, 'only choice')], 10)).result;
 * }); // => 'only choice'
 * ```
 *
 * Follows `asyncio.staggered.staggered_race()`; differs in that the result is an object.
 */
export function staggeredRace<
  T,
  Candidate = Body<[], T>,
  Elements = Missing,
  Iterator = Missing,
  Suspended = Missing,
  Yielded = Missing,
  Way = Missing,
  Whole = never,
  Other = never,
>(
  candidates: CandidatesOf<
    Iterable<Candidate>,
    Elements,
    Iterator,
    Suspended,
    Yielded,
    Way,
    Whole,
    Other
  >,
  delay: number | null | undefined,
): AwaitableCoroutine<RaceResult<ResultOfCandidate<Candidate>>>;
export function staggeredRace(
  candidates: unknown,
  delay: number | null | undefined,
): AwaitableCoroutine<RaceResult<unknown>> {
  checkOptionalTime('staggeredRace', 'a delay', delay);
  return racing(
    inputsOf('staggeredRace', candidates as Iterable<Body<[], unknown>>, candidateIn),
    delay,
  );
}

function candidateIn(input: Body<[], unknown>): Body<[], unknown> {
  if (typeof input === 'function') return input;
  throw unexpected('staggeredRace', 'functions', input);
}
