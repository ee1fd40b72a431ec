/** The module that the Web Workers of a ThreadPoolExecutor begin with, unless the program gives a `worker` of its own. */
import { registerTexts } from '../../../core/texts/register.ts';
import { webWorkerScope } from '../../crossing/web-worker-scope.ts';
import { listenInWebWorker } from './worker.ts';

registerTexts();

const scope = webWorkerScope();
if (scope === undefined) {
  throw new Error('This module is the entry of Web Workers. Use `ThreadPoolExecutor`.');
}
listenInWebWorker(scope);
