/**
 * Records in a process that is looked at. The build puts this file and what it imports into one script, which is evaluated there: it may be a second
 * copy of the package in the program, so it goes by the record that copies share. Nothing in it may throw into the program.
 */

import { current } from '../../core/current.ts';
import { setRealTimer } from '../../core/host-timers.ts';
import { addStepTaker } from '../../inspect/instruments/add-instrument.ts';
import { type RecorderLimits, TaskRecorder } from '../../inspect/recorder/recorder.ts';
import { partsOf } from '../../inspect/recorder/recording-file.ts';
import { cancelRecorded } from '../../inspect/server/cancel-recorded.ts';
import { base64, LiveFeed } from '../../inspect/server/live-feed.ts';
import type { CancelOutcome } from '../../inspect/server/live-source.ts';

/** What the command calls. Each returns something else than an error, or undefined if that failed. */
export interface RecordProbe {
  /** @param ms - The recorder takes itself out after this time, if the command does not. */
  begin(steps: number, ms: number): true | undefined;
  /** Ends it. Returns the JSON of the first line of the file, and of how many bytes follow. */
  end(): string | undefined;
  /** Returns a part of these bytes, as base64. */
  slice(from: number, to: number): string | undefined;
  /** Begins to record, if nothing is recorded, and returns the number of a feed. */
  follow(): number | undefined;
  /** Returns the JSON of what has changed for this feed. The recorder stays for some seconds after that, and then takes itself out. */
  changes(feed: number): string | undefined;
  unfollow(feed: number): true | undefined;
  /** Cancels a task soon: the thread may be in the middle of a function of the library. */
  cancel(id: number, reason: string): true | undefined;
  /** What came of it; empty if it was not done yet. */
  cancelled(): CancelOutcome | '' | undefined;
  forget(): void;
}

const key = Symbol.for('skein.trace/0');

/** What is kept for a page that is opened later: as `serveInspector()` does. */
const liveLimits: RecorderLimits = { steps: 65_536, tasks: 10_000 };
/** After this time without a question, the command has gone, in ms. */
const quietMs = 10_000;

function safely<T>(fn: () => T): T | undefined {
  try {
    return fn();
  } catch {
    return undefined;
  }
}

const { unrefTimer } =
  (globalThis as { Deno?: { unrefTimer?: (timer: unknown) => void } }).Deno ?? {};

function makeProbe(): RecordProbe {
  let recorder: TaskRecorder | undefined;
  let added: Disposable | undefined;
  let body = new Uint8Array();
  let until = 0;
  let outcome: CancelOutcome | '' = '';
  let count = 0;
  const feeds = new Map<number, LiveFeed>();
  const takeOut = (): void => {
    added?.[Symbol.dispose]();
    added = undefined;
  };
  /** Tests may have replaced the timers of the program, and not these. They do not keep the program alive. */
  const later = (ms: number, fn: () => void): void => {
    // In Deno a signal with a listener does keep it alive.
    if (unrefTimer !== undefined) unrefTimer(setRealTimer(() => safely(fn), ms).timer);
    else AbortSignal.timeout(ms).addEventListener('abort', () => safely(fn));
  };
  const takeOutInTime = (): void => {
    const left = until - performance.now();
    if (left > 0) later(Math.ceil(left), takeOutInTime);
    else takeOut();
  };
  const record = (limits: RecorderLimits, ms: number): TaskRecorder => {
    takeOut();
    const made = new TaskRecorder(limits);
    recorder = made;
    added = addStepTaker(made);
    const loops = [current.loop, current.defaultLoop, current.entered?.innermost];
    for (const loop of new Set(loops)) if (loop !== undefined) made.see(loop);
    until = performance.now() + ms;
    takeOutInTime();
    return made;
  };
  return {
    begin: (steps, ms) =>
      safely(() => {
        record({ steps, tasks: Number.POSITIVE_INFINITY }, ms);
        return true;
      }),
    end: () =>
      safely(() => {
        takeOut();
        if (recorder === undefined) return undefined;
        const parts = partsOf(recorder.take());
        recorder = undefined;
        body = parts.body;
        return JSON.stringify({ header: parts.header, size: body.length });
      }),
    slice: (from, to) => safely(() => base64(body.subarray(from, to))),
    follow: () =>
      safely(() => {
        const known = added === undefined ? undefined : recorder;
        const feed = new LiveFeed(known ?? record(liveLimits, quietMs));
        feeds.set(++count, feed);
        return count;
      }),
    changes: (feed) =>
      safely(() => {
        if (added === undefined) return undefined;
        until = Math.max(until, performance.now() + quietMs);
        return JSON.stringify(feeds.get(feed)?.take());
      }),
    unfollow: (feed) =>
      safely(() => {
        feeds.delete(feed);
        return true;
      }),
    cancel: (id, reason) =>
      safely(() => {
        outcome = '';
        later(0, () => {
          outcome =
            recorder === undefined
              ? 'done'
              : cancelRecorded(recorder, id, reason, 'the page of `skein open`');
        });
        return true;
      }),
    cancelled: () => outcome,
    forget: () => {
      safely(takeOut);
      feeds.clear();
      recorder = undefined;
      body = new Uint8Array();
    },
  };
}

safely(() => Object.defineProperty(globalThis, key, { value: makeProbe(), configurable: true }));
