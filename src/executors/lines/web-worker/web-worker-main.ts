/** The module that the Web Workers of a ThreadPoolExecutor begin with, unless the program gives a `worker` of its own. */
import { registerUnasked } from '../../../core/register-unasked.ts';
import { webWorkerScope } from '../../crossing/web-worker-scope.ts';
import { listenInWebWorker } from './worker.ts';

registerUnasked();

const scope = webWorkerScope();
if (scope === undefined) {
  throw new Error('This module is the entry of Web Workers. Use `ThreadPoolExecutor`.');
}
listenInWebWorker(scope);
