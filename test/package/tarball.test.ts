/** Packs the package, installs it into an empty folder, and uses it there as its users do. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { npm } from '../../tools/npm.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const home = mkdtempSync(join(tmpdir(), 'skein-tarball-'));
const installed = join(home, 'node_modules/skein');

beforeAll(() => {
  write('package.json', '{ "private": true, "type": "module" }');
  run(npm(['pack', '--pack-destination', home], root, 'pipe'));
  const tarball = readdirSync(home).find((name) => name.endsWith('.tgz'))!;
  const flags = ['--omit=optional', '--prefer-offline', '--no-audit', '--no-fund'];
  run(npm(['install', ...flags, `./${tarball}`], home, 'pipe'));
}, 120_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

function run({ ok, output }: { ok: boolean; output: string }): string {
  if (!ok) throw new Error(output);
  return output.trim();
}

function write(name: string, text: string): void {
  writeFileSync(join(home, name), text);
}

function node(...args: string[]): string {
  const result = spawnSync(process.execPath, args, { cwd: home, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(result.stdout + result.stderr);
  return result.stdout.trim();
}

test('holds what is needed to use and to debug it, and nothing else', () => {
  const documents = ['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md'];
  documents.push('llms.txt');
  const expected = [...documents, 'decisions', 'dist', 'docs', 'examples', 'package.json', 'src'];
  const names = readdirSync(installed);
  expect(names.filter((name) => !expected.includes(name))).toEqual([]);
  expect(names).toEqual(expect.arrayContaining(['LICENSE', 'dist', 'package.json', 'src']));
});

test('has everything that its README and its documentation link to', () => {
  const documents = ['README.md', 'docs', 'decisions', 'ARCHITECTURE.md', 'llms.txt'].flatMap(
    (name) =>
      /\.(?:md|txt)$/.test(name)
        ? [name]
        : readdirSync(join(installed, name), { recursive: true })
            .map((each) => join(name, String(each)))
            .filter((each) => each.endsWith('.md')),
  );
  const broken = documents.flatMap((name) => {
    const text = readFileSync(join(installed, name), 'utf8').replaceAll(
      /```.*?```|`[^`\n]*`/gs,
      '',
    );
    return [...text.matchAll(/\]\((?!https?:|#)([^)\s#]+)[^)]*\)/g)]
      .map(([, target]) => target as string)
      .filter((target) => !existsSync(join(installed, dirname(name), target)))
      .map((target) => `${name}: ${target}`);
  });
  expect(documents.length).toBeGreaterThan(20);
  expect(broken).toEqual([]);
});

test('has every source its maps name', () => {
  const dist = join(installed, 'dist');
  const maps = readdirSync(dist, { recursive: true })
    .map((name) => join(dist, String(name)))
    .filter((name) => name.endsWith('.map'));
  const sources = maps.flatMap((map) => {
    const { sources } = JSON.parse(readFileSync(map, 'utf8')) as { sources: string[] };
    return sources.map((source) => resolve(dirname(map), source));
  });
  expect(sources.length).toBeGreaterThan(0);
  expect(sources.filter((source) => !existsSync(source))).toEqual([]);
});

test('needs no other package', () => {
  expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'skein',
  ]);
});

const program = `
  function* double(n) {
    yield* sleep(1);
    return 2 * n;
  }
  run(function* () {
    const task = createTask(double(20), { name: 'twenty' });
    const results = yield* gather([task, double(1)]);
    console.log(task.getName(), results.join(' '));
  }).then(() => console.log(typeof ThreadPoolExecutor, typeof VirtualEventLoop));
`;

describe('runs', () => {
  test('as an ES module', () => {
    const imports = `
      import { createTask, gather, run, sleep } from 'skein';
      import { ThreadPoolExecutor } from 'skein/executors';
      import { VirtualEventLoop } from 'skein/testing';
    `;
    write('main.mjs', imports + program);
    expect(node('main.mjs')).toBe('twenty 40 2\nfunction function');
  });

  test('from CommonJS', () => {
    const imports = `
      const { createTask, gather, run, sleep } = require('skein');
      const { ThreadPoolExecutor } = require('skein/executors');
      const { VirtualEventLoop } = require('skein/testing');
    `;
    write('main.cjs', imports + program);
    expect(node('main.cjs')).toBe('twenty 40 2\nfunction function');
  });
});

describe('type-checks in a program without Node types', () => {
  beforeAll(() => {
    write(
      'consumer.ts',
      `
      import { type Coroutine, createTask, gather, run, sleep, type Task, timeout } from 'skein';
      import { ThreadPoolExecutor } from 'skein/executors';
      import { VirtualEventLoop } from 'skein/testing';

      function* double(n: number): Coroutine<number> {
        yield* sleep(1);
        return 2 * n;
      }
      export async function main(): Promise<number> {
        const task: Task<number> = createTask(double(20));
        const sum = await run(function* () {
          const [a, b] = yield* gather([task, double(1)]);
          return a + b;
        });
        // @ts-expect-error a coroutine of numbers does not make a task of strings
        const wrong: Task<string> = createTask(double(20));
        return sum + Number(wrong.done());
      }
      export const surface = [ThreadPoolExecutor, VirtualEventLoop, timeout];
      `,
    );
  });

  test.each([
    ['nodenext', { module: 'nodenext' }],
    ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ])('with the resolution of %s', (name, options) => {
    const compilerOptions = {
      ...options,
      lib: ['es2022', 'dom'],
      noEmit: true,
      skipLibCheck: false,
      strict: true,
      target: 'es2022',
      types: [],
    };
    const config = JSON.stringify({ compilerOptions, files: ['consumer.ts'] });
    write(`tsconfig.${name}.json`, config);
    expect(node(tsc, '--project', `tsconfig.${name}.json`)).toBe('');
  });
});
