/** The module that the processes of a ProcessPoolExecutor begin with. */
import { current } from '../core/current.ts';
import { process } from './node.ts';
import { listenInProcess } from './process-side.ts';

if (process.send === undefined) {
  throw new Error('This module is the entry of worker processes. Use `ProcessPoolExecutor`.');
}
current.isWorkerProcess = true;
const [fd, id] = (process.argv ?? []).slice(2);
listenInProcess(process.send, Number(fd), id);
