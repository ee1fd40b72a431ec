import { HostDelay } from '../core/host-delay.ts';
import type { Session } from './attach/session.ts';

/** How long a command waits before it asks again, in ms. */
export const pauseMs = 20;

/** Resolves after a time on the real clock. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    new HostDelay(resolve, ms);
  });
}

/** Resolves after a time on the real clock, or once the program of the session has ended: its process waits for this command. */
export function pauseWhileItRuns({ ending }: Session, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = new HostDelay(resolve, ms);
    void ending.then(() => {
      timer.clear();
      resolve();
    });
  });
}
