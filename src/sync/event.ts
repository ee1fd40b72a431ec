import { Attempt, notYet } from '../core/attempt.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { handOut } from '../core/library-coroutine.ts';
import { printsItself } from '../core/prints-itself.ts';
import { Waiters } from './waiters.ts';

/**
 * A flag that tasks can wait for.
 *
 * @example
 * ```ts
 * import { createTask, Event, run } from 'skein';
 *
 * await run(async () => {
 *   const started = new Event();
 *   const waiter = createTask(async () => {
 *     await started.wait();
 *     return 'go';
 *   });
 *   const coroutine = createTask(function* () {
 *     return yield* started.wait();
 *   });
 *   started.set();
 *   return [await waiter, await coroutine];
 * }); // => ['go', true]
 * ```
 *
 * Follows `asyncio.Event`.
 */
export class Event {
  static {
    printsItself(this.prototype);
  }

  #set = false;
  readonly #waiters: Waiters;

  /** Makes an event that is not set. */
  constructor();
  /** @internal `purpose`: named in texts instead of the event, as what its waiters wait for. */
  constructor(purpose: unknown);
  constructor(purpose?: unknown) {
    this.#waiters = new Waiters(purpose ?? this);
  }

  /** Tells whether the flag is set. */
  isSet(): boolean {
    return this.#set;
  }

  /** Sets the flag and wakes all waiting tasks. They go on even if the flag is cleared before they run. */
  set(): void {
    if (this.#set) return;
    this.#set = true;
    this.#waiters.wakeAll();
  }

  /** Clears the flag: tasks that come from now on wait. */
  clear(): void {
    this.#set = false;
  }

  /** Waits until the flag is set; returns true. */
  wait(): AwaitableCoroutine<true> {
    return handOut(new WaitingForEvent(this));
  }

  /** @internal */
  *_waitUntilSet(): Coroutine<true> {
    yield* this.#waiters.wait();
    return true;
  }

  toString(): string {
    const { size } = this.#waiters;
    return `<Event ${this.#set ? 'set' : 'unset'}${size > 0 ? `, ${size} waiting` : ''}>`;
  }
}

class WaitingForEvent extends Attempt<true> {
  readonly #event: Event;

  constructor(event: Event) {
    super();
    this.#event = event;
  }

  protected override _try(): true | typeof notYet {
    return this.#event.isSet() ? true : notYet;
  }

  protected override _wait(): Coroutine<true> {
    return this.#event._waitUntilSet();
  }
}
