/** The module that the processes of a ProcessPoolExecutor begin with. */
import { registerUnasked } from '../../../core/register-unasked.ts';
import '../../../core/debug/register.ts';
import { process } from '../../crossing/node.ts';
import { listenInProcess } from './worker.ts';
import { takeHanded } from './worker-arguments.ts';

registerUnasked();

const handed = takeHanded();
if (process.send === undefined || handed === undefined) {
  throw new Error('This module is the entry of worker processes. Use `ProcessPoolExecutor`.');
}
listenInProcess(process.send, handed);
