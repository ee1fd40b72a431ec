/** Chooses the workers of a ThreadPoolExecutor: threads, Web Workers, or workers that the program starts. */
import { describe } from '../core/text.ts';
import { checkHeapLimit } from './heap-limit.ts';
import type { LineEvents, LineToWorker, OpenLine } from './line.ts';
import { builtin, type NodeWorker } from './node.ts';
import { startThread, ThreadLine } from './thread.ts';
import { startWebWorker, type WebWorker, WebWorkerLine } from './web-worker.ts';

/** A worker that the program has started: a Web Worker, or a `Worker` of `node:worker_threads`. */
export interface StartedWorker {
  postMessage(message: unknown): void;
  terminate(): unknown;
}

const caller = '`new ThreadPoolExecutor()`';

/**
 * @param worker - Starts a worker, if the program starts its workers itself.
 * @throws TypeError for an option that this runtime cannot keep; Error where there are neither threads nor Web Workers.
 */
export function openerOfThreads(
  worker: (() => StartedWorker) | undefined,
  maxHeapMb: number | undefined,
): OpenLine {
  if (worker !== undefined) return openerOfStarted(worker, maxHeapMb);
  const threads = builtin('node:worker_threads');
  if (threads === undefined && (globalThis as { Worker?: unknown }).Worker === undefined) {
    throw new Error(
      `${caller} expected a place with threads or Web Workers, but there are none here. Use \`new InlineExecutor()\`.`,
    );
  }
  checkHeapLimit('ThreadPoolExecutor', maxHeapMb);
  if (threads === undefined) {
    return (name, events) => new WebWorkerLine(name, startWebWorker(name), events);
  }
  return (name, events) => new ThreadLine(startThread(threads, name, maxHeapMb), events);
}

function openerOfStarted(worker: () => StartedWorker, maxHeapMb: number | undefined): OpenLine {
  if (typeof worker !== 'function') {
    throw new TypeError(
      `${caller} expected \`worker\` to be a function that starts one, but got ${describe(worker)}. Write \`worker: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })\`.`,
    );
  }
  if (maxHeapMb !== undefined) {
    throw new TypeError(
      `${caller} expected \`worker\` or \`maxHeapMb\`, but got both. Whoever starts a worker limits it: \`new Worker(url, { resourceLimits })\`.`,
    );
  }
  return (name, events) => channelTo(worker(), name, events);
}

function channelTo(worker: StartedWorker, name: string, events: LineEvents): LineToWorker {
  const given = worker as Partial<NodeWorker & WebWorker> | undefined;
  if (typeof given?.on === 'function') return new ThreadLine(worker as NodeWorker, events);
  // Bun and Deno have Web Workers too, but no event says that one has ended.
  const threads = builtin('node:worker_threads') !== undefined;
  if (typeof given?.addEventListener === 'function' && !threads) {
    return new WebWorkerLine(name, worker as WebWorker, events);
  }
  const wanted = threads ? 'a Worker of `node:worker_threads`' : 'a Worker';
  throw new TypeError(
    `${caller} expected \`worker()\` to answer ${wanted}, but got ${describe(worker)}. Return what \`new Worker(…)\` makes.`,
  );
}
