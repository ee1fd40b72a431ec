/** `skein ps` and the others look at a program of Bun, which has no signal for it: `skein/inspect/register` brings one. */
import { existsSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { deadlocked, skein, Target } from '../command-line/target.ts';
import { found } from './runtimes.ts';

const bun = found('bun');
const register = fileURLToPath(new URL('../../../dist/node/inspect-register.js', import.meta.url));
const prepared = { file: bun as string, flags: ['--preload', register] };

test('in CI there is a Bun', () => {
  if (process.env['CI']) expect(bun).toBeDefined();
});

/** The addresses of inspectors that are open, for this user alone. */
const addressOf = ({ pid }: Target): string =>
  join(tmpdir(), `skein-${userInfo().uid}`, `${pid}.inspector`);

// What is caught, and who listens where, is what Linux tells of processes.
describe.skipIf(bun === undefined || process.platform !== 'linux')('a program of Bun', () => {
  test('is looked at if it was prepared, and left as it was', async () => {
    await using target = await Target.start(deadlocked, prepared);
    const looked = await skein('ps', target.pid);
    expect(looked).toMatchObject({ code: 0, stderr: '' });
    expect(looked.stdout).toMatch(/^server\.mjs {2}pid \d+ {2}Bun [\d.]+ {2}1 loop/);
    expect(looked.stdout).toMatch(/left +waiting +Lock 'B', held by right/);
    const { code, stdout } = await skein('stuck', target.pid);
    expect(code).toBe(3);
    expect(stdout).toContain("DEADLOCK  left → Lock 'B' → right → Lock 'A' → left");
    expect(existsSync(addressOf(target))).toBe(false);
    expect(await target.held()).toBeLessThan(5000);
  });

  test('has a task cancelled, and is recorded', async () => {
    await using target = await Target.start(deadlocked, prepared);
    const { stdout } = await skein('ps', target.pid, '--json');
    const [thread] = JSON.parse(stdout).threads;
    const { id } = thread.loops[0].tasks.find(({ name }: { name: string }) => name === 'left');
    expect(await skein('cancel', target.pid, String(id))).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('was asked to stop'),
    });
    const file = join(tmpdir(), `skein-of-bun-${target.pid}.skein`);
    const traced = await skein('trace', target.pid, '--seconds', '0.2', '--out', file);
    expect(traced).toMatchObject({ code: 0, stderr: '' });
    expect(traced.stdout).toMatch(/ tasks, \d+ steps, 0 lost/);
    rmSync(file);
  });

  test('that is not prepared gets no signal, which would end it; the command says what to write', async () => {
    await using target = await Target.start(deadlocked, { file: bun as string, flags: [] });
    const { code, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        'It got no signal. On Linux, start it with `bun --preload skein/inspect/register`',
      ),
    ]);
    expect(target.isAlive).toBe(true);
  });

  test('that computes is not held up, and the command says why it sees nothing', async () => {
    await using target = await Target.start(
      `console.log('ready'); await new Promise((resolve) => setTimeout(resolve, 50)); const end = performance.now() + 8000; while (performance.now() < end);`,
      prepared,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { code, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('Bun hears a signal only between two callbacks'),
    ]);
    expect(target.isAlive).toBe(true);
  });
});
