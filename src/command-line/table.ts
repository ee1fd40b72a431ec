/** Lines in columns, and how many of them fit the terminal. */
import { cutText } from './words.ts';

/** How many characters a line may have; where there is no terminal, or it does not know its size, as many as its text has. */
function width(): number {
  return process.stdout.columns || Number.POSITIVE_INFINITY;
}

/** How many lines are printed without `--all`. */
export function height(): number {
  const { rows } = process.stdout;
  return rows > 0 ? Math.max(rows - 6, 10) : 200;
}

/**
 * Puts rows into columns, two spaces between them. All columns but the last are as wide as their widest text, `widest` at most.
 */
export function columns(rows: readonly (readonly string[])[], widest = 40): string[] {
  const widths: number[] = [];
  const cut = rows.map((row) =>
    row.map((text, at) => (at === row.length - 1 ? text : cutText(text, widest))),
  );
  for (const row of cut)
    row.forEach((text, at) => {
      widths[at] = Math.max(widths[at] ?? 0, text.length);
    });
  return cut.map((row) => {
    const line = row
      .map((text, at) => (at === row.length - 1 ? text : text.padEnd(widths[at] as number)))
      .join('  ')
      .trimEnd();
    return Number.isFinite(width()) ? cutText(line, width()) : line;
  });
}
