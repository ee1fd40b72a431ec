import { awaitable } from '../core/awaitable.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { printsItself } from '../core/text.ts';
import { Waiters } from './waiters.ts';

/**
 * A flag that tasks can wait for.
 *
 * Follows `asyncio.Event`.
 */
export class Event {
  static {
    printsItself(this.prototype);
  }

  #set = false;
  readonly #waiters: Waiters;

  constructor();
  /** @internal `purpose`: what its waiters are said to wait for, in its place. */
  constructor(purpose: unknown);
  constructor(purpose?: unknown) {
    this.#waiters = new Waiters(purpose ?? this);
  }

  isSet(): boolean {
    return this.#set;
  }

  /** Sets the flag and wakes all who wait; they run on even if it is cleared before they do. */
  set(): void {
    if (this.#set) return;
    this.#set = true;
    this.#waiters.wakeAll();
  }

  clear(): void {
    this.#set = false;
  }

  /** Waits until the flag is set; returns true. */
  wait(): AwaitableCoroutine<true> {
    return waiting(this);
  }

  /** @internal */
  *_wait(): Coroutine<true> {
    if (!this.#set) yield* this.#waiters.wait();
    return true;
  }

  toString(): string {
    const { size } = this.#waiters;
    return `<Event ${this.#set ? 'set' : 'unset'}${size > 0 ? `, ${size} waiting` : ''}>`;
  }
}

const waiting = awaitable(function* (event: Event): Coroutine<true> {
  return yield* event._wait();
});
