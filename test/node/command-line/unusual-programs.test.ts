/** Programs in which looking could do harm: they must go on as if nothing had happened. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { found } from '../runtimes/runtimes.ts';
import { Following } from './following.ts';
import { deadlocked, skein, Target } from './target.ts';

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const node24 = found('node');
/** Tells whether this machine lets a process have a network of its own, as in a container. */
const hasUnshare = spawnSync('unshare', ['--net', 'true']).status === 0;

// They read what Linux tells of processes.
describe.skipIf(process.platform !== 'linux')('a program', () => {
  test('that has just been started survives: before Node listens, the signal would end it', async () => {
    for (let time = 0; time < 5; time++) {
      await using target = Target.other(process.execPath, '-e', 'setInterval(() => {}, 1000)');
      // From "not started yet" to "ready": wherever it is, it gets no signal that it does not catch.
      const { code } = await skein('ps', target.pid);
      expect(code).toBeGreaterThan(0);
      expect(target.isAlive).toBe(true);
    }
  });

  test.skipIf(node24 === undefined)('started with --disable-sigusr1 gets no signal', async () => {
    const flags = ['--disable-sigusr1'];
    await using target = await Target.start(deadlocked, { file: node24 as string, flags });
    const { code, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([2, expect.stringContaining('--disable-sigusr1')]);
    expect([target.isAlive, target.errors]).toEqual([true, '']);
  });

  test('finds its port free again after another one was looked at, and is told who has it meanwhile', async () => {
    const flags = [`--inspect-port=${await freePort()}`];
    await using first = await Target.start(deadlocked, { flags });
    await using second = await Target.start(deadlocked, { flags });
    for (const { pid } of [first, second, first])
      expect(await skein('ps', pid)).toMatchObject({ code: 0, stderr: '' });
    await using open = await Following.open(first.pid);
    const { code, stderr } = await skein('ps', second.pid);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`which process ${first.pid} has`)]);
    expect(await second.held()).toBeLessThan(5000);
    expect(await open.interrupt()).toBe(130);
    expect(await skein('ps', second.pid)).toMatchObject({ code: 0, stderr: '' });
  });

  test('that has replaced the timers is left as it was', async () => {
    const fakes = `
      globalThis.setTimeout = globalThis.setImmediate = globalThis.queueMicrotask = () => {
        throw new Error('no timers here');
      };`;
    const code = deadlocked.replace("console.log('ready');", `${fakes} console.log('ready');`);
    await using target = await Target.start(
      code.replace(/await sleep\(3_600_000\);\s*\}\);\s*$/, 'await new Promise(() => {}); });'),
    );
    expect(await skein('ps', target.pid)).toMatchObject({ code: 0, stderr: '' });
    expect(target.errors).toMatch(/Debugger ending/);
    expect(target.errors).not.toContain('no timers here');
    expect(await target.held()).toBeLessThan(5000);
  });

  test('whose names throw is told of all the same, and nothing is thrown into it', async () => {
    await using target = await Target.start(`
      process.on('uncaughtException', (error) => console.error('uncaught', error.message));
      import { createTask, Lock, run, sleep } from 'skein';
      class Odd extends Lock {
        toString() { throw new Error('no text'); }
      }
      await run(async () => {
        const lock = new Odd();
        const holder = createTask(() => lock.with(() => sleep(3_600_000)), { name: 'holder' });
        holder.getName = () => { throw new Error('no name of the task'); };
        createTask(() => lock.with(() => sleep(1)), { name: 'odd' });
        await sleep(50);
        Object.defineProperty(lock, 'name', { get() { throw new Error('no name'); } });
        console.log('ready');
        await sleep(3_600_000);
      });`);
    for (const name of ['ps', 'tree', 'stuck']) {
      const { code, stdout } = await skein(name, target.pid);
      expect([name, code]).toEqual([name, 0]);
      if (name !== 'stuck') expect(stdout).toMatch(/odd[^\n]* Lock/);
    }
    expect(target.errors).not.toContain('uncaught');
    expect(target.isAlive).toBe(true);
  });

  test.skipIf(!hasUnshare)(
    'in a container gets no signal, and the command says where to look',
    async () => {
      await using target = Target.other(
        'unshare',
        '--net',
        process.execPath,
        '-e',
        'setInterval(() => {}, 1000)',
      );
      await expect
        .poll(() => readFileSync(`/proc/${target.pid}/cmdline`, 'utf8'), { timeout: 10_000 })
        .toMatch(/^[^\0]*node\0/);
      const { code, stderr } = await skein('ps', target.pid);
      expect([code, stderr]).toEqual([
        2,
        expect.stringContaining('has a network of its own, as in a container'),
      ]);
      expect(target.isAlive).toBe(true);
    },
  );
});
