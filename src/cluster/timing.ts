/** Times of a cluster. They are those of a loop, so that they are virtual on a virtual loop, and real where the loop was closed. */
import type { EventLoop } from '../core/event-loop.ts';
import { HostDelay } from '../core/host-delay.ts';
import { PlainTimer } from '../core/plain-timer.ts';

export interface Timer {
  cancel(): void;
}

export function timeOf(loop: EventLoop): number {
  return loop.isClosed() ? performance.now() : loop.time();
}

/** Calls `fn` after so many ms. */
export function after(loop: EventLoop, ms: number, fn: () => void): Timer {
  return loop.isClosed() ? onHost(ms, fn) : new LoopTimer(loop, ms, fn);
}

function onHost(ms: number, fn: () => void): Timer {
  const delay = new HostDelay(fn, ms);
  return { cancel: () => delay.clear() };
}

/** A timer of a loop. If the loop is closed before, it goes on by the clock of the host: what waits for it must not wait for ever. */
class LoopTimer implements Timer {
  readonly #loop: EventLoop;
  #timer: Timer;

  constructor(loop: EventLoop, ms: number, fn: () => void) {
    this.#loop = loop;
    const when = loop.time() + ms;
    const fire = (): void => {
      loop._whenClosed.delete(this.#closed);
      fn();
    };
    // Not by `callLater()`, which a class of the program may override.
    this.#timer = new PlainTimer(loop, when, { _fire: fire });
    this.#closed = () => {
      loop._whenClosed.delete(this.#closed);
      this.#timer = onHost(when - loop.time(), fn);
    };
    loop._whenClosed.add(this.#closed);
  }

  readonly #closed: () => void;

  cancel(): void {
    this.#loop._whenClosed.delete(this.#closed);
    this.#timer.cancel();
  }
}

export function pause(loop: EventLoop, ms: number): Promise<void> {
  return new Promise((resolve) => {
    after(loop, ms, resolve);
  });
}

/** How long the engine may take for an answer. */
export const limitMs = 3000;

/** Thrown when nothing came in time. */
export class Silence extends Error {
  constructor(ms: number) {
    super(`The server did not answer within ${ms} ms.`);
  }
}

/** Resolves as the promise does. @throws Silence if it takes more than so many ms: it may never settle. */
export function within<T>(loop: EventLoop, ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = after(loop, ms, () => {
      reject(new Silence(ms));
    });
    promise.then(resolve, reject).finally(() => timer.cancel());
  });
}

/** A slow network carries so many letters in 1 ms. */
const lettersInMs = 1000;

/** How long the engine may take for a text of this length, in ms: a large one takes longer, and must not be sent over and over. */
export function limitFor(length: number): number {
  return limitMs + length / lettersInMs;
}
