/**
 * The clock and the timers of the host, which tests replace: `mock.timers` of node:test, `vi.useFakeTimers()` and its like
 * replace some functions of `globalThis`, and put them back, between any two moments of a loop.
 *
 * What a loop needs for itself is real: its macrotask, and the one host timer of the timers that were set on the real clock. So
 * nothing is kept that never comes. While a function is replaced, `areFaked()`, each new timer of a loop has a host timer of its
 * own, from the function of now (faked-timers.ts): it fires when the test says so.
 *
 * If this module is loaded while functions are replaced, the real ones are learnt when they are back.
 */

import { clampDelay } from './clamp-delay.ts';

type SetTimeout = (fn: () => void, ms: number) => unknown;
type ClearTimeout = (timer: never) => void;

const scope = globalThis as unknown as {
  setTimeout: SetTimeout;
  clearTimeout: ClearTimeout;
  setImmediate?: (fn: () => void) => unknown;
  MessageChannel?: typeof MessageChannel;
  performance: { now(): number };
};

/** A timer, and the function that clears it: that of another clock would clear nothing, or another timer. */
export interface HostTimer {
  readonly timer: unknown;
  readonly clear: ClearTimeout;
}

/** Fake timers of @sinonjs/fake-timers (vitest, jest), of node:test, and mocks of vitest and jest. */
function looksFaked(what: unknown): boolean {
  if (typeof what !== 'function' && typeof what !== 'object') return false;
  const { name } = what as { name?: unknown };
  const isBound = typeof name === 'string' && name.startsWith('bound ');
  return isBound || 'clock' in (what as object) || '_isMockFunction' in (what as object);
}

let realSetTimeout: SetTimeout | undefined;
let realClearTimeout: ClearTimeout | undefined;
let realNowFunction: (() => number) | undefined;
let readRealClock: (() => number) | undefined;

function learn(): void {
  const { setTimeout, clearTimeout, performance } = scope;
  if (!looksFaked(setTimeout) && !looksFaked(clearTimeout)) {
    realSetTimeout ??= setTimeout;
    realClearTimeout ??= clearTimeout;
  }
  if (realNowFunction === undefined && !looksFaked(performance) && !looksFaked(performance.now)) {
    realNowFunction = performance.now;
    readRealClock = () => (realNowFunction as () => number).call(performance);
  }
}

learn();

/** Tells whether a test has replaced the host's timers or clock. */
export function areFaked(): boolean {
  if (realSetTimeout === undefined || realNowFunction === undefined) learn();
  return scope.setTimeout !== realSetTimeout || scope.performance.now !== realNowFunction;
}

/** The time that a fake timer reached, while the function that set it is in place: the clock may not be replaced with it. */
let reached = Number.NEGATIVE_INFINITY;
let reachedBy: SetTimeout | undefined;

/** The clock that the program sees. */
export function now(): number {
  const time = scope.performance.now();
  return scope.setTimeout === reachedBy ? Math.max(time, reached) : time;
}

/** The real clock, whatever a test has replaced. */
export function realNow(): number {
  return readRealClock === undefined ? scope.performance.now() : readRealClock();
}

/** A fake timer for `when` has fired: it is not earlier. */
export function hasReached(when: number): void {
  reached = scope.setTimeout === reachedBy ? Math.max(reached, when) : when;
  reachedBy = scope.setTimeout;
}

/** Sets a timer of the real clock, whatever a test has replaced. One longer than a host timer can be fires early. */
export function setRealTimer(fn: () => void, ms: number): HostTimer {
  const set = realSetTimeout ?? scope.setTimeout;
  return { timer: set(fn, clampDelay(ms)), clear: realClearTimeout ?? scope.clearTimeout };
}

/** Sets a timer with the function of now, otherwise as `setRealTimer()`. */
export function setFakedTimer(fn: () => void, ms: number): HostTimer {
  const { setTimeout, clearTimeout } = scope;
  return { timer: setTimeout(fn, clampDelay(ms)), clear: clearTimeout };
}

export function clearTimer(hostTimer: HostTimer | undefined): void {
  if (hostTimer === undefined) return;
  const { timer, clear } = hostTimer;
  // `mock.timers.reset()` of node:test forgets its timers. To clear a forgotten timer removes another one.
  if (typeof timer === 'object' && timer !== null && 'priorityQueuePosition' in timer) return;
  clear(timer as never);
}

/** Tells whether the program has to wait for the timer. Browsers' timers are numbers, and their programs do not end. */
export function holdTimer({ timer }: HostTimer, isNeeded: boolean): void {
  const { ref, unref } = Object(timer) as { ref?(): void; unref?(): void };
  (isNeeded ? ref : unref)?.call(timer);
}

/** A macrotask made of a message to itself: browsers throttle timers to 4 ms, but not messages. */
export function messageMacrotask(Channel: typeof MessageChannel): (fn: () => void) => void {
  let waiting: (() => void)[] = [];
  /** The place of the next. Nothing is shifted: n functions would take n² steps. */
  let next = 0;
  const { port1, port2 } = new Channel();
  // Node's ports keep the program alive if they are told to.
  const { ref, unref } = port1 as { ref?(): void; unref?(): void };
  port1.onmessage = () => {
    const fn = waiting[next++];
    if (next >= waiting.length) {
      waiting = [];
      next = 0;
      unref?.call(port1);
    }
    fn?.();
  };
  unref?.call(port1);
  return (fn) => {
    if (waiting.push(fn) === 1) ref?.call(port1);
    port2.postMessage(undefined);
  };
}

/** The functions are those of the time when this module is loaded; messages are faked by no library. */
function chooseMacrotask(): (fn: () => void) => void {
  const { setImmediate, MessageChannel: Channel } = scope;
  if (typeof setImmediate === 'function' && !looksFaked(setImmediate)) return setImmediate;
  if (typeof Channel === 'function') {
    let macrotask: ((fn: () => void) => void) | undefined;
    return (fn) => {
      macrotask ??= messageMacrotask(Channel);
      macrotask(fn);
    };
  }
  return (fn) => void setRealTimer(fn, 0);
}

/** Runs `fn` after the host had a turn. Always real. */
export const macrotask: (fn: () => void) => void = chooseMacrotask();
