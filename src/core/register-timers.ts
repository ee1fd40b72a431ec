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
    clearTimer: (timer: unknown) => clearTimer(timer as HostTimer | undefined),
    holdTimer: (timer: unknown, isNeeded: boolean) => holdTimer(timer as HostTimer, isNeeded),
    areFaked,
    setFakedTimer,
    hasReached,
  });
  seams.setFaked = setFaked;
}
