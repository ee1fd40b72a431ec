/** `npm run bench` finds the questions that are meant, and tells a difference of two builds from noise. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { namesOfQuestions } from '../../../bench/executors/run.mjs';
import { growthOf, ruleOf, verdictOf, worseThan } from '../../../bench/verdict.mjs';
import { wantedOf as untyped } from '../../../bench/wanted.mjs';

interface Named {
  name: string;
}
const wantedOf = (words: string[]) => untyped(words) as { kind: string; found: Named[] }[];

const root = fileURLToPath(new URL('../../../', import.meta.url));

const namesOf = (...words: string[]) =>
  wantedOf(words).map(({ kind, found }) => `${kind}: ${found.map(({ name }) => name).join(', ')}`);

describe('the words of the command line', () => {
  test('mean the questions whose names begin so, several of them between commas', () => {
    expect(namesOf('spawn,yields')).toEqual(['results: spawn, spawn eager', 'results: yields']);
    expect(namesOf('spawn,', 'yields')).toEqual(['results: spawn, spawn eager', 'results: yields']);
  });

  test('may have blanks', () => {
    expect(namesOf('nested', 'waits', '10,timeouts', 'in', 'turn')).toEqual([
      'results: nested waits 10, nested waits 10 declared, nested waits 100, nested waits 100 declared',
      'results: timeouts in turn',
    ]);
  });

  test('mean the questions of pools and of growth behind those words', () => {
    expect(namesOf('switch,executors one in flight,growth lock')).toEqual([
      'results: switch',
      'executors: one in flight',
      'growth: lock',
    ]);
    expect(namesOf('executors')).toEqual([`executors: ${namesOfQuestions.join(', ')}`]);
  });

  test('mean everything if there are none', () => {
    expect(wantedOf([]).map(({ kind }) => kind)).toEqual(['results', 'growth', 'executors']);
  });

  test('are refused with the names that there are if no question begins so', () => {
    expect(() => wantedOf(['spawn,swich'])).toThrow(
      /^No question begins with “swich”. There are: spawn, .*, growth, executors, cluster\.$/,
    );
    expect(() => wantedOf(['executors nothing'])).toThrow(
      /^No question begins with “nothing”. There are: one in flight, /,
    );
  });
});

describe('the command line', () => {
  const bench = (...words: string[]) =>
    spawnSync(process.execPath, ['bench/main.mjs', ...words], { cwd: root, encoding: 'utf8' });

  test('prints its words, options and questions when it is asked for help', () => {
    const { stdout, stderr, status } = bench('--help');
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toMatch(/^Usage: npm run bench -- \[QUESTION, …\] \[OPTION …\]\n/);
    for (const word of ['--against DIR', '--cpu', 'spawn eager', 'one in flight', 'queued'])
      expect(stdout).toContain(word);
  });

  test('refuses an option that it does not know in one line', () => {
    const { stdout, stderr, status } = bench('--nope');
    expect({ stdout, stderr, status }).toEqual({
      stdout: '',
      stderr: "Unknown option '--nope'. `npm run bench -- --help` lists the words and options.\n",
      status: 2,
    });
  });
});

/** Rounds in which the old build took 100 and `100 + apart`. */
const rounds = (apart: number, ...news: number[]) =>
  news.map((value) => ({ old: 100, again: 100 + apart, new: value }));

describe('a verdict', () => {
  test('is the median of the ratios of the rounds, each formed with both samples of the old build', () => {
    expect(verdictOf(rounds(0, 90, 120, 500))).toMatchObject({ ratio: 1.2, old: 100, new: 120 });
    expect(verdictOf([{ old: 90, again: 110, new: 150 }]).ratio).toBe(1.5);
  });

  test('calls a difference of 5 % noise, and a greater one not, if the old build agrees with itself', () => {
    expect(verdictOf(rounds(0, 104)).verdict).toBe('within noise');
    expect(verdictOf(rounds(0, 96)).verdict).toBe('within noise');
    expect(verdictOf(rounds(0, 106)).verdict).toBe('worse');
    expect(verdictOf(rounds(0, 94)).verdict).toBe('better');
  });

  test('has more noise where the old build is farther from itself in two thirds of the rounds', () => {
    const found = verdictOf([...rounds(2, 115), ...rounds(10, 115), ...rounds(60, 115)]);
    expect(found.spread).toBeCloseTo(0.1);
    expect(found.noise).toBeCloseTo(0.1);
    expect(verdictOf(rounds(30, 115, 130)).verdict).toBe('within noise');
  });

  test('fails a limit if it is worse by more than that and more than the noise', () => {
    const verdicts = [108, 112, 80].map((value) => verdictOf(rounds(0, value)));
    expect(worseThan(10, verdicts).map(({ ratio }: { ratio: number }) => ratio)).toEqual([1.12]);
    expect(worseThan(10, [verdictOf(rounds(30, 120))])).toEqual([]);
  });
});

describe('the growth of a price', () => {
  const sizes = (...prices: [native: number, skein: number][]) =>
    prices.map(([native, skein], at) => ({
      n: 1000 * 10 ** at,
      contestants: [
        { name: 'native', median: native, ratio: 1 },
        { name: 'skein', median: skein, ratio: skein / native },
      ],
    }));

  test('is that of skein relative to the other in the same run, and fails above 2 ×', () => {
    expect(growthOf({}, sizes([100, 100], [400, 800]))).toEqual({ growth: 2, failed: false });
    expect(growthOf({}, sizes([100, 100], [100, 900], [100, 210]))).toMatchObject({
      growth: 2.1,
      failed: true,
    });
  });

  test('may be more for a reason, which is told only where it is', () => {
    const question = { growsBecause: 'it sorts' };
    expect(growthOf(question, sizes([1, 1], [1, 3]))).toEqual({
      growth: 3,
      failed: false,
      because: 'it sorts',
    });
    expect(growthOf(question, sizes([1, 1], [1, 1])).because).toBeUndefined();
  });

  test('is its own where there is nothing to compare it with', () => {
    const alone = [1, 3].map((median) => ({
      n: median,
      contestants: [{ name: 'skein', median, ratio: 1 }],
    }));
    expect(growthOf({}, alone)).toMatchObject({ growth: 3, failed: true });
  });
});

test('a rule compares contestants with one that stands in the question twice, beyond its noise', () => {
  const rule = { costs: ['a', 'b'], noMoreThan: 'known', again: 'known again' };
  const rounds = [1, 2, 3].map(() => ({ known: 100, 'known again': 102, a: 104, b: 120 }));
  expect(
    ruleOf(rule, rounds).map(({ name, verdict }: { name: string; verdict: string }) => [
      name,
      verdict,
    ]),
  ).toEqual([
    ['a', 'within noise'],
    ['b', 'worse'],
  ]);
});

describe('npm run bench -- … --against DIR', () => {
  const bench = (...args: string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-bench-'));
    const json = join(folder, 'figures.json');
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ['bench/main.mjs', ...args, '--rounds', '1', '--json', json],
      { cwd: root, encoding: 'utf8' },
    );
    const figures = status === 0 ? JSON.parse(readFileSync(json, 'utf8')) : undefined;
    rmSync(folder, { recursive: true, force: true });
    return { stdout, stderr, status, figures };
  };

  test('asks both builds the questions of tasks and of pools, and prints a table and a verdict', () => {
    const { stdout, stderr, figures } = bench('switch,executors first', '--against', root);
    expect(stderr).toBe('');
    const verdict = '(within noise|worse|better)';
    const row = (name: string) =>
      new RegExp(String.raw`^\| ${name} \| .* [nm]s \| .* × \| ± .* % \| ${verdict} \|$`, 'm');
    expect(stdout).toMatch(row(String.raw`switch \| skein`));
    expect(stdout).toMatch(row(String.raw`executors first result \| skein`));
    expect(stdout).toMatch(row(String.raw`executors first result \| skein, processes`));
    expect(stdout).toMatch(/^\d of 3 within noise/m);
    expect(figures.against.map(({ name }: Named) => name)).toEqual([
      'switch, skein',
      'executors first result, skein',
      'executors first result, skein, processes',
    ]);
  });

  test('refuses a folder that has no build, growth, and a limit without a second build', () => {
    const { stderr, status } = bench('switch', '--against', `${root}bench`);
    expect(stderr).toContain(
      '`--against` expected the folder of a built checkout, but there is no dist/index.js in ',
    );
    expect(status).toBe(2);
    expect(bench('growth', '--against', root).stderr).toMatch(/^`--against` expected questions, /);
    expect(bench('switch', '--fail-above', '5').stderr).toMatch(/^`--fail-above` expected /);
  });
});
