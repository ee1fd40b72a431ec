import { brief } from './text.ts';

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

/** A state in a text form, with the outcome. */
export function stateText(state: number, value: unknown): string {
  if (state === FINISHED) return `finished result=${brief(value)}`;
  if (state === FAILED) return `failed exception=${brief(value)}`;
  return stateWord(state);
}
