/** Registers debug mode, the stacks of tasks, what completes the stacks of errors, and the texts in full. */
import '../declaring-file.ts';
import { registerUnasked } from '../register-unasked.ts';
import { seams } from '../seams.ts';
import { dropCancel, lookAgain, noteCancel } from '../slow-cancellations.ts';
import { noteDeadline, placeOfDeadline } from '../stacks/deadline-place.ts';
import { failed, leaveOutLibrary } from '../stacks/error-stack.ts';
import { lowerLimit, raiseLimit } from '../stacks/limit-in-steps.ts';
import { stackOf } from '../task-stack.ts';
import { watch } from '../watch.ts';
import { creationOf, madeText, noteCreation, placeOfCall } from './creation.ts';
import { noteGiven, reportNeverAwaited, tellIfLate, watchCoroutine } from './never-awaited.ts';
import { noteAwaitsOf, noteSuspension, passAwait } from './suspension-stack.ts';
import { noteDeliveryAt } from './swallowed-cancellation.ts';
import { runWatched } from './watched-step.ts';

const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };

registerUnasked();
seams.stacks = {
  failed,
  leaveOutLibrary,
  lowerLimit,
  noteDeadline,
  placeOfDeadline,
  raiseLimit,
};
seams.cancellations = { dropCancel, lookAgain, noteCancel };
seams.debug = {
  isDefault: ![undefined, '', '0'].includes(process?.env?.['SKEIN_DEBUG']),
  creationOf,
  madeText,
  noteAwaitsOf,
  noteCreation,
  noteDeliveryAt,
  noteGiven,
  noteSuspension,
  passAwait(coroutine, part) {
    tellIfLate(coroutine);
    passAwait(coroutine, part);
  },
  placeOfCall,
  reportNeverAwaited,
  runWatched,
  stackOf,
  watchCoroutine,
};
if (seams.debug.isDefault) watch.on = true;
