import { getEventLoop } from '../../core/current.ts';
import type { Future } from '../../core/future.ts';
import { PENDING } from '../../core/future-state.ts';
import { LinkedList } from '../../core/linked-list.ts';
import type { Purpose } from '../../core/purpose.ts';

const roomInExecutor: Purpose = { _kind: 'room', toString: () => 'room in an executor' };

/** The calls of `room()` that wait until the queue of an executor has room, in the order in which they came. */
export class RoomWaiters {
  readonly #waiting = new LinkedList<Future<void>>();

  get length(): number {
    return this.#waiting.size;
  }

  /** @param free - How many jobs fit now. */
  wait(free: number): Future<void> {
    const loop = getEventLoop();
    const future = loop.createFuture<void>();
    future._purpose = roomInExecutor;
    if (free > this.#waiting.size) {
      future.setResult();
      return future;
    }
    const link = this.#waiting.push(future);
    const outside = loop._expectOutside();
    future.addDoneCallback(() => {
      outside.close();
      this.#waiting.remove(link);
    });
    return future;
  }

  /** @param free - How many jobs fit now: as many waiters go on. */
  wake(free: number): void {
    for (let left = free; left > 0 && this.#waiting.size > 0; left--) {
      const future = this.#waiting.shift() as Future<void>;
      if (future._state === PENDING) future._finish(undefined);
    }
  }

  /** The executor takes no more jobs. */
  fail(error: () => Error): void {
    for (const future of this.#waiting.takeAll()) {
      if (future._state === PENDING) future._fail(error());
    }
  }
}
