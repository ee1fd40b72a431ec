/** A program that runs, as the page follows it by way of the inspector: it is asked, and never tells by itself. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CancelOutcome, Fate, LiveSource } from '../../inspect/server/live-source.ts';
import type { Target } from '../attach/attach.ts';
import { CannotAttachError } from '../attach/cannot-attach-error.ts';
import { NoResponseError, type Session } from '../attach/session.ts';
import { NotFoundError } from '../not-found-error.ts';
import { pause, pauseMs } from '../pause.ts';
import type { Thread } from '../probe/look.ts';
import { evaluate, ProbeError } from '../probe/remote.ts';

/** Each command has a probe of its own in the program. */
const key = `Symbol.for('skein.record/${process.pid}')`;
const probe = `globalThis[${key}]`;
const made = "globalThis[Symbol.for('skein.trace/0')]";

/** Calls a function of the probe in the program. */
export async function callRecordProbe<T>(session: Session, call: string): Promise<T> {
  const { value } = await evaluate(session, `${probe}.${call}`);
  if (value === undefined)
    throw new CannotAttachError(
      'The program could not be recorded: its skein is of another version.',
    );
  return value as T;
}

/** Puts the probe into the main thread of the program, and takes it out again after `work`, also at Ctrl+C. */
export async function withRecordProbe<T>(
  { atEnd }: Target,
  threads: readonly Thread[],
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const main = threads.find(({ number }) => number === 0);
  if (main === undefined)
    throw new NotFoundError('there is no skein in the main thread of the program.');
  const { session } = main;
  const script = readFileSync(
    fileURLToPath(new URL('../node/record-probe.js', import.meta.url)),
    'utf8',
  );
  const forget = async (): Promise<void> => {
    const taken = `${probe}?.forget(); delete ${probe}; undefined`;
    await evaluate(session, taken).catch(() => undefined);
  };
  atEnd.push(forget);
  try {
    const named = `Object.defineProperty(globalThis, ${key}, { value: ${made}, configurable: true })`;
    await evaluate(session, `${script}\n;${named}; delete ${made}; undefined`);
    return await work(session);
  } finally {
    await forget();
  }
}

/** How long the program may take to make a request to cancel, in ms. */
const madeMs = 1000;

/** A process that its parent has not asked for its exit code yet is there, and has ended. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    // One of another user is there, and gets no signal.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A process that ends closes its connections a little before. */
const endsMs = 300;

export const ended: Fate = { kind: 'ended', text: 'The program has ended.' };

/** Tells what became of a program, for the error of the last request to it. */
export async function fateOf(error: unknown, pid: number): Promise<Fate> {
  if (error instanceof NoResponseError) {
    const text = 'The program does not respond: its thread is in a call that takes long.';
    return { kind: 'lost', text };
  }
  if (error instanceof ProbeError || error instanceof CannotAttachError)
    return { kind: 'refused', text: error.message };
  for (let waited = 0; waited < endsMs; waited += pauseMs) {
    if (!isAlive(pid)) return ended;
    await pause(pauseMs);
  }
  return { kind: 'lost', text: 'The program goes on, but its inspector was closed.' };
}

export function liveTarget(session: Session, pid: number, mayCancel: boolean): LiveSource {
  const cancel = async (task: number, reason: string): Promise<CancelOutcome> => {
    await callRecordProbe(session, `cancel(${task}, ${JSON.stringify(reason)})`);
    for (let waited = 0; waited < madeMs; waited += pauseMs) {
      const outcome = await callRecordProbe<CancelOutcome | ''>(session, 'cancelled()');
      if (outcome !== '') return outcome;
      await pause(pauseMs);
    }
    return 'asked';
  };
  return {
    fateOf: async (error) => (session.isEnding ? ended : fateOf(error, pid)),
    ended: session.ending,
    follow: async () => {
      const feed = await callRecordProbe<number>(session, 'follow()');
      let isLast = false;
      return {
        take: () => {
          // After `process.exit()` the program can still be asked: once more, for what it did at its end.
          if (isLast) return Promise.reject(new Error(ended.text));
          isLast = session.isEnding;
          return callRecordProbe<string>(session, `changes(${feed})`);
        },
        end: () => {
          void evaluate(session, `${probe}?.unfollow(${feed})`).catch(() => undefined);
        },
      };
    },
    cancel: mayCancel ? cancel : undefined,
  };
}
