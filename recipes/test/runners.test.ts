/**
 * The recipes of test runners, each run by its runner; that of node:test runs beside this file. jest is found in the folder that SKEIN_RUNTIMES
 * names (`.ci/run` installs it). Without it its part is skipped; with `CI=true` it fails.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('../testing/', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const link = join(process.env['SKEIN_RUNTIMES'] ?? '', 'jest');
const jest = process.env['SKEIN_RUNTIMES'] && existsSync(link) ? realpathSync(link) : undefined;

/** What a program prints, and its exit code, without what the runner of this file tells its own processes. */
function outcomeOf(...args: string[]): { said: string; status: number | null } {
  const { NODE_TEST_CONTEXT: _, TSX_TSCONFIG_PATH: __, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd,
    env: { ...env, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  return { said: stdout + stderr, status };
}

test('vitest: virtual time, a cancellation, failures, fake and real deadlines', () => {
  const { said, status } = outcomeOf(vitest, 'run', '--root', cwd);
  assert.equal(status, 0, said);
  assert.match(said, /Tests +5 passed \(5\)/);
});

const noJest =
  jest === undefined && !process.env['CI'] && 'no jest: set SKEIN_RUNTIMES to its folder';
const ofJest = (...args: string[]): string[] => {
  assert.ok(jest, 'CI=true demands jest: .ci/run installs it');
  return [jest, '--rootDir', cwd, '--config', join(cwd, 'jest.config.json'), ...args];
};

test('jest: the same, with --experimental-vm-modules', { skip: noJest }, () => {
  const { said, status } = outcomeOf('--experimental-vm-modules', ...ofJest());
  assert.equal(status, 0, said);
  assert.match(said, /^Tests: +6 passed, 6 total$/m);
});

test('jest without that flag can load skein neither from an ES module nor from CommonJS; Node can', {
  skip: noJest,
}, () => {
  const { said, status } = outcomeOf(...ofJest());
  assert.equal(status, 1);
  assert.match(said, /Must use import to load ES Module: .*jest\.test\.mjs/);
  assert.match(said, /A dynamic import callback was invoked without --experimental-vm-modules/);
  const built = fileURLToPath(new URL('../../dist/node/index.js', import.meta.url));
  const program = `require(${JSON.stringify(built)}).run(function* () { console.log('awake'); })`;
  assert.match(outcomeOf('-e', program).said, /^awake$/m);
});
