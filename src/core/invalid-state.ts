import { InvalidStateError } from '../errors.ts';
import { advised } from './expected.ts';
import type { Future } from './future.ts';
import { alreadyText } from './future-state.ts';

/** The error for a future that is to be settled, or stepped, though it is done. */
export function alreadyDone(future: Future<unknown>, what: string): InvalidStateError {
  return new InvalidStateError(
    advised(
      `Cannot ${what} ${future._name().replace('This', 'this')}: it ${alreadyText(future._state)}.`,
      'done',
    ),
  );
}

/** The error for a pending future that is asked for its outcome. */
export function notDone(future: Future<unknown>, what: 'result' | 'exception'): InvalidStateError {
  return new InvalidStateError(advised(`${future._name()} has no ${what} yet.`, 'pending'));
}
