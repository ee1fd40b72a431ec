/**
 * The functions that have been quick so far, as the pools of this program have seen.
 *
 * A process cannot give a job back while it computes. The pool therefore sends jobs ahead to a busy process only if neither
 * they nor the jobs that it has are likely to take long.
 */
import type { Code } from '../crossing/protocol.ts';
import { QuickCalls } from '../crossing/quick-calls.ts';

/** A job that takes so long is slow: the pool then rather waits for its end before it sends the next. */
const slowMs = 1;
/** How many quick calls in a row make a quick function. */
const enough = 16;

const quickCalls = new WeakMap<Code, QuickCalls>();

export function isQuick(code: Code): boolean {
  return quickCalls.get(code)?.areExpected === true;
}

export function noteDuration(code: Code, ms: number): void {
  // The duration of a stream depends on its consumer.
  if (code.bufferSize !== undefined) return;
  let calls = quickCalls.get(code);
  if (calls === undefined) {
    calls = new QuickCalls(slowMs, enough);
    quickCalls.set(code, calls);
  }
  calls.note(ms);
}
