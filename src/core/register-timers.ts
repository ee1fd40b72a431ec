/**
 * Registers what loops need to live with tests that replace the clock and the timers of the host, and with programs that end by
 * themselves.
 */
import { setFaked } from './faked-timers.ts';
import { systemHost } from './host.ts';
import {
  areFaked,
  clearTimer,
  type HostTimer,
  hasReached,
  holdTimer,
  macrotask,
  now,
  realNow,
  setFakedTimer,
  setRealTimer,
} from './host-timers.ts';
import { seams } from './seams.ts';

export function registerTimers(): void {
  Object.assign(systemHost, {
    now,
    realNow,
    macrotask,
    setTimer: setRealTimer,
    // A timer that was set before is the function that clears it: `skein/debug` may be imported late.
    clearTimer: (timer: HostTimer | (() => void) | undefined) =>
      typeof timer === 'function' ? timer() : clearTimer(timer),
    holdTimer: (timer: unknown, isNeeded: boolean) => holdTimer(timer as HostTimer, isNeeded),
    areFaked,
    setFakedTimer,
    hasReached,
  });
  seams.setFaked = setFaked;
}
