import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const files = listed.split('\n').filter((file) => file !== '' && existsSync(root + file));

/** The places where a line matches, as `file:line`. */
function places(pattern: RegExp, among: (file: string) => boolean = () => true): string[] {
  return files.filter(among).flatMap((file) =>
    readFileSync(root + file, 'utf8')
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}`] : [])),
  );
}

test('names no package registry', () => {
  expect(
    places(
      /\bregistry\.[\w-]+\.(com|org|net|io|dev|local|internal|example)\b|npm[m]irror|"resolve[d]":/i,
    ),
  ).toEqual([]);
});

test('names no folder of the machine it was written on', () => {
  expect(places(/(?<![\w.~-])\/(work|root|home\/\w+|Users\/\w+)\//)).toEqual([]);
});

test('leaves nothing for later', () => {
  const isCode = (file: string) => /^(src|test|examples)\//.test(file);
  expect(places(/\.only\(|\b(TO[D]O|FIX[M]E|XX[X])\b/, isCode)).toEqual([]);
});

test('keeps every source file below 400 lines', () => {
  const long = files
    .filter((file) => file.startsWith('src/'))
    .map((file) => ({ file, lines: readFileSync(root + file, 'utf8').split('\n').length - 1 }))
    .filter(({ lines }) => lines > 400);
  expect(long).toEqual([]);
});

test.skipIf(!existsSync(`${root}ARCHITECTURE.md`))('tells of every source folder', () => {
  const text = readFileSync(`${root}ARCHITECTURE.md`, 'utf8');
  const folders = readdirSync(`${root}src`, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  expect(folders.filter((name) => !text.includes(`${name}/`))).toEqual([]);
});

test.skipIf(!existsSync(`${root}ARCHITECTURE.md`))(
  'names in ARCHITECTURE.md only files that exist',
  () => {
    const text = readFileSync(`${root}ARCHITECTURE.md`, 'utf8');
    const named = [...text.matchAll(/`([\w./-]+\.(?:ts|mjs|md|json))`/g)].map((match) => match[1]);
    const missing = named.filter((name) => !files.some((file) => `/${file}`.endsWith(`/${name}`)));
    expect(missing).toEqual([]);
  },
);
