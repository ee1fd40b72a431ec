import { HostDelay } from '../core/host-delay.ts';

/** Resolves after a time on the real clock. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    new HostDelay(resolve, ms);
  });
}
