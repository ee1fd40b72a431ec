/**
 * The runtimes that are found: the `node` that runs the tests, and `node@24`, `bun` and `deno` in node_modules/.bin or in the
 * folder that SKEIN_RUNTIMES names. Get them with `npm i --no-save --prefix DIR bun deno node@24` and
 * `SKEIN_RUNTIMES=DIR/node_modules/.bin`. A test in one that is absent is skipped; in CI it is a failure.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folders = [
  ...(process.env['SKEIN_RUNTIMES'] ?? '').split(delimiter),
  join(root, 'node_modules/.bin'),
].filter((folder) => folder !== '');

/** The file of a program that is in one of the folders. */
export function found(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

const runtimes: [name: string, file: string | undefined, args: string[]][] = [
  [`node ${process.versions.node}`, process.execPath, []],
  ['node@24', found('node'), []],
  ['bun', found('bun'), ['run']],
  ['deno', found('deno'), ['run', '--allow-all', '--no-prompt']],
];

/** Makes a test for each runtime: its output has to be `expected`. */
export function testInRuntimes(program: string, args: readonly string[], expected: string): void {
  for (const [name, file, options] of runtimes) {
    test.concurrent(`in ${name}`, { timeout: 600_000 }, async ({ skip, expect }) => {
      if (file === undefined && !process.env['CI'])
        skip(`${name} was not found; set SKEIN_RUNTIMES to its folder`);
      expect(file, `${name} is needed in CI: .ci/run installs it`).toBeDefined();
      expect(await outputOf(file as string, [...options, program, ...args])).toBe(expected);
    });
  }
}

/** Returns what a program printed; with what it wrote to its standard error if it failed. */
export function outputOf(file: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, complaints] = ['', ''];
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      resolve(code === 0 ? output.trim() : `${output}${complaints}`.trim()),
    );
  });
}
