/** What to write instead of the name of an option that a function does not know. */

/** For names that people expect, in every bundle of functions that are called often. */
const advices: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  createTask: { loop: 'Write `loop.createTask(work())`.' },
  retry: {
    retries: 'Write `attempts`, which counts the first one too: one more than the retries.',
    minTimeout: 'Write `delay`.',
    maxTimeout: 'Write `maxDelay`.',
    maxRetryTime: 'Write `within`.',
    randomize: 'Write `jitter`.',
    onFailedAttempt: 'Write `onRetry`.',
    shouldRetry: 'Write `retryIf`.',
  },
};

export function optionAdvice(
  caller: string,
  name: string,
  known: readonly string[],
  advice: Readonly<Record<string, string>> = advices[caller] ?? {},
): string {
  if (Object.hasOwn(advice, name)) return ` ${advice[name]}`;
  if (known.length === 0) return ' It has no options: leave it out.';
  const nearest = known.reduce((best, each) =>
    distance(name, each) < distance(name, best) ? each : best,
  );
  if (distance(name, nearest) <= Math.max(2, nearest.length / 3)) return ` Write \`${nearest}\`.`;
  const all = known.map((each) => `\`${each}\``).join(', ');
  return ` Leave it out, or write one of ${all}; the nearest is \`${nearest}\`.`;
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
