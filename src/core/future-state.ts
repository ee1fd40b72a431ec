import type { Future } from './future.ts';
import { seams } from './seams.ts';

export const PENDING = 0;
export const FINISHED = 1;
export const FAILED = 2;
export const CANCELLED = 3;

const words = ['pending', 'finished', 'failed', 'cancelled'] as const;

function stateWord(state: number): string {
  return words[state] as string;
}

/** A state that was reached, in a sentence. */
export function alreadyText(state: number): string {
  return state === CANCELLED ? 'was cancelled already' : `has ${stateWord(state)} already`;
}

/** The state of a future in its text form; where full texts are registered, with the outcome and what the future waits for. */
export function stateText(future: Future<unknown>): string {
  const { texts } = seams;
  const state = texts?.outcomeText(future._state, future._value) ?? stateWord(future._state);
  return state + (texts?.restOf(future) ?? '');
}
