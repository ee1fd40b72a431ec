/** What would break on Windows, which nothing here can run. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
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
