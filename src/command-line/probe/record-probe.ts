/**
 * Records in a process that is looked at. The build puts this file and what it imports into one script, which is evaluated there: it may be a second
 * copy of the package in the program, so it goes by the record that copies share. Nothing in it may throw into the program.
 */
import { current } from '../../core/current.ts';
import { addInstrument } from '../../inspect/instruments/add-instrument.ts';
import { TaskRecorder } from '../../inspect/recorder/recorder.ts';
import { partsOf } from '../../inspect/recorder/recording-file.ts';

/** What the command calls. Each returns something else than an error, or undefined if that failed. */
export interface RecordProbe {
  /** @param ms - The recorder takes itself out after this time, if the command does not. */
  begin(steps: number, ms: number): true | undefined;
  /** Ends it. Returns the JSON of the first line of the file, and of how many bytes follow. */
  end(): string | undefined;
  /** Returns a part of these bytes, as base64. */
  slice(from: number, to: number): string | undefined;
  forget(): void;
}

const key = Symbol.for('skein.trace/0');

function safely<T>(fn: () => T): T | undefined {
  try {
    return fn();
  } catch {
    return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  // As many arguments as all engines take.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function makeProbe(): RecordProbe {
  let recorder: TaskRecorder | undefined;
  let added: Disposable | undefined;
  let body = new Uint8Array();
  const takeOut = (): void => {
    added?.[Symbol.dispose]();
    added = undefined;
  };
  return {
    begin: (steps, ms) =>
      safely(() => {
        takeOut();
        recorder = new TaskRecorder({ steps, tasks: Number.POSITIVE_INFINITY });
        added = addInstrument(recorder);
        const loops = [current.loop, current.defaultLoop, current.entered.innermost];
        for (const loop of new Set(loops)) if (loop !== undefined) recorder.see(loop);
        // Tests may have replaced the timers of the program, and not these. It does not keep the program alive.
        AbortSignal.timeout(ms).addEventListener('abort', () => safely(takeOut));
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
    forget: () => {
      safely(takeOut);
      body = new Uint8Array();
      delete (globalThis as unknown as Record<symbol, unknown>)[key];
    },
  };
}

safely(() => Object.defineProperty(globalThis, key, { value: makeProbe(), configurable: true }));
