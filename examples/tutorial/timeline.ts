/** Draws what ran when: a line for each task, time from left to right. */
import type { Ending, Span } from './trace.ts';

/** One line of the picture. */
export interface Bar {
  readonly name: string;
  readonly kind: 'task' | 'job';
  readonly from: number;
  readonly to: number | undefined;
  readonly steps: readonly Span[];
  readonly ending: Ending;
  readonly error: string;
}

export interface Look {
  /** The width of the terminal. */
  readonly columns: number;
  readonly colour: boolean;
}

const running = '█';
const waiting = '─';
const elsewhere = '▒';

const marks: Record<Ending, string> = { pending: '…', done: '✓', failed: '✗', cancelled: '⊘' };
const colours: Record<Ending, string> = {
  pending: '\u001B[2m',
  done: '\u001B[32m',
  failed: '\u001B[31m',
  cancelled: '\u001B[33m',
};
const plain = '\u001B[0m';

/** The lines of the picture. */
export function drawTimeline(bars: readonly Bar[], look: Look): string[] {
  const end = Math.max(1, ...bars.map((bar) => bar.to ?? bar.from));
  const nameWidth = Math.min(20, Math.max(...bars.map((bar) => bar.name.length)));
  const endingWidth = Math.max(...bars.map((bar) => endingText(bar).length));
  const width = Math.min(60, Math.max(12, look.columns - nameWidth - endingWidth - 6));

  const header = `${''.padEnd(nameWidth)}  0${`${Math.round(end)} ms`.padStart(width - 1)}`;
  const lines = bars.map((bar) => {
    const cells = drawBar(bar, width, end);
    const name = shortened(bar.name, nameWidth).padEnd(nameWidth);
    const text = endingText(bar);
    return look.colour
      ? `${name}  ${colours[bar.ending]}${cells}  ${text}${plain}`
      : `${name}  ${cells}  ${text}`;
  });
  return [header, ...lines, legend(bars, nameWidth)];
}

function drawBar(bar: Bar, width: number, end: number): string {
  const cell = (time: number) => Math.min(width - 1, Math.floor((time / end) * width));
  const cells = new Array<string>(width).fill(' ');
  const fill = (from: number, to: number, mark: string) =>
    cells.fill(mark, cell(from), cell(to) + 1);
  fill(bar.from, bar.to ?? end, bar.kind === 'job' ? elsewhere : waiting);
  for (const step of bar.steps) fill(step.from, step.to, running);
  return cells.join('');
}

function endingText({ ending, error }: Bar): string {
  return `${marks[ending]} ${ending}${error === '' ? '' : `: ${error}`}`;
}

function legend(bars: readonly Bar[], indent: number): string {
  const threads = bars.some((bar) => bar.kind === 'job') ? `   ${elsewhere} in a thread` : '';
  return `${''.padEnd(indent)}  ${running} running   ${waiting} waiting${threads}`;
}

function shortened(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
