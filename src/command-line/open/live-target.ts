/** A program that runs, as the page follows it by way of the inspector: it is asked, and never tells by itself. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CancelOutcome, LiveSource } from '../../inspect/server/live-source.ts';
import type { Target } from '../attach/attach.ts';
import { CannotAttachError } from '../attach/cannot-attach-error.ts';
import type { Session } from '../attach/session.ts';
import { NotFoundError } from '../not-found-error.ts';
import { pause, pauseMs } from '../pause.ts';
import type { Thread } from '../probe/look.ts';
import { evaluate } from '../probe/remote.ts';

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

export function liveTarget(session: Session, mayCancel: boolean): LiveSource {
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
    follow: async () => {
      const feed = await callRecordProbe<number>(session, 'follow()');
      return {
        take: () => callRecordProbe<string>(session, `changes(${feed})`),
        end: () => {
          void evaluate(session, `${probe}?.unfollow(${feed})`).catch(() => undefined);
        },
      };
    },
    cancel: mayCancel ? cancel : undefined,
  };
}
