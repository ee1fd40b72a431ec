/** What a task waits for, in words: for the page, and for `skein top`. */
import type { StepKind } from './recording.ts';

export const waitTexts: Readonly<Partial<Record<StepKind, string>>> = {
  outside: 'something outside of the loop',
  timer: 'timer',
  future: 'a future',
  group: 'its task group',
  gather: 'gather()',
  wait: 'wait()',
  shield: 'shield()',
  job: 'a job',
  room: 'room in an executor',
};

/** What a task wants of a queue, whose name follows. */
export const queueTexts: Readonly<Partial<Record<StepKind, string>>> = {
  get: 'an item of ',
  put: 'room in ',
  join: 'the end of all in ',
};
