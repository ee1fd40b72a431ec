/** Waiting for a future from outside of its loop, as `run()` and an `await` of `runUntilComplete()` do. */
import type { EventLoop } from './event-loop.ts';
import type { Future } from './future.ts';
import { safely } from './text.ts';
import { whenDone } from './when-done.ts';

/** A loop that the host does not drive: `VirtualEventLoop`. */
interface DrivesItself {
  /** @internal Runs the loop until `future` is done. */
  _drive?(future: Future<unknown>): Promise<void>;
}

/** Resolves when `future` is done; rejects when `loop`, which is that of the future, is closed before. */
export function untilDone(loop: EventLoop, future: Future<unknown>): Promise<void> {
  return (loop as DrivesItself)._drive?.(future) ?? waitOpen(loop, future);
}

function waitOpen(loop: EventLoop, future: Future<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = (): void => (future.done() ? resolve() : reject(closedBefore(future)));
    if (loop.isClosed()) closed();
    loop._whenClosed.add(closed);
    whenDone(future, () => {
      loop._whenClosed.delete(closed);
      loop._giveWay();
      resolve();
    });
  });
}

/** @returns Error for code that waits for a loop which runs nothing any more. */
export function closedBefore(future: Future<unknown>): Error {
  return new Error(`The event loop was closed before this was done: ${safely(() => `${future}`)}.`);
}
