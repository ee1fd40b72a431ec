import type { ExplorationError } from 'skein/testing';

/** A schedule that fails, as another process is given it. */
export interface Stored {
  readonly name: string;
  readonly replay: string;
}

/** What an explanation tells, without the number of the schedule in which it was found. */
export function told(failure: ExplorationError | undefined): string {
  if (failure === undefined) return 'passed';
  const drawing = failure.message.split('\n').slice(3).join('\n');
  return `${failure.kind} ${failure.replay}\n${drawing}`;
}
