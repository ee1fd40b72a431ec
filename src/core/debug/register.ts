/** Registers debug mode and the stacks of tasks. */
import '../declaring-file.ts';
import { seams } from '../seams.ts';
import { stackOf } from '../task-stack.ts';
import { watch } from '../watch.ts';
import { creationOf, madeText, noteCreation } from './creation.ts';
import { reportNeverAwaited, watchCoroutine } from './never-awaited.ts';
import { noteAwaitsOf, noteSuspension, passAwait } from './suspension-stack.ts';
import { noteDeliveryAt } from './swallowed-cancellation.ts';
import { runWatched } from './watched-step.ts';

const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };

seams.debug = {
  isDefault: ![undefined, '', '0'].includes(process?.env?.['SKEIN_DEBUG']),
  creationOf,
  madeText,
  noteAwaitsOf,
  noteCreation,
  noteDeliveryAt,
  noteSuspension,
  passAwait,
  reportNeverAwaited,
  runWatched,
  stackOf,
  watchCoroutine,
};
if (seams.debug.isDefault) watch.on = true;
