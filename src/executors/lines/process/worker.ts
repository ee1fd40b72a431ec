/**
 * The worker's end of the line to a process. The program's end: `program.ts`.
 *
 * Jobs run in the same process, and may do to it what they like. The listeners of the line come back when a job removes them,
 * and the functions of the host that the line needs are kept as they were at the start.
 */

import { current } from '../../../core/current.ts';
import { hearLost } from '../../../core/lost-in-worker.ts';
import { checkCopyable, crossToProgram } from '../../crossing/cloneable.ts';
import { encodeThrown } from '../../crossing/error-codec.ts';
import { append, apply, defineProperty } from '../../crossing/intrinsics.ts';
import { later } from '../../crossing/later.ts';
import { process } from '../../crossing/node.ts';
import { ownMemory } from '../../crossing/own-memory.ts';
import {
  type FromWorker,
  isList,
  isSign,
  mark,
  marked,
  type Sign,
  type ToWorker,
} from '../../crossing/protocol.ts';
import { fileOfProgram } from '../../crossing/shared-file.ts';
import type { Transferable } from '../../crossing/transfer.ts';
import { refuseThreadsOnly, refuseUncloneable } from '../../crossing/unsendable.ts';
import { endHost, slice } from '../../worker/worker-host.ts';
import { WorkerOutput } from '../../worker/worker-output.ts';
import { WorkerRuntime } from '../../worker/worker-runtime.ts';
import { identifyLine } from './own-line.ts';
import { watchParent } from './watch-parent.ts';
import type { Handed } from './worker-arguments.ts';

function copy(value: unknown): unknown {
  checkCopyable(value);
  return structuredClone(value);
}

/**
 * Makes this process take jobs.
 *
 * @param sendHost - `process.send()`.
 */
export function listenInProcess(
  sendHost: (message: unknown, ...rest: unknown[]) => unknown,
  { fd, mark: fileMark, parent }: Handed,
): void {
  current.isWorkerProcess = true;
  if (parent !== undefined) watchParent(parent);
  const output = new WorkerOutput();
  const sendOfJobs = sendHost.bind(process);
  const send = (message: unknown): void => {
    const queue = process._handleQueue;
    if (queue) process._handleQueue = null;
    sendOfJobs(message);
    // A job that has sent a socket, or has set this itself, has its own messages wait.
    if (queue) process._handleQueue = queue;
  };
  const isLineThere = identifyLine();

  const post = (message: FromWorker | Sign, transfer?: readonly Transferable[]): void => {
    if (!isConnected() || !isLineThere()) {
      // The program has closed the line or has ended, or a job has closed it: nothing comes any more of what jobs do here.
      if (process._exiting !== true) output.afterAll(endHost);
      return;
    }
    if (isSign(message)) {
      send(message);
      return;
    }
    if (transfer !== undefined) refuseThreadsOnly(transfer);
    checkCopyable(message);
    refuseUncloneable(message);
    send(marked(message));
  };

  crossToProgram();
  const lost = (): void => post({ mark, sign: 'file lost' });
  const file =
    fd === undefined || fileMark === undefined ? undefined : fileOfProgram(fd, fileMark, lost);
  const runtime = new WorkerRuntime({
    post,
    close: () => output.afterAll(endHost),
    later,
    slice,
    copy,
    afterOutput: (then) => output.after(then),
    ...file,
  });
  // What the program cannot read would end it. A job's own messages come after the outcomes of the jobs before it.
  process.send = (message: unknown, ...rest: unknown[]): unknown => {
    checkCopyable(message);
    runtime.flush();
    if (!isLineThere()) return false;
    return sendOfJobs(message, ...rest);
  };
  listen('message', (message: ToWorker) => {
    if (isList(message)) ownMemory(message as unknown as unknown[]);
    runtime.receive(message);
  });
  hearLost((count) => post({ type: 'lost', count }));
  listen('exit', () => runtime.flush());
  // The program has ended, perhaps by force. Its workers must not outlive it.
  listen('disconnect', () => endHost());
  // Node turns an unhandled rejection into an uncaught exception. Bun does not.
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    listen(event, (error: unknown) => {
      // A job may have a listener of its own, which handles the error.
      if ((process.listenerCount?.(event) ?? 0) > 1) return;
      post({ type: 'uncaught', failure: encodeThrown(error) });
      runtime.halt();
      output.afterAll(() => endHost(1));
    });
  }
  keepListeners();
  keepChannel();
  keepEmit();
  post({ mark, sign: 'listening' });
}

/** A job may have overwritten `connected`, which the host's `send()` looks at too. The host has no channel once the line is closed. */
function isConnected(): boolean {
  try {
    if (process.connected !== true && process.channel) process.connected = true;
    return process.connected === true;
  } catch {
    return false;
  }
}

/** Keeps `process.channel` from jobs: without it the host drops what the program sends. The host sets it when the line is closed. */
function keepChannel(): void {
  let { channel } = process;
  defineProperty(process, 'channel', {
    configurable: false,
    enumerable: true,
    get: () => channel,
    set: (value: typeof channel) => {
      if (process.connected !== true) channel = value;
    },
  });
}

/** What a job has put in the place of `process.emit` hears no event of the line, by which the messages of the program come. */
function keepEmit(): void {
  const { emit } = process;
  if (emit === undefined) return;
  let given: unknown = emit;
  const ofLine: Record<string, true | undefined> = { __proto__: null } as never;
  for (const event of ['message', 'internalMessage', 'disconnect']) ofLine[event] = true;
  defineProperty(process, 'emit', {
    configurable: false,
    enumerable: true,
    get: () => given,
    set: (value: typeof emit) => {
      given =
        value === emit || typeof value !== 'function'
          ? emit
          : function (this: unknown, ...args: Parameters<typeof emit>): unknown {
              return apply(ofLine[args[0]] ? emit : value, this, args);
            };
    },
  });
}

const listeners: (readonly [event: string, listener: (value: never) => void])[] = [];

function listen(event: string, listener: (value: never) => void): void {
  append(listeners, [event, listener]);
  process.on?.(event, listener);
}

/** Adds the listeners of the line again whenever a job has removed one. */
function keepListeners(): void {
  const { on, listenerCount, removeAllListeners } = process;
  if (on === undefined || removeAllListeners === undefined || listenerCount === undefined) return;
  const addMissing = (): void => {
    for (let at = 0; at < listeners.length; at++) {
      const [event, listener] = listeners[at] as (typeof listeners)[number];
      if (apply(listenerCount, process, [event, listener]) === 0)
        apply(on, process, [event, listener]);
    }
    // The line must keep this process alive, which Node counts by the listeners.
    process.channel?.ref?.();
  };
  const removed = (_event: string, listener: unknown): void => {
    for (let at = 0; at < listeners.length; at++) {
      if (listeners[at]?.[1] === listener) addMissing();
    }
  };
  on.call(process, 'removeListener', removed);
  process.removeAllListeners = (...event) => {
    apply(removeAllListeners, process, event);
    if (apply(listenerCount, process, ['removeListener', removed]) === 0) {
      apply(on, process, ['removeListener', removed]);
    }
    addMissing();
    return process;
  };
}
