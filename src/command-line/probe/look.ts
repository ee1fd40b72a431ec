/** Sends the probe into all threads of a process. */

import type { Target } from '../attach/attach.ts';
import { CannotAttachError } from '../attach/cannot-attach-error.ts';
import { NoResponseError, Session } from '../attach/session.ts';
import { NotFoundError } from '../not-found-error.ts';
import { ask, askInDepth } from './call-probe.ts';
import { evaluate, objectGroup } from './remote.ts';
import type { Snapshot, ThreadSnapshot } from './snapshot.ts';

/** A thread whose inspector is connected. */
export interface Thread {
  /** 0 for the main thread. */
  readonly number: number;
  readonly session: Session;
}

/** Returns the id of a thread, which Node writes into its title: `[worker 2] name`. */
function threadOf(title = '', otherwise: number): number {
  return Number(/\d+/.exec(title)?.[0] ?? otherwise);
}

/** Connects to the worker threads, as far as the runtime has them in its inspector. */
async function workerThreads(target: Target): Promise<Thread[]> {
  const { session } = target;
  const threads: Thread[] = [];
  const bySession = new Map<string, Session>();
  session.on('NodeWorker.attachedToWorker', (params) => {
    const { sessionId, workerInfo } = params as {
      sessionId: string;
      workerInfo: { title?: string };
    };
    const send = (message: string): void => {
      void session
        .request('NodeWorker.sendMessageToWorker', { sessionId, message })
        .catch(() => undefined);
    };
    const worker = new Session(send);
    bySession.set(sessionId, worker);
    threads.push({ number: threadOf(workerInfo.title, threads.length + 1), session: worker });
  });
  session.on('NodeWorker.receivedMessageFromWorker', (params) => {
    const { sessionId, message } = params as { sessionId: string; message: string };
    bySession.get(sessionId)?.hear(message);
  });
  session.on('NodeWorker.detachedFromWorker', ({ sessionId }) => {
    bySession.get(sessionId as string)?.closed();
  });
  try {
    await session.request('NodeWorker.enable', { waitForDebuggerOnStart: false });
  } catch {
    // Deno has no such part.
  }
  return threads.sort((a, b) => a.number - b.number);
}

/** How long a worker thread may take to respond, in ms. One that waits in `Atomics.wait()` does not. */
const workerMs = 1000;

/** Calls `work` with all threads of a process in which there is skein, and leaves nothing in the inspector behind. */
export async function withThreads<T>(
  target: Target,
  work: (threads: readonly Thread[]) => Promise<T>,
): Promise<T> {
  const { session } = target;
  const workers = await workerThreads(target);
  try {
    const threads: Thread[] = [];
    for (const thread of [{ number: 0, session }, ...workers]) {
      const has = await hasSkein(thread, target);
      if (has) threads.push(thread);
    }
    if (threads.length === 0) {
      throw new NotFoundError(
        `there is no skein in process ${target.info.pid} (${target.info.name}), or none of this version.`,
      );
    }
    return await work(threads);
  } finally {
    for (const thread of [{ session }, ...workers])
      await thread.session
        .request('Runtime.releaseObjectGroup', { objectGroup }, workerMs)
        .catch(() => undefined);
    await session.request('NodeWorker.disable', {}, workerMs).catch(() => undefined);
  }
}

/** The name of the record that the library keeps on `globalThis`. */
const protocol = 'skein.current/0';

/** Finds that record, and else one of another version. */
const protocolText = `(() => {
  if (globalThis[Symbol.for('${protocol}')] !== undefined) return '${protocol}';
  const names = Object.getOwnPropertySymbols(globalThis).map((each) => each.description);
  return names.find((name) => /^skein\\.current\\//.test(name));
})()`;

async function hasSkein({ number, session }: Thread, { info, notes }: Target): Promise<boolean> {
  try {
    const { value } = await evaluate(session, protocolText, number === 0 ? undefined : workerMs);
    if (typeof value === 'string' && value !== protocol)
      throw new CannotAttachError(
        `Process ${info.pid} (${info.name}) has skein of another version (${value}, and not ${protocol}). Use the command of that version: \`npx skein\` in the folder of the program.`,
      );
    return value === protocol;
  } catch (error) {
    if (!(error instanceof NoResponseError)) throw error;
    const why = 'does not respond: it is in a call that cannot be interrupted, as execSync()';
    if (number === 0)
      throw new CannotAttachError(`The main thread of process ${info.pid} (${info.name}) ${why}.`);
    notes.push(`Thread ${number} ${why}.`);
    return false;
  }
}

/** How a snapshot is taken. */
export interface LookSettings {
  /** How many tasks are told with texts; each costs some time of the program. Default: 500. */
  readonly texts?: number;
  /** True for what a proof needs too: deadlines, and the slots of semaphores. */
  readonly inDepth?: boolean;
}

/** Takes a snapshot of all these threads. */
export async function look(
  target: Target,
  threads: readonly Thread[],
  { texts = 500, inDepth = false }: LookSettings = {},
): Promise<Snapshot> {
  const { pid, name } = target.info;
  const told: ThreadSnapshot[] = [];
  for (const { number, session } of threads) {
    const take = inDepth ? askInDepth : ask;
    const one = (await take(session, { verb: 'snapshot', texts })) as
      | Omit<ThreadSnapshot, 'thread'>
      | undefined;
    if (one === undefined) continue;
    const loops = one.loops.filter(({ tasks }) => tasks.length > 0);
    // A worker of an executor has a loop only if its jobs use one.
    if (number === 0 || loops.length > 0) told.push({ ...one, loops, thread: number });
  }
  return { pid, name, threads: told };
}
