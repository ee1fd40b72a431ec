import { checkCallback, checkOptions } from '../core/checks.ts';
import { type Coroutine, isPromiseLike } from '../core/coroutine.ts';
import { currentTask } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { asExit } from '../core/exits.ts';
import { unexpected } from '../core/expected.ts';
import { textOf } from '../core/foreign-future.ts';
import { tryCancel } from '../core/pass-cancel.ts';
import type { Task } from '../core/task.ts';
import { nameOf, nestedText } from '../core/text.ts';
import type { CallPart, Missing, Nothing, WorkParts } from '../core/type-messages.ts';
import { whenDone } from '../core/when-done.ts';
import { CancelledError } from '../errors.ts';
import { Lock } from '../sync/lock.ts';
import {
  type ControllableOf,
  type Controlled,
  controlCalls,
  type Work,
} from './controlled-calls.ts';

/** Options of `singleFlight()`. */
export interface SingleFlightOptions<Args extends unknown[]> {
  /**
   * Returns what two calls have in common if one may take the result of the other; compared as the keys of a `Map`. Default: the
   * argument, of functions that are called with one or none.
   */
  key?: ((...args: Args) => unknown) | undefined;
}

type KeyOf<Args extends unknown[], Key> = [Key] extends [
  Missing | ((...args: Args) => unknown) | undefined,
]
  ? (...args: Args) => unknown
  : '`key` is given the arguments of the function. Write `singleFlight(work, { key: (id) => id })`.';

/** Waits until `task` is done, whatever its outcome. A cancelled caller may wait so for as long as it takes: `isExit`. */
function* endOf(task: Task<unknown>, loop: EventLoop, isExit: boolean): Coroutine<void> {
  const waiter = loop.createFuture<void>();
  waiter._purpose = { toString: () => nestedText(() => textOf(task)) };
  if (isExit) asExit(waiter);
  const release = (): void => {
    if (!waiter.done()) waiter.setResult();
  };
  const listening = whenDone(task, release, waiter);
  try {
    yield* waiter;
  } finally {
    listening.leave();
  }
}

/**
 * Work that several calls wait for, in a task of its own.
 *
 * States: running → over; or running → abandoned (the last caller was cancelled: no call joins any more) → over.
 */
class Flight {
  readonly #loop: EventLoop;
  #task: Task<unknown> | undefined;
  #callers = 0;
  #isAbandoned = false;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  start(coroutine: Coroutine<unknown>, name: string, onEnd: () => void): void {
    this.#task = this.#loop.createTask(coroutine, { name });
    whenDone(this.#task, onEnd);
  }

  /** True if a call may wait for it. */
  get isOpen(): boolean {
    return !this.#isAbandoned && this.#task?.done() !== true;
  }

  /** Tells whether the call was made, or is awaited, by the code of the work itself. Undefined stands for no task. */
  isOwn(caller: Task<unknown> | undefined): boolean {
    const task = this.#task;
    return task === undefined || task === caller || task === currentTask();
  }

  *join(): Coroutine<unknown> {
    const task = this.#task as Task<unknown>;
    let hasLeft = false;
    this.#callers++;
    try {
      yield* endOf(task, this.#loop, false);
    } catch (error) {
      hasLeft = true;
      if (this.#leave(error instanceof CancelledError ? error.reason : undefined))
        yield* this.#waitForEnd(task);
      throw error;
    } finally {
      // The task is done, or this coroutine was closed.
      if (!hasLeft) this.#leave();
    }
    return task.result();
  }

  /** One caller less. Returns true if the work was cancelled, as that was the last one. */
  #leave(reason?: unknown): boolean {
    const task = this.#task as Task<unknown>;
    if (--this.#callers > 0 || task.done()) return false;
    this.#isAbandoned = true;
    tryCancel(task, reason);
    return true;
  }

  /** The caller ends when the work has cleaned up, however often the caller is cancelled meanwhile. */
  *#waitForEnd(task: Task<unknown>): Coroutine<void> {
    while (!task.done()) {
      try {
        yield* endOf(task, this.#loop, true);
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
      }
    }
  }
}

/** What a call has in common with others, and the task that made it: the call of an async function has a task of its own. */
interface Call {
  readonly key: unknown;
  readonly caller: Task<unknown> | undefined;
}

/** What runs for one key. An abandoned flight may clean up while the next one waits. */
interface Flights {
  /** Held by the flight that runs. */
  readonly lock: Lock;
  latest: Flight | undefined;
  count: number;
}

class KeyedFlights {
  readonly #loop: EventLoop;
  readonly #name: string;
  readonly #flights = new Map<unknown, Flights>();

  constructor(loop: EventLoop, name: string) {
    this.#loop = loop;
    this.#name = name;
  }

  *run(work: Work, { key, caller }: Call): Coroutine<unknown> {
    const open = this.#flights.get(key)?.latest;
    const flight = open?.isOpen === true ? open : this.#begin(work, key);
    if (flight.isOwn(caller)) {
      throw new Error(
        `\`${this.#name}()\` was called with the same key by its own work, which would wait for itself. Call the function that \`singleFlight()\` was given.`,
      );
    }
    return yield* flight.join();
  }

  #begin(work: Work, key: unknown): Flight {
    const flights = this.#flights.get(key) ?? { lock: new Lock(), latest: undefined, count: 0 };
    const flight = new Flight(this.#loop);
    const onEnd = (): void => {
      if (--flights.count === 0) this.#flights.delete(key);
    };
    flights.latest = flight;
    flights.count++;
    this.#flights.set(key, flights);
    try {
      flight.start(inTurn(flights.lock, work), this.#name, onEnd);
    } catch (error) {
      flights.latest = undefined;
      onEnd();
      throw error;
    }
    return flight;
  }
}

function* inTurn(lock: Lock, work: Work): Coroutine<unknown> {
  yield* lock.acquire();
  try {
    return yield* work();
  } finally {
    lock.release();
  }
}

/**
 * Returns a function whose calls join one that runs with the same key, and get its outcome: several parts of a program that want the
 * same at the same time cause one request. A call after the end runs anew: it is no cache.
 *
 * The work has a task of its own. A caller that is cancelled leaves the work to the others; when the last one is, the work is cancelled,
 * and that caller waits until it has cleaned up. A call that comes meanwhile runs anew, after that.
 *
 * Work that calls the function again with its own key is refused, as it would wait for itself. That is not seen where it does so by way of
 * another key, or of another task: then all of them wait for ever.
 *
 * @param fn - An async function, a generator function, or one declared with `coroutine()`. Its arguments, its result and its `this`
 *   stay as they are: those of the first call count. It starts as before: an async function with the call, a coroutine when it is
 *   awaited. Each event loop has calls of its own.
 * @param options - `key`: returns what calls that may share a result have in common. Default: their only argument.
 * @returns The function in the place of `fn`. An async function returns a future now.
 * @throws TypeError when `fn` or `key` is not a function. A call throws what `fn` throws, for all callers the same; at once a TypeError,
 *   when it has several arguments and there is no `key`.
 *
 * @example
 * ```ts
 * import { gather, run, singleFlight, sleep } from 'skein';
 *
 * let requests = 0;
 * const load = singleFlight(async (id: number) => {
 *   requests++;
 *   return await sleep(5, `user ${id}`);
 * });
 * await run(async () => {
 *   const users = await gather([load(1), load(2), load(1)]);
 *   return [users, requests];
 * }); // => [['user 1', 'user 2', 'user 1'], 2]
 * const find = singleFlight(
 *   function* (name: string, limit: number) {
 *     return yield* sleep(1, name.slice(0, limit));
 *   },
 *   { key: (name, limit) => `${limit} ${name}` },
 * );
 * await run(function* () {
 *   return yield* find('skein', 2);
 * }); // => 'sk'
 * ```
 */
export function singleFlight<
  This,
  Args extends unknown[],
  Result extends Coroutine<unknown> | PromiseLike<unknown>,
  Way extends CallPart = Missing,
  Other = Missing,
  Key = Missing,
>(
  fn:
    | ((this: This, ...args: Args) => ControllableOf<'singleFlight', Result, Way, Other>)
    | WorkParts<Way, Other>,
  options?: { key?: KeyOf<Args, Key> | (Key & Nothing<Key>) | undefined },
): (this: This, ...args: Args) => Controlled<Result>;
export function singleFlight(fn: unknown, options: SingleFlightOptions<unknown[]> = {}): unknown {
  checkOptions('singleFlight', options, ['key']);
  const { key } = options;
  if (key !== undefined) checkCallback('singleFlight', key);
  const name = nameOf(fn, 'the function of singleFlight');
  return controlCalls(fn, {
    by: 'singleFlight',
    callsOf: (loop) => new KeyedFlights(loop, name),
    prepare: (args): Call => ({ key: keyOf(name, args, key), caller: currentTask() }),
    control: (calls, work, call) => calls.run(work, call),
  });
}

function keyOf(name: string, args: unknown[], key: SingleFlightOptions<unknown[]>['key']): unknown {
  if (key === undefined) {
    if (args.length < 2) return args[0];
    throw new TypeError(
      `\`${name}()\` expected one argument at most, but got ${args.length}. Say which calls may share a result: \`singleFlight(fn, { key: (a, b) => … })\`.`,
    );
  }
  const result = key(...args);
  // Each promise would be a key of its own.
  if (isPromiseLike(result)) throw unexpected('singleFlight', '`key` to return a key', result);
  return result;
}
