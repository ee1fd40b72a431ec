/**
 * The scenarios of async functions in every runtime that is found: `node`, and `node@24`, `bun` and `deno` in
 * node_modules/.bin or in the folder that SKEIN_RUNTIMES names. Get them with
 * `npm i --no-save --prefix DIR bun deno node@24` and `SKEIN_RUNTIMES=DIR/node_modules/.bin`. One that is absent is
 * skipped; in CI it is a failure.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformWithOxc } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { scenarios } from '../../unit/async-functions/scenarios.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const source = join(root, 'test/unit/async-functions/scenarios.ts');
const compiled = join(root, '.cache/runtimes/scenarios.mjs');
const runner = fileURLToPath(new URL('async-functions.mjs', import.meta.url));
const folders = [
  ...(process.env['SKEIN_RUNTIMES'] ?? '').split(delimiter),
  join(root, 'node_modules/.bin'),
].filter((folder) => folder !== '');

function found(name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}

const runtimes: [name: string, file: string | undefined, args: string[]][] = [
  [`node ${process.versions.node}`, process.execPath, []],
  ['node@24', found('node'), []],
  ['bun', found('bun'), ['run']],
  ['deno', found('deno'), ['run', '--allow-all', '--no-prompt']],
];

beforeAll(async () => {
  const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source);
  const library = pathToFileURL(join(root, 'dist/index.js')).href;
  mkdirSync(join(root, '.cache/runtimes'), { recursive: true });
  writeFileSync(compiled, code.replace(/from ["']skein["']/, `from '${library}'`));
});

describe('async functions are cancelled at library awaits', () => {
  for (const [name, file, args] of runtimes) {
    test(`in ${name}`, ({ skip }) => {
      if (file === undefined && !process.env['CI'])
        skip(`${name} was not found; set SKEIN_RUNTIMES to its folder`);
      expect(file, `${name} is needed in CI: .ci/run installs it`).toBeDefined();
      const testing = join(root, 'dist/testing/index.js');
      const { stdout, stderr } = spawnSync(file as string, [...args, runner, compiled, testing], {
        encoding: 'utf8',
        cwd: root,
      });
      expect(`${stdout}${stderr}`.trim()).toBe(`${scenarios.length} of ${scenarios.length} passed`);
    });
  }
});
