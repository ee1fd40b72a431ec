/** The message of an {@link ExplorationError}. It has to say all: test runners show little else. */
import { draw } from './drawing.ts';
import type { Failure } from './failure.ts';
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
