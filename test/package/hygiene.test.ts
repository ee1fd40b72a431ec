/** What a public repository has, and what would break on Windows, which nothing here can run. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(root + file, 'utf8');
const listed = execFileSync('git', ['ls-files', '--stage'], { cwd: root, encoding: 'utf8' });
const files = listed
  .trim()
  .split('\n')
  .map((line) => ({ mode: line.slice(0, 6), name: line.slice(line.indexOf('\t') + 1) }))
  .filter(({ name }) => existsSync(root + name));

describe.skipIf(!existsSync(`${root}.github`))('workflows', () => {
  const folder = '.github/workflows/';
  const names = existsSync(root + folder) ? readdirSync(root + folder) : [];

  test.each(names)(
    '%s says that it is untried, what it may do, and when it is given up',
    (name) => {
      const text = read(folder + name);
      expect(text).toMatch(/^# Untried: /);
      expect(text).toMatch(/^on:$/m);
      expect(text).toMatch(/^permissions:$/m);
      expect(text).not.toMatch(/\t/);
      const jobs = text.slice(text.indexOf('\njobs:\n'));
      const count = (pattern: RegExp): number => [...jobs.matchAll(pattern)].length;
      expect(count(/^ {2}[\w-]+:$/gm)).toBeGreaterThan(0);
      expect(count(/^ {4}timeout-minutes: \d+$/gm)).toBe(count(/^ {2}[\w-]+:$/gm));
      expect(count(/^ {4}runs-on: .+$/gm)).toBe(count(/^ {2}[\w-]+:$/gm));
      for (const [, action] of text.matchAll(/uses: (.+)/g))
        expect(action).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    },
  );

  test('call only npm scripts and files that are there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const name of names) {
      for (const [, script] of read(folder + name).matchAll(/- run: npm (?:run )?([\w-]+)/g)) {
        if (script !== 'ci' && script !== 'install') expect(scripts).toHaveProperty([script ?? '']);
      }
    }
    expect(existsSync(`${root}.ci/run`)).toBe(true);
  });

  test('of the other runtimes name the versions of .ci/run', () => {
    const versions = /node@24 bun@\S+ deno@\S+/;
    expect(versions.exec(read(`${folder}ci.yml`))?.[0]).toBe(versions.exec(read('.ci/run'))?.[0]);
  });
});

describe('on Windows', () => {
  test('there is no symbolic link', () => {
    expect(files.filter(({ mode }) => mode === '120000')).toEqual([]);
  });

  test('each file has a name that it can have there, and no other file has it in other letters', () => {
    const names = files.map(({ name }) => name);
    expect(names.filter((name) => /[<>:"|?*\\]|[. ](?:\/|$)/.test(name))).toEqual([]);
    expect(
      names.filter((name) => /(?:^|\/)(?:aux|con|nul|prn|com\d|lpt\d)(?:\.|\/|$)/i.test(name)),
    ).toEqual([]);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  });

  test('npm scripts need no shell of Unix', () => {
    for (const file of ['package.json', 'eslint-plugin-skein/package.json', 'bench/package.json']) {
      const { scripts = {} } = JSON.parse(read(file)) as { scripts?: Record<string, string> };
      const ofUnix = /'|\*|\$|`|;|^\w+=|&& \w+=|\b(?:bash|sh|rm|cp|mv|cat|mkdir)\s|\.sh\b/;
      expect(Object.entries(scripts).filter(([, script]) => ofUnix.test(script))).toEqual([]);
    }
  });

  test('no path is made of a URL, and no URL of a path, by hand', () => {
    const byHand =
      /new URL\([^)]*import\.meta\.url\)\.pathname(?!\.endsWith)|`file:\/\/\$\{|'file:\/\/' \+/;
    const among = /^(?:src|tools|examples|recipes|eslint-plugin-skein)\/.*\.(?:ts|mjs|js)$/;
    const found = files
      .filter(({ name }) => among.test(name) && byHand.test(read(name)))
      .map(({ name }) => name);
    expect(found).toEqual([]);
  });
});
