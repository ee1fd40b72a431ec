import type { EventLoop } from '../../core/event-loop.ts';
import { randomFrom } from './random.ts';

/** Has the clocks and the random numbers of the host follow the loop and the seed. Returns the function that puts them back. */
export function pin(loop: EventLoop, seed: number): () => void {
  const { now } = Date;
  const { random } = Math;
  const ownNow = Object.getOwnPropertyDescriptor(performance, 'now');
  const time = (): number => loop.time();
  Date.now = time;
  Math.random = randomFrom(seed);
  Object.defineProperty(performance, 'now', { value: time, configurable: true, writable: true });
  return () => {
    Date.now = now;
    Math.random = random;
    if (ownNow === undefined) delete (performance as { now?: unknown }).now;
    else Object.defineProperty(performance, 'now', ownNow);
  };
}
