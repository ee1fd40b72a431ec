/**
 * The waiters of a future, in the order of registration. Nearly all futures have one waiter or none, so the first is kept
 * without a list. A list that is long when one of its waiters leaves becomes a set: an array would be searched and copied
 * for each that leaves, and n waiters that leave would take n² steps.
 */
import type { Future } from './future.ts';
import { FINISHED } from './future-state.ts';
import type { Runnable } from './ready-queue.ts';

/** None, one, or a list of them. */
export type FutureWaiters = Runnable | Runnable[] | ManyWaiters | undefined;

/** Up to this length an array is searched. */
const shortLength = 8;

export class ManyWaiters {
  readonly #all: Set<Runnable>;
  /**
   * The waiters by the functions that they call. Made when a function is first removed. A WeakMap, as in a large Map a key that is
   * deleted and set again and again leaves ever more empty entries in its bucket, each of which the next search passes.
   */
  #byCallback: WeakMap<object, Set<Runnable>> | undefined;

  constructor(waiters: readonly Runnable[]) {
    this.#all = new Set(waiters);
  }

  get size(): number {
    return this.#all.size;
  }

  push(waiter: Runnable): void {
    this.#all.add(waiter);
    if (this.#byCallback !== undefined) note(this.#byCallback, waiter);
  }

  remove(waiter: Runnable): void {
    this.#all.delete(waiter);
    // An empty set needs no place of its own: the program has the function, or the entry goes with it.
    this.#byCallback?.get(waiter._callback as object)?.delete(waiter);
  }

  /** Removes all waiters that call `callback`; returns how many there were. */
  removeCallback(callback: object): number {
    if (this.#byCallback === undefined) {
      this.#byCallback = new WeakMap();
      for (const waiter of this.#all) note(this.#byCallback, waiter);
    }
    const waiters = this.#byCallback.get(callback);
    if (waiters === undefined) return 0;
    this.#byCallback.delete(callback);
    for (const waiter of waiters) this.#all.delete(waiter);
    return waiters.size;
  }

  [Symbol.iterator](): Iterator<Runnable> {
    return this.#all.values();
  }
}

function note(byCallback: WeakMap<object, Set<Runnable>>, waiter: Runnable): void {
  if (waiter._callback === undefined) return;
  const same = byCallback.get(waiter._callback);
  if (same === undefined) byCallback.set(waiter._callback, new Set([waiter]));
  else same.add(waiter);
}

/** A waiter can be run, a list cannot: cheaper to find out than the class of a list. */
export function isList(
  waiters: Exclude<FutureWaiters, undefined>,
): waiters is Runnable[] | ManyWaiters {
  return (waiters as Partial<Runnable>)._run === undefined;
}

/** All of them, for a loop. */
export function eachWaiter(waiters: FutureWaiters): Iterable<Runnable> {
  if (waiters === undefined) return [];
  return isList(waiters) ? waiters : [waiters];
}

/** Puts the waiters of a future that is done into the ready queue of its loop. */
export function wakeAll(future: Future<unknown>, waiters: Exclude<FutureWaiters, undefined>): void {
  if (isList(waiters)) for (const waiter of waiters) wake(future, waiter);
  else wake(future, waiters);
}

function wake(future: Future<unknown>, waiter: Runnable): void {
  const isFinished = future._state === FINISHED;
  future._loop._enqueue(isFinished ? waiter : (waiter._for?.(future) ?? waiter));
}

/** Tells whether one of them takes over the outcome of the future, a failure included. */
export function retrieve(waiters: FutureWaiters): boolean {
  for (const waiter of eachWaiter(waiters)) if (waiter._retrieves) return true;
  return false;
}

/** Tells whether one of them waits for the future on behalf of code that may read its outcome. */
export function mayRetrieve(waiters: FutureWaiters): boolean {
  for (const waiter of eachWaiter(waiters)) if (waiter._holds) return true;
  return false;
}

/** Returns the waiters without `waiter`. */
export function withoutWaiter(waiters: FutureWaiters, waiter: Runnable): FutureWaiters {
  if (waiters === undefined || waiters === waiter) return undefined;
  if (Array.isArray(waiters) && waiters.length <= shortLength) {
    const at = waiters.indexOf(waiter);
    if (at >= 0) waiters.splice(at, 1);
    return waiters.length === 0 ? undefined : waiters;
  }
  const list = many(waiters);
  if (list === undefined) return waiters;
  list.remove(waiter);
  return list.size === 0 ? undefined : list;
}

/** Returns the waiters without those that call `callback`, and how many these were. */
export function withoutCallback(
  waiters: FutureWaiters,
  callback: object,
): { kept: FutureWaiters; removed: number } {
  const calls = (waiter: Runnable): boolean => waiter._callback === callback;
  if (Array.isArray(waiters) && waiters.length <= shortLength) {
    const kept = waiters.filter((waiter) => !calls(waiter));
    return { kept: kept.length === 0 ? undefined : kept, removed: waiters.length - kept.length };
  }
  const list = many(waiters);
  if (list !== undefined) {
    const removed = list.removeCallback(callback);
    return { kept: list.size === 0 ? undefined : list, removed };
  }
  const one = waiters as Runnable | undefined;
  return one !== undefined && calls(one)
    ? { kept: undefined, removed: 1 }
    : { kept: waiters, removed: 0 };
}

/** The waiters as a set; undefined if there is no list of them. */
function many(waiters: FutureWaiters): ManyWaiters | undefined {
  if (waiters instanceof ManyWaiters) return waiters;
  return Array.isArray(waiters) ? new ManyWaiters(waiters) : undefined;
}
