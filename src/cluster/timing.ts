/** Times of a cluster. They are those of a loop, so that they are virtual on a virtual loop, and real where the loop was closed. */
import type { EventLoop } from '../core/event-loop.ts';
import { HostDelay } from '../core/host-delay.ts';

export interface Timer {
  cancel(): void;
}

/** Calls `fn` after so many ms. */
export function after(loop: EventLoop, ms: number, fn: () => void): Timer {
  if (!loop.isClosed()) return loop.callLater(ms, fn);
  const delay = new HostDelay(fn, ms);
  return { cancel: () => delay.clear() };
}

export function pause(loop: EventLoop, ms: number): Promise<void> {
  return new Promise((resolve) => {
    after(loop, ms, resolve);
  });
}

/** Thrown when nothing came in time. */
class Silence extends Error {}

/** Resolves as the promise does. @throws Silence if it takes more than so many ms: it may never settle. */
export function within<T>(loop: EventLoop, ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = after(loop, ms, () => {
      reject(new Silence(`The server did not answer within ${ms} ms.`));
    });
    promise.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** A slow network carries so many letters in 1 ms. */
const lettersInMs = 1000;

/** How long the server may take for a text of this length, in ms: a large one takes longer, and must not be sent over and over. */
export function limitFor(limitMs: number, length: number): number {
  return limitMs + length / lettersInMs;
}
