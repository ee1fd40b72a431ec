/**
 * The search for a schedule that fails. It runs nothing itself: it yields plans, and is given their results, so that one search
 * serves coroutines, which run at once, and async functions, which need turns of the host.
 *
 *     replay given ──▶ that schedule only
 *     examples     ──▶ for each mode: schedules of the strategy ──▶ report
 *                            └ one fails: run again ──▶ shrink ──▶ explain ──▶ ExplorationError
 */
import { systemHost } from '../../core/host.ts';
import { askedReplay, noteMatch } from './asked-replay.ts';
import { Replaying } from './decisions.ts';
import { type Explained, explain, recordedExplanation } from './explanation.ts';
import { ExplorationError } from './exploration-error.ts';
import { type Failure, keyOf, messageOf } from './failure.ts';
import { type FailureRecording, failureRecordings } from './failure-recording.ts';
import { type Mode, modesOf } from './mode.ts';
import type { Plan, RunResult } from './plan.ts';
import { checkOf, readSchedule, type StoredSchedule, writeSchedule } from './replay-string.ts';
import type { Settings } from './settings.ts';
import { type Failing, type Runs, shrink } from './shrink.ts';
import { strategyOf } from './strategies/mixed.ts';
import { Tally } from './tally.ts';
import { Trace } from './trace.ts';

/** What {@link explore} found when no schedule failed. */
export interface ExploreReport {
  /** The number of schedules that ran. */
  readonly schedules: number;
  /** How many of them were different. */
  readonly distinct: number;
  /**
   * All schedules with so many departures from the usual order passed; -1 if the strategy does not go through them. With `orders:
   * 'tasks'`, orders of things that have nothing to do with each other count as one.
   */
  readonly departures: number;
  /** True if every schedule of the program ran. */
  readonly exhausted: boolean;
  /** The number of decisions in a run. */
  readonly decisions: { readonly mean: number; readonly max: number };
}

/** The search ends after this number of schedules in a row that were known before: there is hardly anything new. */
const knownInARow = 2000;

/** Throws an {@link ExplorationError} if a schedule fails. */
export function* exploration(settings: Settings): Runs<ExploreReport> {
  const tally = new Tally();
  if (settings.replay !== undefined) {
    yield* replay(readSchedule(settings.replay), settings, tally, 'the schedule to replay');
    return tally.report(-1, false);
  }
  if (yield* replayAsked(settings, tally)) return tally.report(-1, false);
  for (const example of settings.examples) {
    yield* replay(readSchedule(example), settings, tally, `example ${example}`);
  }
  const modes = modesOf(settings);
  const ends = systemHost.realNow() + settings.ms;
  let levels = Number.POSITIVE_INFINITY;
  let exhausted = true;
  for (const [at, mode] of modes.entries()) {
    const share = Math.ceil((settings.schedules * (at + 1)) / modes.length) - tally.schedules;
    const searched = yield* search(mode, Math.max(share, 1), ends, settings, tally);
    levels = Math.min(levels, searched.levels);
    exhausted &&= searched.exhausted;
  }
  return tally.report(levels, exhausted);
}

function* search(
  mode: Mode,
  schedules: number,
  ends: number,
  settings: Settings,
  tally: Tally,
): Runs<{ levels: number; exhausted: boolean }> {
  const { strategy, departures } = strategyOf(
    settings.strategy,
    settings.seed,
    settings.cancellations,
    mode.orders,
  );
  for (let run = 0; run < schedules; run++) {
    if (run > 0 && systemHost.realNow() >= ends) break;
    const decider = strategy.next();
    if (decider === undefined) break;
    const result = yield { ...mode, decider };
    tally.ran(result.decisions);
    if (result.failure !== undefined) {
      const where = `schedule ${tally.schedules} of ${settings.schedules} (seed ${settings.seed})`;
      yield* report(mode, result, settings, tally.schedules, where);
    }
    strategy.ran(result.decisions);
    if (departures?.isExhausted || tally.knownInARow >= knownInARow) break;
  }
  return {
    levels: departures?.levelsPassed ?? -1,
    exhausted: departures?.isExhausted ?? false,
  };
}

/** Runs one schedule, as it is stored. */
function* replay(
  stored: StoredSchedule,
  settings: Settings,
  tally: Tally,
  where: string,
): Runs<void> {
  const result = yield planOf(stored);
  tally.ran(result.decisions);
  const isSame = checkOf(result.decisions, settings) === stored.check;
  const changed = isSame ? '' : ' (the program has changed since: a similar one was run)';
  yield* replayed(stored, result, settings, `${where}${changed}`);
}

/** Runs the schedule that the environment asks for, if it is one of this program. Returns false if it is not. */
function* replayAsked(settings: Settings, tally: Tally): Runs<boolean> {
  const asked = askedReplay();
  if (asked === undefined) return false;
  const result = yield planOf(asked);
  if (checkOf(result.decisions, settings) !== asked.check) return false;
  noteMatch();
  tally.ran(result.decisions);
  yield* replayed(asked, result, settings, 'the schedule that SKEIN_EXPLORE_REPLAY names');
  return true;
}

function planOf({ orders, eager, departures }: StoredSchedule): Plan {
  return { orders, eager, decider: new Replaying(departures) };
}

/** Throws the error for a stored schedule that failed. */
function* replayed(
  { orders, eager }: StoredSchedule,
  result: RunResult,
  settings: Settings,
  where: string,
): Runs<void> {
  if (result.failure === undefined) return;
  const failing = failingOf({ orders, eager }, result, result.failure);
  throw yield* explained({ ...failing, isProved: false }, settings, 1, where);
}

function failingOf(mode: Mode, { decisions }: RunResult, failure: Failure): Failing {
  return { mode, failure, decisions, departures: decisions.departures() };
}

/** Checks that the failure comes again, and looks for the simplest schedule that has it. Throws the error for it. */
function* report(
  mode: Mode,
  result: RunResult,
  settings: Settings,
  schedule: number,
  where: string,
): Runs<never> {
  const failing = failingOf(mode, result, result.failure as Failure);
  if (!result.isReplayable) {
    throw yield* explained({ ...failing, isProved: false }, settings, schedule, where);
  }
  const again = yield { ...mode, decider: new Replaying(failing.departures) };
  const differs = nondeterminism(failing, again);
  if (differs !== undefined) {
    const failure: Failure = {
      kind: 'nondeterministic',
      cause: failing.failure.cause,
      text: differs,
      details: [],
    };
    throw yield* explained({ ...failing, failure, isProved: false }, settings, schedule, where);
  }
  throw yield* explained(yield* shrink(failing), settings, schedule, where);
}

/** Says where the second run of a schedule went another way; undefined if it did not. */
function nondeterminism(first: Failing, second: RunResult): string | undefined {
  const place = first.decisions.firstDifference(second.decisions);
  const isSame = second.failure !== undefined && keyOf(second.failure) === keyOf(first.failure);
  if (place === undefined && isSame) return undefined;
  const what =
    place === undefined
      ? `failed the first time (${first.failure.text}), and ${second.failure === undefined ? 'passed' : `failed otherwise (${second.failure.text})`} the second time`
      : `took another way at decision ${place + 1} the second time`;
  return `the same schedule ${what}. Something decides that is not in the schedule: \`Math.random()\`, \`Date.now()\` (the option \`pin\` replaces them), a timer of the host, or state that outlives main, as a variable of the module or a lock that was made outside`;
}

/** Writes the recording, and returns a line about it. The failure of the schedule is told in any case. */
function written(
  recording: FailureRecording | undefined,
  { record }: Settings,
  known: Explained,
): string[] {
  if (record === undefined) return [];
  if (recording === undefined)
    return [`  It could not be recorded in ${record}: only Node, Deno and Bun write files.`];
  try {
    recording.write(record, recordedExplanation(known));
    return [`  Look at it: npx skein open ${record}`];
  } catch (error) {
    return [`  It could not be recorded in ${record}: ${messageOf(error)}`];
  }
}

/** Runs the schedule once more, and draws it. */
function* explained(
  { mode, departures, failure, decisions, isProved }: Failing & { isProved: boolean },
  settings: Settings,
  schedule: number,
  where: string,
): Runs<ExplorationError> {
  const recording = settings.record === undefined ? undefined : failureRecordings.start?.();
  const trace = new Trace(recording);
  const drawn = yield { ...mode, decider: new Replaying(departures), trace };
  const isDrawn =
    failure.kind !== 'nondeterministic' &&
    drawn.failure !== undefined &&
    keyOf(drawn.failure) === keyOf(failure);
  const shown = isDrawn ? (drawn.failure as Failure) : failure;
  const check = checkOf(decisions, settings);
  const replay = writeSchedule({ ...mode, departures, check });
  const known: Explained = {
    failure: shown,
    mode,
    trace,
    departures: departures.length,
    isProved,
    where,
    replay,
    isReplayable: drawn.isReplayable,
  };
  const message = [explain(known), ...written(recording, settings, known)].join('\n');
  return new ExplorationError(message, shown.cause, {
    kind: shown.kind,
    replay,
    seed: settings.seed,
    schedule,
    departures: departures.length,
    timeline: trace.timeline,
  });
}
