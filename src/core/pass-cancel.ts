/**
 * Passes a request to cancel on, from a task to the futures that it waits for, and so on: through tasks, `gather()` and
 * async functions. It walks in a loop, not in recursion, as such a chain may be longer than the stack is deep.
 *
 * The order is that of nested calls: a future, with all that it waits for, is asked before the next one of the list. Code of
 * the program runs where a future overrides `cancel()`, and in the listeners of AbortSignals. The listeners run last, when
 * all tasks are cancelled. An error that an override throws is thrown at the end; the task that waits for that future is
 * left as it is, as in asyncio.
 */

import { isRequest } from '../errors/cancel-request.ts';
import { CancelledError } from '../errors.ts';
import { Future } from './future.ts';
import { PENDING } from './future-state.ts';
import { makePending, repeat } from './level.ts';
import { reportMethod } from './overrides.ts';
import { countRequest, mustCancel } from './pending-cancel.ts';
import { seams } from './seams.ts';
import type { Task } from './task.ts';

/** The futures that are asked in the place of a future that passes a request to cancel on. */
export interface CancelTargets {
  readonly futures: readonly Future<unknown>[];
  /** One of them took the request. */
  taken?(): void;
}

/** The `cancel()` of the library, which pass on what made a request. Others get the reason alone. */
const ownMethods = new WeakSet<object>([Future.prototype.cancel]);

/** Notes that `prototype.cancel` takes a `CancelRequest`. */
export function takesRequests(prototype: Future<unknown>): void {
  ownMethods.add(prototype.cancel);
}

/**
 * Cancels a future for the library, which goes by its outcome. It may lack the method if another library made it. Returns false if it
 * refuses.
 */
export function tryCancel(future: Future<unknown>, reason: unknown): boolean {
  try {
    const { cancel } = future as Partial<Future<unknown>>;
    const given = !isRequest(reason) || ownMethods.has(cancel as object) ? reason : reason.reason;
    return cancel !== undefined && Boolean(Reflect.apply(cancel, future, [given]));
  } finally {
    seams.cancellations?.dropCancel(future);
  }
}

/** A task, or a future that passes the request on, while its targets are being asked. */
interface Visit {
  readonly task: Task<unknown> | undefined;
  readonly targets: CancelTargets;
  asked: number;
  isTaken: boolean;
  /** The `cancel()` of a target threw. */
  hasFailed: boolean;
}

/** The tasks whose cancellation is being passed on at this moment. A task that is met again is part of a ring. */
const underWay = new Set<Task<unknown>>();

/** Wakes a task of a ring, in which tasks wait for each other. Nothing else would wake it. */
function leaveRing(task: Task<unknown>, reason: unknown): void {
  mustCancel(task, reason);
  const { _waiter: waiter } = task;
  // It is ready already: another way through the ring has woken it, or its future is done.
  if (waiter === undefined) return;
  if (waiter instanceof Future) {
    if (waiter._state !== PENDING) return;
    waiter._removeWaiter(task);
    // Of a `gather()` that the request reaches too, nothing else reads the CancelledError.
    waiter._addWaiter({
      _run: () => {},
      get _retrieves() {
        return waiter._value instanceof CancelledError;
      },
    });
  }
  task._waiter = undefined;
  task._loop._enqueue(task);
}

/** One request on its way. */
class Passing {
  readonly #reason: unknown;
  readonly #path: Visit[] = [];
  readonly #tasks: Task<unknown>[] = [];
  readonly #errors: unknown[] = [];

  constructor(reason: unknown) {
    this.#reason = reason;
  }

  /** Returns true if `first`, or what it waits for, took the request. */
  pass(first: Future<unknown>): boolean {
    let isTaken = this.#ask(first);
    try {
      for (let visit = this.#path.at(-1); visit !== undefined; visit = this.#path.at(-1)) {
        const target = visit.targets.futures[visit.asked++];
        if (target === undefined) isTaken = this.#leave(visit);
        else if (this.#ask(target)) visit.isTaken = true;
      }
    } finally {
      for (const { task } of this.#path) if (task !== undefined) underWay.delete(task);
    }
    for (const task of this.#tasks) abortSignal(task, this.#reason);
    // The first error is thrown. The others are reported.
    for (const exception of this.#errors.slice(1)) reportMethod(first, exception);
    if (this.#errors.length > 0) throw this.#errors[0];
    return isTaken;
  }

  /** Returns true if the future took the request at once. One that has targets is put on the path, and asks them first. */
  #ask(future: Future<unknown>): boolean {
    const task =
      future instanceof Future ? (future as Partial<Task<unknown>>)._asPlainTask?.() : undefined;
    if (task?._state === PENDING) return this.#askTask(task);
    const targets = future instanceof Future ? future._passesCancelTo() : undefined;
    if (targets !== undefined) {
      this.#path.push({ task: undefined, targets, asked: 0, isTaken: false, hasFailed: false });
      return false;
    }
    try {
      return tryCancel(future, this.#reason);
    } catch (error) {
      this.#errors.push(error);
      const by = this.#path.at(-1);
      if (by !== undefined) by.hasFailed = true;
      return false;
    }
  }

  #askTask(task: Task<unknown>): boolean {
    countRequest(task, this.#reason);
    if (task._level !== undefined) {
      task._level._keep(this.#reason);
      this.#tasks.push(task);
      return true;
    }
    if (underWay.has(task)) {
      leaveRing(task, this.#reason);
      return true;
    }
    underWay.add(task);
    this.#tasks.push(task);
    const futures = task._waiter === undefined ? [] : [task._waiter];
    this.#path.push({ task, targets: { futures }, asked: 0, isTaken: false, hasFailed: false });
    return false;
  }

  /** All targets of a visit were asked. */
  #leave(visit: Visit): boolean {
    const { task, targets } = visit;
    this.#path.pop();
    if (task === undefined) {
      if (visit.isTaken) targets.taken?.();
    } else {
      underWay.delete(task);
      if (visit.isTaken) repeat(task, this.#reason);
      else if (!visit.hasFailed) makePending(task, this.#reason);
    }
    const isTaken = visit.isTaken || task !== undefined;
    const before = this.#path.at(-1);
    if (before !== undefined && isTaken) before.isTaken = true;
    return isTaken;
  }
}

/** Cancels `first`, a task or a future that passes the request on. Returns true if it was taken. */
export function passCancel(first: Future<unknown>, reason: unknown): boolean {
  return new Passing(reason).pass(first);
}

/** Tells the listeners of the signal of `task`, if it has one. */
export function abortSignal(task: Task<unknown>, reason: unknown): void {
  task._signal?.abort(reason);
}
