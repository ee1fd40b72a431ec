import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('programs/replayed.mjs', import.meta.url));

function run(env: Record<string, string> = {}) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { lines: stdout.split('\n'), stderr, status };
}

const first = run();
const schedule = /^second: (\S+)$/m.exec(first.lines.join('\n'))?.[1] as string;

test('SKEIN_EXPLORE_REPLAY runs its schedule in another process, with the same explanation', () => {
  const { lines, status } = run({ SKEIN_EXPLORE_REPLAY: schedule });
  expect(status).toBe(0);
  const explained = (all: readonly string[]) =>
    all.slice(all.findIndex((line) => /^ +ms/.test(line)));
  expect(explained(lines)).toEqual(explained(first.lines));
  expect(lines[2]).toBe('fails in the schedule that SKEIN_EXPLORE_REPLAY names: the wrong order');
});

test('SKEIN_EXPLORE_REPLAY leaves explorations alone that have another check', () => {
  expect(run({ SKEIN_EXPLORE_REPLAY: schedule }).lines[0]).toBe(first.lines[0]);
});

test('SKEIN_EXPLORE_REPLAY is an error if no exploration has the schedule', () => {
  const { stderr, status, lines } = run({ SKEIN_EXPLORE_REPLAY: 'x1.fifo.1.0000' });
  expect(stderr).toContain(
    'SKEIN_EXPLORE_REPLAY=x1.fifo.1.0000 is the schedule of no `explore()` in this process',
  );
  expect(status).toBe(1);
  expect(lines).toEqual(first.lines);
});

test('SKEIN_EXPLORE_SEED and SKEIN_EXPLORE_SCHEDULES take the place of the options', () => {
  const { lines } = run({ SKEIN_EXPLORE_SEED: '7', SKEIN_EXPLORE_SCHEDULES: '3' });
  expect(lines[0]).toBe('first passed, 3 schedules');
});
