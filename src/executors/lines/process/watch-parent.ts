/** For worker processes that have no watchdog (`watchdog.ts`). */
import { builtin } from '../../crossing/node.ts';

/**
 * Looks every 200 ms whether the process still has the parent that started it, and kills the process if not: an orphan gets
 * another parent.
 */
const watch = (parent: number): string => `
const { pid, kill } = process;
const word = new Int32Array(new SharedArrayBuffer(4));
while (process.ppid === ${parent}) Atomics.wait(word, 0, 0, 200);
kill.call(process, pid, 'SIGKILL');`;

/**
 * Starts a thread that ends this process when its parent has ended, also while the process computes.
 *
 * @param parent - The pid of the parent.
 */
export function watchParent(parent: number): void {
  const threads = builtin('node:worker_threads');
  if (threads === undefined) return;
  const options = { name: 'watches the parent', eval: true, execArgv: [] };
  new threads.Worker(watch(parent), options).unref();
}
