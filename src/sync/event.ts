import { Attempt, notYet } from '../core/attempt.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { handOut } from '../core/library-coroutine.ts';
import type { Purpose, PurposeKind } from '../core/purpose.ts';
import { Named, type NameOptions } from './named.ts';
import { Waiters } from './waiters.ts';

/** What an {@link Event} is doing, at one moment. */
export interface EventStatistics {
  /** The name that the event was given. */
  readonly name: string | undefined;
  /** True if the flag is set. */
  readonly set: boolean;
  /** The number of tasks that wait for it. */
  readonly waiting: number;
}

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
export class Event extends Named {
  #set = false;
  readonly #waiters: Waiters;

  /**
   * Makes an event that is not set.
   *
   * @param options - `name`: shown in text forms, call graphs and `statistics()`.
   * @throws TypeError when an option is not known, or the name has no text form.
   */
  constructor(options?: NameOptions);
  /** @internal `purpose`: named in texts instead of the event, as what its waiters wait for. */
  constructor(options: NameOptions | undefined, purpose: Purpose);
  constructor(options?: NameOptions, purpose?: Purpose) {
    super(options);
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

  /** Tells whether it is set, and how many tasks wait; see {@link EventStatistics}. The object is frozen. */
  statistics(): EventStatistics {
    return Object.freeze({ name: this.name, set: this.#set, waiting: this.#waiters.size });
  }

  /** @internal */
  get _kind(): PurposeKind {
    return 'event';
  }

  /** @internal */
  *_waitUntilSet(): Coroutine<true> {
    yield* this.#waiters.wait();
    return true;
  }

  override toString(): string {
    return this._textOf('Event', this.#set ? 'set' : 'unset', this.#waiters.size);
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
