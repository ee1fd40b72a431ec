import { getEventLoop } from '../core/current.ts';
import type { Future } from '../core/future.ts';

/** Those who wait until the queue of an executor has room, in the order in which they came. */
export class RoomWaiters {
  readonly #waiting: Future<void>[] = [];

  /** @param free - How many jobs fit now. */
  wait(free: number): Future<void> {
    const loop = getEventLoop();
    const future = loop.createFuture<void>();
    future._purpose = 'room in an executor';
    if (free > this.#waiting.length) {
      future.setResult();
      return future;
    }
    this.#waiting.push(future);
    const outside = loop._expectOutside();
    future.addDoneCallback(() => {
      outside.close();
      const at = this.#waiting.indexOf(future);
      if (at !== -1) this.#waiting.splice(at, 1);
    });
    return future;
  }

  /** So many jobs fit now: as many may go on. */
  wake(free: number): void {
    for (const future of this.#waiting.splice(0, free)) if (!future.done()) future.setResult();
  }

  /** Nothing fits any more, ever. */
  fail(error: () => Error): void {
    for (const future of this.#waiting.splice(0)) if (!future.done()) future.setException(error());
  }

  get length(): number {
    return this.#waiting.length;
  }
}
