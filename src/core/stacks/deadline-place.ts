/** The places where deadlines are set, which errors name in debug mode. */
import { getEventLoop } from '../current.ts';
import { noteCreation, placeOf } from '../debug/creation.ts';
import { watch } from '../watch.ts';

export function noteDeadline(deadline: object): void {
  if (watch.on && getEventLoop().getDebug()) noteCreation(deadline);
}

/** Returns the place in a text, if it was noted. */
export function placeOfDeadline(deadline: object): string | undefined {
  return placeOf(deadline)?.text;
}
