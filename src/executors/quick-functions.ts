/**
 * Which functions have been quick so far, as the pools of this program have seen.
 *
 * A process cannot be asked for a job back while it computes. So it is given work ahead only when neither that nor what it
 * has is likely to take long.
 */
import type { Code } from './protocol.ts';

/** A job that takes longer is worth waiting for its end before the next is sent, in ms. */
const slow = 1;
/** So many quick calls in a row, and a function is taken for a quick one. */
const enough = 16;

const quickCalls = new WeakMap<Code, number>();

export function isQuick(code: Code): boolean {
  return (quickCalls.get(code) ?? 0) >= enough;
}

export function noteDuration(code: Code, ms: number): void {
  // How long a stream takes is up to its consumer.
  if (code.bufferSize !== undefined) return;
  const before = quickCalls.get(code) ?? 0;
  if (ms >= slow) quickCalls.set(code, 0);
  else if (before < enough) quickCalls.set(code, before + 1);
}
