/**
 * The clock, the timers and the macrotask of a page. They are asked for each time: a test that replaces them while a loop has no
 * timer gets what it replaced. All else that tests may do needs host-timers.ts, which register-timers.ts puts in their place.
 */
import { clampDelay } from './clamp-delay.ts';

const scope = globalThis as unknown as {
  setTimeout(fn: () => void, ms: number): unknown;
  clearTimeout: (timer: unknown) => void;
  setImmediate?: (fn: () => void) => unknown;
  MessageChannel?: typeof MessageChannel;
};

export function now(): number {
  return performance.now();
}

/**
 * Sets a timer. One longer than a host timer can be fires early. A mock of a test may call back at once: then `fn` is called later all
 * the same, as nothing runs inside of the call that sets a timer.
 */
export function setTimer(fn: () => void, ms: number): () => void {
  const { clearTimeout } = scope;
  let isSet = false;
  const timer = scope.setTimeout(() => (isSet ? fn() : queueMicrotask(fn)), clampDelay(ms));
  isSet = true;
  return () => clearTimeout(timer);
}

/** Runs `fn` after the host had a turn. Browsers throttle timers to 4 ms, but not messages. */
export function macrotask(fn: () => void): void {
  if (scope.setImmediate !== undefined) scope.setImmediate(fn);
  else if (scope.MessageChannel === undefined) scope.setTimeout(fn, 0);
  else {
    const { port1, port2 } = new scope.MessageChannel();
    port1.onmessage = () => {
      port1.close();
      fn();
    };
    port2.postMessage(0);
  }
}
