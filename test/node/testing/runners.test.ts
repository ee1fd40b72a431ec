/**
 * The same tests in four test runners, with their fake timers in force. vitest and node:test are there; bun and jest are found as the
 * runtimes of ../runtimes are: in the folder that SKEIN_RUNTIMES names.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { found } from '../runtimes/runtimes.ts';

const folder = fileURLToPath(new URL('runners', import.meta.url));
const vitest = fileURLToPath(new URL('../../../node_modules/vitest/vitest.mjs', import.meta.url));
const { execPath } = process;

const runners: [name: string, file: string | undefined, args: () => string[]][] = [
  ['vitest', execPath, () => [vitest, 'run', '--root', folder]],
  ['node:test', execPath, () => ['--test', `${folder}/node.test.mjs`]],
  [
    'jest',
    found('jest') && execPath,
    () => [
      '--experimental-vm-modules',
      found('jest') as string,
      '--rootDir',
      folder,
      '--config',
      `${folder}/jest.config.json`,
    ],
  ],
  ['bun', found('bun'), () => ['test', `${folder}/bun.test.mjs`]],
];

/** The environment without what this runner tells its own processes. */
function environment(): NodeJS.ProcessEnv {
  const own = /^(VITEST|NODE_TEST_CONTEXT|NODE_OPTIONS|TEST$|FORCE_COLOR)/;
  const kept = Object.entries(process.env).filter(([key]) => !own.test(key));
  return { ...Object.fromEntries(kept), NO_COLOR: '1' };
}

/** The number of tests that passed, as each runner says it. */
const passed = /(?:^ *Tests:? +(\d+) passed|^# pass (\d+)$|^ℹ pass (\d+)$|^ *(\d+) pass$)/m;

for (const [name, file, args] of runners) {
  test(`${name}: explorations and virtual loops ignore its fake timers, an ordinary loop follows them`, {
    timeout: 120_000,
  }, ({ skip }) => {
    if (file === undefined && !process.env['CI'])
      skip(`${name} was not found; set SKEIN_RUNTIMES to its folder`);
    expect(file, `${name} is needed in CI: .ci/run installs it`).toBeDefined();
    const { status, stdout, stderr } = spawnSync(file as string, args(), {
      encoding: 'utf8',
      cwd: folder,
      env: environment(),
    });
    const said = `${stdout}${stderr}`;
    expect(status, said).toBe(0);
    expect(passed.exec(said)?.slice(1).join(''), said).toBe('6');
  });
}
