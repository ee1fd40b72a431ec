/** `skein ps` and the others look at a program of Bun, which has no signal for it: `skein/inspect/register` brings one. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { Following } from '../command-line/following.ts';
import { deadlocked, skein, Target } from '../command-line/target.ts';
import { ask, bearer, eventsOf, tokenOf } from '../inspect/ask.ts';
import { found } from './runtimes.ts';

const bun = found('bun');
const register = fileURLToPath(new URL('../../../dist/node/inspect-register.js', import.meta.url));
const prepared = { file: bun as string, flags: ['--preload', register] };

test('in CI there is a Bun', () => {
  if (process.env['CI']) expect(bun).toBeDefined();
});

/** Where the addresses of inspectors that are open are written, for this user alone. */
const folderIn = (tmp: string): string => join(tmp, `skein-${userInfo().uid}`);
const addressOf = ({ pid }: Target, tmp = tmpdir()): string =>
  join(folderIn(tmp), `${pid}.inspector`);

/** A program whose temporary files have a folder of their own. */
async function startIn(tmp: string): Promise<Target> {
  return await Target.start(deadlocked, { ...prepared, env: { TMPDIR: tmp } });
}

const until = (isTrue: () => boolean) => vi.waitUntil(isTrue, { timeout: 10_000 });

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

  test('is told of by skein top, which leaves no inspector open', async () => {
    await using target = await Target.start(deadlocked, prepared);
    const { code, stdout, stderr } = await skein('top', target.pid, '--ms', '200');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/\nTASK +BUSY +STEPS\/s +LONGEST +STATE +FOR +WAITS FOR\n/);
    expect(stdout).toMatch(/\nleft .*waiting +≥ .* +Lock 'B', held by right/);
    expect(existsSync(addressOf(target))).toBe(false);
  });

  test('is followed by the page of skein open, which cancels a task of it', async () => {
    await using target = await Target.start(deadlocked, prepared);
    await using open = await Following.open(target.pid);
    const events = eventsOf(open.url);
    const { value: first } = await events.next();
    const left = first?.tasks.find(({ name }) => name === 'left');
    expect(left).toBeDefined();
    const cancel = {
      method: 'POST',
      headers: { ...bearer(tokenOf(open.url)), 'Content-Type': 'application/json' },
      body: JSON.stringify({ task: left?.id, reason: 'no more' }),
    };
    expect(await ask(new URL('/cancel', open.url), cancel)).toMatchObject({ status: 200 });
    for await (const { tasks } of events)
      if (tasks.some(({ name, outcome }) => name === 'left' && outcome === 'cancelled')) break;
    expect(await open.interrupt()).toBe(130);
    expect(existsSync(addressOf(target))).toBe(false);
    expect(target.isAlive).toBe(true);
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

  test('writes the address of its inspector for its user alone, and removes it at its end', async () => {
    const tmp = mkdtempSync(join(tmpdir(), 'skein-bun-'));
    await using target = await startIn(tmp);
    const file = addressOf(target, tmp);
    process.kill(Number(target.pid), 'SIGUSR1');
    await until(() => existsSync(file) && statSync(file).size > 0);
    const [folder, written] = [statSync(folderIn(tmp)), statSync(file)];
    expect([folder.mode & 0o777, written.mode & 0o777]).toEqual([0o700, 0o600]);
    expect([folder.uid, written.uid]).toEqual([userInfo().uid, userInfo().uid]);
    process.kill(Number(target.pid), 'SIGINT');
    await until(() => !target.isAlive);
    expect(existsSync(file)).toBe(false);
    rmSync(tmp, { recursive: true });
  });

  const isRoot = process.getuid?.() === 0;
  const made: [string, (folder: string, tmp: string) => void][] = [
    ['is a link', (folder, tmp) => symlinkSync(tmp, folder)],
    [
      'is open to others',
      (folder) => {
        mkdirSync(folder);
        chmodSync(folder, 0o755);
      },
    ],
  ];
  // Only root can give a folder away.
  if (isRoot) {
    made.push([
      'belongs to another user',
      (folder) => {
        mkdirSync(folder, { mode: 0o700 });
        chownSync(folder, 1, 1);
      },
    ]);
  }
  test.each(made)(
    'writes no address into a folder that %s, says so, and goes on',
    async (_, make) => {
      const tmp = mkdtempSync(join(tmpdir(), 'skein-bun-'));
      make(folderIn(tmp), tmp);
      await using target = await startIn(tmp);
      process.kill(Number(target.pid), 'SIGUSR1');
      await until(() => target.errors.includes('Remove it.'));
      expect(target.errors).toContain(
        `expected ${folderIn(tmp)} to be a folder that only this user`,
      );
      expect(existsSync(addressOf(target, tmp))).toBe(false);
      expect(await target.held()).toBeLessThan(5000);
      rmSync(tmp, { recursive: true });
    },
  );

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
