import type { Coroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import type { Future } from '../core/future.ts';
import type { Purpose } from '../core/purpose.ts';

interface Waiter {
  readonly future: Future<void>;
  previous: Waiter | undefined;
  next: Waiter | undefined;
  waits: boolean;
}

/**
 * The tasks that wait at a primitive or a queue, in the order of their arrival. A woken waiter stays in the list until its
 * task runs, so that no other task overtakes it. A released waiter leaves at once.
 *
 * A linked list, as a cancelled waiter leaves from the middle. Two places in it are remembered, so that n waiters woken in one
 * turn are not passed by n times: a waiter that is woken or cancelled stays so. Bound to the loop of the first task that has to wait.
 */
export class Waiters {
  readonly #purpose: Purpose;
  #loop: EventLoop | undefined;
  #first: Waiter | undefined;
  #last: Waiter | undefined;
  /** All before it are woken or cancelled. */
  #firstAsleep: Waiter | undefined;
  /** All before it are cancelled. */
  #firstLive: Waiter | undefined;
  #size = 0;

  /** @param purpose - The primitive or queue that they wait at; shown in text forms. */
  constructor(purpose: Purpose) {
    this.#purpose = purpose;
  }

  get size(): number {
    return this.#size;
  }

  /** True if there is a waiter that was not cancelled. */
  get anyLive(): boolean {
    while (this.#firstLive?.future.cancelled()) this.#firstLive = this.#firstLive.next;
    return this.#firstLive !== undefined;
  }

  /** Waits until woken or cancelled. `future` may be made before, by {@link createFuture}. */
  *wait(future: Future<void> = this.createFuture()): Coroutine<void> {
    const waiter: Waiter = { future, previous: this.#last, next: undefined, waits: true };
    if (this.#last === undefined) this.#first = waiter;
    else this.#last.next = waiter;
    this.#last = waiter;
    this.#firstAsleep ??= waiter;
    this.#firstLive ??= waiter;
    this.#size++;
    try {
      yield* future;
    } finally {
      this.#remove(waiter);
    }
  }

  /**
   * Makes the future that a waiter awaits.
   *
   * @throws Error when waiters of another loop came first.
   */
  createFuture(): Future<void> {
    const loop = getEventLoop();
    this.#loop ??= loop;
    if (this.#loop !== loop) {
      throw new Error(
        `${this.#purpose} is used by tasks of another event loop. Make one for each loop.`,
      );
    }
    const future = loop.createFuture<void>();
    future._purpose = this.#purpose;
    return future;
  }

  /** Wakes the first waiter that is neither woken nor cancelled. Returns false if there is none. */
  wakeNext(): boolean {
    while (this.#firstAsleep?.future.done()) this.#firstAsleep = this.#firstAsleep.next;
    const next = this.#firstAsleep;
    if (next === undefined) return false;
    this.#firstAsleep = next.next;
    next.future.setResult();
    return true;
  }

  /** Releases the first waiter that is neither woken nor cancelled. It leaves at once: newcomers do not queue behind it. */
  releaseNext(): void {
    for (let waiter = this.#first; waiter !== undefined; waiter = this.#first) {
      this.#remove(waiter);
      if (waiter.future.done()) continue;
      waiter.future.setResult();
      return;
    }
  }

  /** Releases all waiters. */
  releaseAll(): void {
    while (this.#first !== undefined) this.releaseNext();
  }

  /** Wakes the first waiter, if that is neither woken nor cancelled. */
  wakeFirst(): void {
    if (this.#first?.future.done() === false) this.#first.future.setResult();
  }

  /** Wakes all waiters. */
  wakeAll(): void {
    while (this.wakeNext());
  }

  *[Symbol.iterator](): Generator<Future<void>, void, undefined> {
    for (let waiter = this.#first; waiter !== undefined; waiter = waiter.next) yield waiter.future;
  }

  #remove(waiter: Waiter): void {
    if (!waiter.waits) return;
    waiter.waits = false;
    if (this.#firstAsleep === waiter) this.#firstAsleep = waiter.next;
    if (this.#firstLive === waiter) this.#firstLive = waiter.next;
    if (waiter.previous === undefined) this.#first = waiter.next;
    else waiter.previous.next = waiter.next;
    if (waiter.next === undefined) this.#last = waiter.previous;
    else waiter.next.previous = waiter.previous;
    this.#size--;
  }
}
