import { current } from './current.ts';
import type { EventLoop } from './event-loop.ts';

/** Calls `fn` as if `loop` ran it. */
export function inside<R>(loop: EventLoop, fn: () => R): R {
  const { loop: outer } = current;
  current.loop = loop;
  try {
    return fn();
  } finally {
    current.loop = outer;
  }
}
