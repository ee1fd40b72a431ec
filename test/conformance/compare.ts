import type { Trace } from './program.ts';

/** The index of the first event that differs, or undefined when the traces are identical. */
export function firstDifference(a: Trace, b: Trace): number | undefined {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return i;
  return undefined;
}

/** Both traces in two columns. Lines that differ are marked, and long stretches that do not are left out. */
export function sideBySide(cpython: Trace, skein: Trace): string {
  const rows = Array.from({ length: Math.max(cpython.length, skein.length) }, (_, i) => ({
    left: cpython[i] ?? '',
    right: skein[i] ?? '',
  }));
  const first = firstDifference(cpython, skein) ?? 0;
  const width = Math.max('CPython'.length, ...rows.map(({ left }) => left.length));
  const lines = rows
    .map(({ left, right }) => `${left === right ? ' ' : '≠'} ${left.padEnd(width)}  │ ${right}`)
    .slice(Math.max(0, first - 10), first + 30);
  return [`  ${'CPython'.padEnd(width)}  │ skein`, ...lines].join('\n');
}
