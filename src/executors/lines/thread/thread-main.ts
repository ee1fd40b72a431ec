/** The module that the threads of a ThreadPoolExecutor begin with, unless the program gives a `worker` of its own. */
import { registerUnasked } from '../../../core/register-unasked.ts';
import '../../../core/debug/register.ts';
import { builtin } from '../../crossing/node.ts';
import { listenInThread } from './worker.ts';

registerUnasked();

const port = builtin('node:worker_threads')?.parentPort;
if (port === undefined || port === null) {
  throw new Error('This module is the entry of worker threads. Use `ThreadPoolExecutor`.');
}
listenInThread(port);
