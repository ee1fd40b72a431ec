/** Draws what happened in a run: a column for each task, and one for the world outside. */
import type { TimelineEntry } from './trace.ts';

/** More tasks than these get no columns: each line names its task. */
const maxColumns = 4;
/** A column is at least so wide, in characters. */
const minWidth = 18;
const usualWidth = 110;
/** The time, and the mark of a departure. */
const marginWidth = 8;
const gap = '  ';

/** The width of the terminal, where there is one. */
function terminalWidth(): number {
  const { process } = globalThis as { process?: { stdout?: { columns?: number } } };
  return process?.stdout?.columns ?? usualWidth;
}

/** Returns the lines of the drawing. */
export function draw(
  timeline: readonly TimelineEntry[],
  width: number = terminalWidth(),
): string[] {
  const rows = folded(withoutIdleMain(timeline));
  const tasks = [...new Set(rows.map(({ who }) => who))].filter((who) => who !== 'outside');
  const columns = [...tasks, ...(rows.some(({ who }) => who === 'outside') ? ['outside'] : [])];
  const widths = widthsOf(columns, rows, width - marginWidth);
  if (tasks.length > maxColumns || widths === undefined) return list(rows);
  const cells = (texts: readonly string[]): string =>
    texts.map((text, at) => text.padEnd(widths[at] as number)).join(gap);
  const lines = [`${margin('ms', false)}${cells(columns)}`.trimEnd()];
  for (const row of rows) {
    const at = columns.indexOf(row.who);
    for (const [index, text] of wrapped(row.what, widths[at] as number).entries()) {
      const start = index === 0 ? margin(String(row.ms), row.departure) : margin('', false);
      lines.push(
        `${start}${cells(columns.map((_, column) => (column === at ? text : '')))}`.trimEnd(),
      );
    }
  }
  return lines;
}

/** Main is left out if it only starts others and waits for them: the first line of the message says how it failed. */
function withoutIdleMain(timeline: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const ofMain = timeline.filter(({ who }) => who === 'main');
  const others = new Set(timeline.map(({ who }) => who)).size - 1;
  const isIdle = ofMain.every(
    ({ what, departure }) => !departure && what.split('; ').every((part) => idle.test(part)),
  );
  return others > 1 && isIdle ? timeline.filter(({ who }) => who !== 'main') : timeline;
}

/** Waits for tasks and combinators, but not for something outside, whose name is in quotes. */
const idle = /^(?:starts .*|waits for (?!').*|gets .*|fails: .*|ends|gives way|is cancelled)$/;

/** Puts rows of one task together that nothing came between. */
function folded(timeline: readonly TimelineEntry[]): TimelineEntry[] {
  const rows: TimelineEntry[] = [];
  for (const entry of timeline) {
    const last = rows.at(-1);
    const joins =
      last?.who === entry.who &&
      last.ms === entry.ms &&
      entry.who !== 'outside' &&
      !entry.departure;
    if (joins) rows[rows.length - 1] = { ...last, what: `${last.what}; ${entry.what}` };
    else rows.push(entry);
  }
  return rows;
}

/** The width of each column; undefined if the terminal is too narrow for them. */
function widthsOf(
  columns: readonly string[],
  rows: readonly TimelineEntry[],
  width: number,
): number[] | undefined {
  const wanted = columns.map((column) => {
    const texts = rows.filter(({ who }) => who === column).map(({ what }) => what.length);
    return Math.max(column.length, ...texts);
  });
  const available = width - gap.length * (columns.length - 1);
  let rest = available;
  let open = columns.length;
  const widths: number[] = wanted.map(() => 0);
  // Columns that need less than their share give the rest to the others.
  for (const at of wanted.map((_, at) => at).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0))) {
    const share = Math.max(Math.floor(rest / open), 0);
    widths[at] = Math.min(wanted[at] as number, share);
    rest -= widths[at] as number;
    open--;
  }
  const isTooNarrow = widths.some((each, at) => each < Math.min(minWidth, wanted[at] as number));
  return isTooNarrow ? undefined : widths;
}

function margin(ms: string, departure: boolean): string {
  return `${departure ? '*' : ' '}${ms.padStart(marginWidth - 3)}  `;
}

/** Breaks a text into lines, at blanks; a word that is too long is cut. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  if (line !== '') lines.push(line);
  return lines;
}

/** A line for each row, with the name of the task in front. */
function list(rows: readonly TimelineEntry[]): string[] {
  return [
    margin('ms', false).trimEnd(),
    ...rows.map(
      ({ ms, who, what, departure }) => `${margin(String(ms), departure)}${who}: ${what}`,
    ),
  ];
}
