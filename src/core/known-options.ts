/** Refuses options with names that a function does not know: most are slips of the pen, and would have no effect. */

/**
 * @param caller - The function as errors name it: "new ThreadPoolExecutor".
 * @param known - The names of its options.
 * @param advice - What to write instead of names that people expect here, as sentences.
 * @throws TypeError for the first name that is not known. An option that is undefined counts as not given.
 */
export function checkKnownOptions(
  caller: string,
  options: object,
  known: readonly string[],
  advice: Readonly<Record<string, string>> = {},
): void {
  // Without a list of the names: programs call some of these functions very often.
  for (const name in options) {
    if (known.includes(name) || !Object.hasOwn(options, name)) continue;
    if ((options as Record<string, unknown>)[name] === undefined) continue;
    throw new TypeError(
      `\`${caller}()\` expected options that it knows, but got \`${name}\`. ${adviceFor(name, known, advice)}`,
    );
  }
}

function adviceFor(
  name: string,
  known: readonly string[],
  advice: Readonly<Record<string, string>>,
): string {
  if (Object.hasOwn(advice, name)) return advice[name] as string;
  if (known.length === 0) return 'It has no options: leave it out.';
  const nearest = known.reduce((best, each) =>
    distance(name, each) < distance(name, best) ? each : best,
  );
  if (distance(name, nearest) <= Math.max(2, nearest.length / 3)) return `Write \`${nearest}\`.`;
  const all = known.map((each) => `\`${each}\``).join(', ');
  return `Leave it out, or write one of ${all}; the nearest is \`${nearest}\`.`;
}

/** How many letters must be added, left out or replaced to make one name of the other, without regard to their case. */
function distance(one: string, other: string): number {
  const [a, b] = [one.toLowerCase(), other.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
