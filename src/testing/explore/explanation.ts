/** The message of an {@link ExplorationError}. It has to say all: test runners show little else. */
import type { RecordedExplanation } from '../../inspect/recorder/recording.ts';
import { draw } from './drawing.ts';
import type { Failure, FailureKind } from './failure.ts';
import type { Mode } from './mode.ts';
import type { Trace } from './trace.ts';

export interface Explained {
  readonly failure: Failure;
  readonly mode: Mode;
  readonly trace: Trace;
  readonly departures: number;
  /** True if every schedule with fewer departures was tried. */
  readonly isProved: boolean;
  /** "schedule 17 of 1000 (seed 20260101)" */
  readonly where: string;
  readonly replay: string;
  readonly isReplayable: boolean;
}

export function explain(explained: Explained): string {
  const { failure, trace, where } = explained;
  return [
    `fails in ${where}: ${failure.text}`,
    ...kindLines(explained),
    '',
    ...draw(trace.timeline).map((line) => `  ${line}`),
    ...failure.details.map((line) => `  ${line}`),
    ...listed('Left', trace.left),
    ...listed('Unanswered', trace.unanswered),
    againLine(explained),
  ].join('\n');
}

/** What helps to find the mistake. */
const advice: Readonly<Record<FailureKind, string>> = {
  error:
    'Look at the first row with a star: there the order is another one. What the program took for granted at its next await does not hold then.',
  deadlock:
    'Look at what each task waits for at the end, and who holds it. Take locks in one order, or set what is waited for on all ways.',
  livelock:
    'Look at the rows that come again and again: what they wait for never comes. Let the loop end, or wait for an event.',
  leak: 'Await the tasks that are left before main ends, or cancel them: a task group does that.',
  check:
    'Look at the first row with a star: there the order is another one. What was read before an await may have changed after it; read it again, or hold a lock.',
  unhandled: 'Await the task or the future that failed, or handle the error where it is thrown.',
  nondeterministic:
    'Something decides that no schedule knows: a random number, the clock, a timer of the host, or state that outlives main.',
};

function adviceFor({ failure, departures }: Explained): string {
  const isUsual = departures === 0 && (failure.kind === 'error' || failure.kind === 'check');
  return isUsual ? 'It fails each time: look at the last rows.' : advice[failure.kind];
}

/** The explanation as `skein open` shows it, beside the recording of the run. */
export function recordedExplanation(explained: Explained): RecordedExplanation {
  const { failure, trace, where, replay, isReplayable } = explained;
  const rows = trace.timeline.map((entry, row) => {
    const { at, task } = trace.moments[row] ?? { at: 0, task: 0 };
    return { ...entry, at, task };
  });
  return {
    text: `fails in ${where}: ${failure.text}`,
    notes: [...kindLines(explained), ...failure.details].map((line) => line.trim()),
    rows,
    left: trace.left,
    unanswered: trace.unanswered,
    advice: adviceFor(explained),
    replay: isReplayable ? replay : undefined,
  };
}

function kindLines({ mode, departures, isProved }: Explained): string[] {
  const lines: string[] = [];
  if (departures === 0) lines.push('  It fails in the usual order.');
  else {
    const explains = departures === 1 ? '1 departure' : `${departures} departures`;
    const proved = isProved ? '; no schedule with fewer fails so' : '';
    const verb = departures === 1 ? 'explains' : 'explain';
    lines.push(`  ${explains} from the usual order (*) ${verb} it${proved}.`);
  }
  if (mode.orders === 'tasks') {
    lines.push(
      "  Tasks ran in another order than they became ready (orders: 'tasks'): today no loop does that, but the next await that",
      '  somebody adds may have the same effect.',
    );
  }
  if (mode.eager) lines.push('  Tasks started eagerly.');
  return lines;
}

/** "Left: nothing." or a line for each. */
function listed(title: string, items: readonly string[]): string[] {
  if (items.length === 0) return [`  ${title}: nothing.`];
  return [`  ${title}:`, ...items.map((item) => `    ${item}`)];
}

function againLine({ replay, isReplayable }: Explained): string {
  if (!isReplayable)
    return '  It waited for something outside that no schedule decides, so it cannot be replayed.';
  return `  Again: explore(…, { replay: '${replay}' })   or SKEIN_EXPLORE_REPLAY=${replay}`;
}
