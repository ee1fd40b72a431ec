/** Chooses the workers of a ThreadPoolExecutor: threads, Web Workers, or workers that the program starts. */
import { describe } from '../../core/text.ts';
import type { LineEvents, LineToWorker, OpenLine } from '../crossing/line.ts';
import { startServing } from '../crossing/module-loading.ts';
import { builtin, type NodeWorker } from '../crossing/node.ts';
import { type StartOptions, workerStart } from './start-options.ts';
import { startThread, ThreadLine } from './thread/program.ts';
import { startWebWorker, type WebWorker, WebWorkerLine } from './web-worker/program.ts';

/** A worker that the program has started: a Web Worker, or a `Worker` of `node:worker_threads`. */
export interface StartedWorker {
  /** Sends a message to the worker. */
  postMessage(message: unknown): void;
  /** Ends the worker at once. */
  terminate(): unknown;
}

const caller = '`new ThreadPoolExecutor()`';

/** The options of a worker that the host starts; a program that starts its workers gives them to `new Worker()`. */
export interface ThreadStartOptions extends StartOptions {
  stackSizeMb?: number | undefined;
}

/**
 * @param worker - Starts a worker, if the program starts its workers itself.
 * @throws TypeError for an option that this runtime cannot keep; Error where there are neither threads nor Web Workers.
 */
export function openerOfThreads(
  worker: (() => StartedWorker) | undefined,
  options: ThreadStartOptions,
): OpenLine {
  if (worker !== undefined) return openerOfStarted(worker, options);
  const threads = builtin('node:worker_threads');
  if (threads === undefined && (globalThis as { Worker?: unknown }).Worker === undefined) {
    throw new Error(
      `${caller} expected a place with threads or Web Workers, but there are none here. Use \`new InlineExecutor()\`.`,
    );
  }
  const start = workerStart('ThreadPoolExecutor', options);
  if (threads === undefined) {
    return (name, events) => new WebWorkerLine(name, startWebWorker(name), events);
  }
  return (name, events) =>
    new ThreadLine(startThread(threads, name, start), threads, events, start);
}

/** The options of the host, and how a program that starts a worker gives them. */
const givenByProgram = {
  env: '`new Worker(url, { env })`',
  argv: '`new Worker(url, { argv })`',
  execArgv: '`new Worker(url, { execArgv })`',
  stdout: '`new Worker(url, { stdout: true })`',
  stderr: '`new Worker(url, { stderr: true })`',
  maxHeapMb: '`new Worker(url, { resourceLimits })`',
  stackSizeMb: '`new Worker(url, { resourceLimits })`',
} as const;

function openerOfStarted(worker: () => StartedWorker, options: ThreadStartOptions): OpenLine {
  if (typeof worker !== 'function') {
    throw new TypeError(
      `${caller} expected \`worker\` to be a function that starts one, but got ${describe(worker)}. Write \`worker: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })\`.`,
    );
  }
  for (const name of Object.keys(givenByProgram) as (keyof typeof givenByProgram)[]) {
    if (options[name] === undefined) continue;
    throw new TypeError(
      name === 'maxHeapMb'
        ? `${caller} expected \`worker\` or \`maxHeapMb\`, but got both. Whoever starts a worker limits it: ${givenByProgram[name]}.`
        : `${caller} expected \`worker\` or \`${name}\`, but got both. A program that starts its workers gives them their options: ${givenByProgram[name]}.`,
    );
  }
  return (name, events) => lineTo(startServing(worker), name, events);
}

function lineTo(worker: StartedWorker, name: string, events: LineEvents): LineToWorker {
  const given = worker as Partial<NodeWorker & WebWorker> | undefined;
  const threads = builtin('node:worker_threads');
  if (threads !== undefined && typeof given?.on === 'function') {
    return new ThreadLine(worker as NodeWorker, threads, events, undefined);
  }
  // Bun and Deno have Web Workers too, but no event says that one has ended.
  if (typeof given?.addEventListener === 'function' && threads === undefined) {
    return new WebWorkerLine(name, worker as WebWorker, events);
  }
  const wanted = threads !== undefined ? 'a Worker of `node:worker_threads`' : 'a Worker';
  throw new TypeError(
    `${caller} expected \`worker()\` to answer ${wanted}, but got ${describe(worker)}. Return what \`new Worker(…)\` makes.`,
  );
}
