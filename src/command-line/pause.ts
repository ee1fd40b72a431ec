import { HostDelay } from '../core/host-delay.ts';

/** How long a command waits before it asks again, in ms. */
export const pauseMs = 20;

/** Resolves after a time on the real clock. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    new HostDelay(resolve, ms);
  });
}
