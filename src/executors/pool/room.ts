import { getEventLoop } from '../../core/current.ts';
import type { EventLoop } from '../../core/event-loop.ts';
import type { Future } from '../../core/future.ts';
import { PENDING } from '../../core/future-state.ts';
import { LinkedList } from '../../core/linked-list.ts';
import { OutsideWork } from '../../core/outside-work.ts';
import type { Purpose } from '../../core/purpose.ts';
import { QueueFull } from '../../errors.ts';

const roomInExecutor: Purpose = { _kind: 'room', toString: () => 'room in an executor' };

/** A woken task submits within so many iterations, or does not want the place: it was cancelled, or does something else first. */
const iterationsToTake = 3;

/** The error of an executor whose queue is full. */
export function noRoom(maxQueue: number): QueueFull {
  return new QueueFull(
    maxQueue,
    `The executor has no room: as many jobs wait as its \`maxQueue\` allows, which is ${maxQueue}. Wait for room with \`await executor.room()\`.`,
  );
}

/**
 * The calls of `room()` that wait until the queue of an executor has room, in the order in which they came.
 *
 * A place is not kept for the one that is woken. If it does not take it, the next one is woken.
 */
export class RoomWaiters {
  readonly #waiting = new LinkedList<Future<void>>();
  /** Returns how many jobs fit now. */
  readonly #free: () => number;

  constructor(free: () => number) {
    this.#free = free;
  }

  get length(): number {
    return this.#waiting.size;
  }

  wait(): Future<void> {
    const loop = getEventLoop();
    const future = loop.createFuture<void>();
    future._purpose = roomInExecutor;
    if (this.#free() > this.#waiting.size) {
      future.setResult();
      return future;
    }
    const link = this.#waiting.push(future);
    const outside = new OutsideWork(loop);
    future.addDoneCallback(() => {
      outside.close();
      this.#waiting.remove(link);
    });
    return future;
  }

  /** Wakes as many as there are jobs that fit now. */
  wake(): void {
    let woken: Future<void> | undefined;
    for (let left = this.#free(); left > 0 && this.#waiting.size > 0; left--) {
      woken = this.#waiting.shift() as Future<void>;
      if (woken._state === PENDING) woken._finish(undefined);
    }
    if (woken !== undefined && this.#waiting.size > 0)
      this.#lookAgain(woken._loop, iterationsToTake);
  }

  #lookAgain(loop: EventLoop, iterations: number): void {
    if (loop.isClosed()) this.wake();
    else if (iterations > 0) loop._enqueue({ _run: () => this.#lookAgain(loop, iterations - 1) });
    else this.wake();
  }

  /** The executor takes no more jobs. */
  fail(error: () => Error): void {
    for (const future of this.#waiting.takeAll()) {
      if (future._state === PENDING) future._fail(error());
    }
  }
}
