/**
 * A program behaves the same while it is watched. `SKEIN_WATCHED=empty npm run conformance` (and the same before
 * `npx vitest run --project conformance`) runs all programs with an instrument that hears every event, and does nothing;
 * `SKEIN_WATCHED=recorder` records them.
 */
import { addInstrument, type Instrument, recordTasks } from 'skein/inspect';

export type Watched = 'not' | 'empty' | 'recorder';

const nothing = (): void => {};

/** Hears all events. */
const empty: Required<Instrument> = {
  taskCreated: nothing,
  taskContext: (_task, capture) => capture(),
  stepBegins: nothing,
  stepEnds: nothing,
  taskWaits: nothing,
  taskReady: nothing,
  taskDone: nothing,
  awaitBegins: nothing,
  awaitEnds: nothing,
  cancelRequested: nothing,
  callbackBegins: nothing,
  callbackEnds: nothing,
  iterationEnds: nothing,
  jobQueued: nothing,
  jobBegins: nothing,
  jobEnds: nothing,
  jobContext: (_traceparent, run) => run(),
  workerStarted: nothing,
  workerGone: nothing,
  failureUnhandled: nothing,
  loopClosed: nothing,
};

const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };

const ways: readonly Watched[] = ['not', 'empty', 'recorder'];

/** How the environment asks to watch all programs. */
export const asked: Watched = ways.find((way) => way === process?.env['SKEIN_WATCHED']) ?? 'not';

/** Watches until the result is disposed. */
export function watch(how: Watched): Disposable {
  if (how === 'empty') return addInstrument(empty);
  return how === 'recorder' ? recordTasks() : { [Symbol.dispose]: nothing };
}
