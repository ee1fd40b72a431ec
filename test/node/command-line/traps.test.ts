/** What may go wrong while a process is looked at. It must never be ended, held up, or left in another state. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { found } from '../runtimes/runtimes.ts';
import { deadlocked, skein, skeinIn, Target } from './target.ts';

/** The number of ports at which a process listens. */
function listening({ pid }: Target): number {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        return undefined;
      }
    }),
  );
  const lines = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1);
  return lines.filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[3] === '0A' && sockets.has(fields[9]);
  }).length;
}

function endedText(command: string, { pid }: Target): string {
  return `skein ${command}: The program of process ${pid} (server.mjs) ended while it was looked at.\n`;
}

const empty = `console.log('ready');`;

// They read what Linux tells of processes.
(process.platform === 'linux' ? describe : describe.skip)('a process that is looked at', () => {
  test('is as it was found afterwards: its inspector closed, and never held up for long', async () => {
    await using target = await Target.start(deadlocked);
    await target.held();
    for (let time = 0; time < 2; time++)
      expect(await skein('ps', target.pid)).toMatchObject({ code: 0, stderr: '' });
    expect(listening(target)).toBe(0);
    expect(target.errors.match(/Debugger ending/g)).toHaveLength(2);
    // Much less; this holds against a program that is held up until its inspector's last client has gone.
    expect(await target.held()).toBeLessThan(5000);
  });

  test('gets no signal if it is not of Node', async () => {
    await using target = Target.other('sleep', '60');
    const { code, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('(sleep) is not run by Node, Deno or Bun. It got no signal.'),
    ]);
    expect(target.isAlive).toBe(true);
  });

  test('is named if it does not exist', async () => {
    const { code, stderr } = await skein('ps', '4194300');
    expect([code, stderr]).toEqual([1, expect.stringContaining('No process has the id 4194300.')]);
    expect(await skein('tree', 'no-such-script')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'no process of Node, Deno or Bun runs a script `no-such-script`',
      ),
    });
  });

  test('may have no skein', async () => {
    await using target = await Target.start(empty);
    const { code, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no skein in process')]);
    expect([target.isAlive, listening(target)]).toEqual([true, 0]);
  });

  test('may have skein of another version', async () => {
    await using target = await Target.start(
      `globalThis[Symbol.for('skein.current/7')] = {}; ${empty}`,
    );
    const { code, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        'has skein of another version (skein.current/7, and not skein.current/0)',
      ),
    ]);
    expect(listening(target)).toBe(0);
  });

  test('may not catch the signal, which would end it', async () => {
    // Node restores the default action, to end the process, when the last listener is removed.
    await using target = await Target.start(
      `const hear = () => {}; process.on('SIGUSR1', hear); process.off('SIGUSR1', hear); ${empty}`,
    );
    const { code, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('does not catch SIGUSR1, which would end it'),
    ]);
    expect(target.isAlive).toBe(true);
  });

  test('may listen to the signal itself', async () => {
    await using target = await Target.start(
      `process.on('SIGUSR1', () => console.log('heard')); ${deadlocked}`,
    );
    const { code, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('It has a listener of its own for that signal'),
    ]);
    await target.printed('heard');
    expect([target.isAlive, listening(target)]).toEqual([true, 0]);
  });

  test('may have an inspector open already, which stays open with its debugger', async () => {
    await using target = await Target.start(deadlocked, { flags: ['--inspect=0'] });
    const url = /ws:\/\/\S+/.exec(target.errors)?.[0] ?? '';
    await using debuggers = await Target.start(
      `const { default: inspector } = await import('node:inspector');
       const { connectWebSocket } = await import('../../dist/command-line/attach/web-socket.js');
       await connectWebSocket('${url}', () => {}, () => console.log('lost'));
       console.log('ready');`,
      { flags: [] },
    );
    expect(await skein('ps', target.pid)).toMatchObject({ code: 0, stderr: '' });
    await pause(200);
    expect(listening(target)).toBe(1);
    expect(target.errors).not.toContain('Debugger ending');
    expect(debuggers.isAlive).toBe(true);
    expect(await target.held()).toBeLessThan(5000);
  });

  test('may find its port taken by a stranger', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => stranger.once('listening', resolve));
    const { port } = stranger.address() as { port: number };
    await using target = await Target.start(deadlocked, { flags: [`--inspect-port=${port}`] });
    const { code, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(`at port ${port}, which process ${process.pid} has`),
    ]);
    expect([target.isAlive, target.errors]).toEqual([true, '']);
    stranger.close();
  });

  test('may compute all the time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-stop-'));
    const stop = join(folder, 'stop');
    await using target = await Target.start(
      `import { existsSync } from 'node:fs';
       ${deadlocked.replace("console.log('ready');", "console.log('ready'); while (!existsSync(process.env.STOP));")}`,
      { env: { STOP: stop } },
    );
    const { code, stdout, stderr } = await skein('ps', target.pid);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^1 +Task-1 +running/m)]);
    expect(stderr).toContain('closes as soon as the program has time for it');
    // The next command finds the inspector open, and closes it in the place of the first.
    expect(await skein('tree', target.pid)).toMatchObject({ code: 0, stderr });
    writeFileSync(stop, '');
    await target.held();
    // Signals that opened an inspector while the thread computed open it again if it is closed too early.
    await pause(300);
    expect([target.isAlive, listening(target)]).toEqual([true, 0]);
    rmSync(folder, { recursive: true });
  });

  test('may end meanwhile', async () => {
    await using target = await Target.start(`${deadlocked} `.replace('3_600_000', '3_600_000'));
    const looking = skein('ps', target.pid);
    await target[Symbol.asyncDispose]();
    expect((await looking).code).toBeGreaterThan(0);
  });

  const ends = { 'at its end': 'stopBeating()', 'by process.exit()': 'process.exit()' };
  const hosts = [
    ['node', process.execPath, undefined],
    ['deno', found('deno'), ['run', '--allow-all', '--no-prompt', '--inspect=127.0.0.1:0']],
  ] as const;
  for (const [host, file, flags] of hosts) {
    for (const [how, end] of Object.entries(ends)) {
      test.skipIf(file === undefined)(
        `may end meanwhile ${how}, and is not kept by the command: ${host}`,
        async () => {
          const out = join(tmpdir(), `skein-ended-${process.pid}.skein`);
          for (const args of [
            ['trace', '--seconds', '600', '--out', out],
            ['top', '--ms', '600000'],
          ] as const) {
            await using target = await Target.start(
              `
              import { run, sleep } from 'skein';
              const isRecorded = () =>
                Object.getOwnPropertySymbols(globalThis).some((key) => String(key.description).startsWith('skein.record/'));
              await run(async () => {
                console.log('ready');
                while (!isRecorded()) await sleep(10);
                await sleep(300);
              });
              ${end};
            `,
              { file: file as string, ...(flags && { flags: [...flags] }) },
            );
            const [name, ...options] = args;
            const { code, stdout, stderr } = await skein(name, target.pid, ...options);
            // What it did until it called `process.exit()` can be told in Node.
            if (code === 0) expect([how, stderr]).toEqual(['by process.exit()', '']);
            else expect([code, stdout, stderr]).toEqual([1, '', endedText(name, target)]);
            await target.ended();
          }
          rmSync(out, { force: true });
        },
      );
    }
  }

  test('may be looked at by two commands at once', async () => {
    await using target = await Target.start(deadlocked);
    const folder = mkdtempSync(join(tmpdir(), 'skein-turn-'));
    const both = await Promise.all(['ps', 'tree'].map((name) => skeinIn(folder, name, target.pid)));
    rmSync(folder, { recursive: true });
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    await pause(200);
    expect(await target.held()).toBeLessThan(5000);
  });

  test('may have worker threads, which are looked at too, and one that does not respond', async () => {
    const worker = `
      const { createTask, run, sleep } = await import('skein');
      await run(async () => {
        createTask(sleep(3_600_000), { name: 'in-a-thread' });
        await sleep(3_600_000);
      });`;
    await using target = await Target.start(`
      import { Worker } from 'node:worker_threads';
      new Worker(${JSON.stringify(`import('node:process').then(async () => {${worker}})`)}, { eval: true });
      new Worker("require('node:child_process').execFileSync('sleep', ['20'])", { eval: true });
      ${deadlocked.replace('sleep(50)', 'sleep(1000)')}`);
    const { code, stdout, stderr } = await skein('ps', target.pid);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^thread 1\nID.*\n1:1 [\s\S]*^1:2 +in-a-thread/m),
    ]);
    expect(stderr).toContain('Thread 2 does not respond');
    expect(await target.held()).toBeLessThan(5000);
    expect(listening(target)).toBe(0);
  });
});
