import { getEventLoop } from '../core/current.ts';
import type { Future } from '../core/future.ts';

/** The calls of `room()` that wait until the queue of an executor has room, in the order in which they came. */
export class RoomWaiters {
  readonly #waiting = new Set<Future<void>>();

  get length(): number {
    return this.#waiting.size;
  }

  /** @param free - How many jobs fit now. */
  wait(free: number): Future<void> {
    const loop = getEventLoop();
    const future = loop.createFuture<void>();
    future._purpose = 'room in an executor';
    if (free > this.#waiting.size) {
      future.setResult();
      return future;
    }
    this.#waiting.add(future);
    const outside = loop._expectOutside();
    future.addDoneCallback(() => {
      outside.close();
      this.#waiting.delete(future);
    });
    return future;
  }

  /** @param free - How many jobs fit now: as many waiters go on. */
  wake(free: number): void {
    let left = free;
    for (const future of this.#waiting) {
      if (left-- <= 0) return;
      this.#waiting.delete(future);
      if (!future.done()) future.setResult();
    }
  }

  /** The executor takes no more jobs. */
  fail(error: () => Error): void {
    for (const future of this.#waiting) {
      this.#waiting.delete(future);
      if (!future.done()) future.setException(error());
    }
  }
}
