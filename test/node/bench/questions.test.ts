/** The benchmarks go on working: a small number of each operation, where nobody has to be installed. */
import * as core from 'skein';
import * as executors from 'skein/executors';
import * as inspect from 'skein/inspect';
import { expect, test } from 'vitest';
import { questions as all } from '../../../bench/questions/index.mjs';

interface Watch {
  start(): void;
  stop(): void;
  report(value: number): void;
}

interface Question {
  name: string;
  answer(n: number): number;
  contestants: Record<string, (n: number, library: unknown, watch: Watch) => Promise<number>>;
}

const skein = { ...core, ...executors, ...inspect };
const watch: Watch = { start() {}, stop() {}, report() {} };
const ours = (all as unknown as Question[]).flatMap(({ name, answer, contestants }) =>
  Object.entries(contestants)
    .filter(([contestant]) => /^(native|skein)\b/.test(contestant))
    .map(([contestant, run]) => ({ name, contestant, answer, run })),
);

test.each(ours)('$name: $contestant answers right', async ({ contestant, answer, run }) => {
  const n = 200;
  const library = contestant.startsWith('skein') ? skein : {};
  expect(await run(n, library, watch)).toBe(answer(n));
});
