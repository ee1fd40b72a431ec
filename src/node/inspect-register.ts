/**
 * The entry `skein/inspect/register`: `node --import skein/inspect/register app.js` records the program from its start, without a change to it.
 * The environment says where to: SKEIN_RECORD names the file, SKEIN_RECORD_SIGNAL a signal at which it is written. In Bun it lets `skein ps` look
 * at the program: there, `bun --preload skein/inspect/register app.js`.
 */
import './register.ts';
import { openInspectorAtSignal } from '../inspect/bun-inspector.ts';
import { flightRecorder } from '../inspect/recorder/flight-recorder.ts';

const { process } = globalThis as {
  process?: { readonly env?: Readonly<Record<string, string | undefined>> };
};

/** A variable that is set to nothing counts as not set. */
function setting(name: string): string | undefined {
  return process?.env?.[name] || undefined;
}

flightRecorder({ file: setting('SKEIN_RECORD'), signal: setting('SKEIN_RECORD_SIGNAL') });
openInspectorAtSignal();
