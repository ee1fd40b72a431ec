/** `skein stuck`, `stack` and `cancel` on programs that run. */
import { describe, expect, test } from 'vitest';
import { found } from '../runtimes/runtimes.ts';
import { deadlocked, skein, Target } from './target.ts';

const timed = `
  import { createTask, Lock, run, sleep, timeout } from 'skein';
  const [a, b] = [new Lock({ name: 'A' }), new Lock({ name: 'B' })];
  function* both(first, second) {
    yield* first.acquire();
    yield* sleep(1);
    yield* second.acquire();
  }
  await run(async () => {
    createTask(function* () { yield* timeout(3_600_000, () => both(a, b)); }, { name: 'left' });
    createTask(both(b, a), { name: 'right' });
    await sleep(50);
    console.log('ready');
    await sleep(3_600_000);
  });`;

const busy = `
  import { createTask, gather, Lock, run, Semaphore, sleep } from 'skein';
  const [lock, other, semaphore] = [new Lock(), new Lock(), new Semaphore(2)];
  const work = async () => {
    for (;;) await semaphore.with(() => lock.with(() => other.with(() => sleep(1))));
  };
  setTimeout(() => console.log('ready'), 50);
  await run(() => gather([work(), work(), work(), work(), work()]));`;

/** A coroutine, or an async function, that computes. */
const spinning = `
  import { createTask, run, sleep } from 'skein';
  import { existsSync } from 'node:fs';
  function hotLoop() {
    while (!existsSync('/no-such-file'));
  }
  function* report() {
    yield* sleep(50);
    console.log('ready');
    hotLoop();
  }
  await run(async () => {
    createTask(report(), { name: 'spinner' });
    await sleep(3_600_000);
  });`;

const placeOfSpinner =
  /^ +(?:at )?hotLoop \(server\.mjs:\d+:\d+\)\n +(?:at )?report \(server\.mjs:\d+:\d+\)$/m;

describe('skein stuck', () => {
  const runtimes: [string, string | undefined, string[]][] = [
    ['this Node', process.execPath, ['--inspect-port=0']],
    ['node@24', found('node'), ['--inspect-port=0']],
    ['deno', found('deno'), ['run', '--allow-all', '--no-prompt']],
  ];
  test.each(runtimes)('proves a deadlock in %s', async (name, file, flags) => {
    // Where it is missing, the tests in runtimes say so.
    if (file === undefined) return;
    await using target = await Target.start(deadlocked, { file, flags });
    const { code, stdout, stderr } = await skein('stuck', target.pid);
    expect([code, stderr]).toEqual([3, '']);
    const lines = stdout
      .replaceAll(target.pid, 'PID')
      .replace(/≥ \S+ s/g, '≥ …')
      .split('\n');
    expect(lines).toEqual([
      "DEADLOCK  left → Lock 'B' → right → Lock 'A' → left   for ≥ …",
      "  left (2)   waits for Lock 'B'  skein cancel PID 2",
      "  right (3)  waits for Lock 'A'  skein cancel PID 3",
      '  Nothing can wake these, unless something else cancels one of them or releases what it did not acquire.',
      '  1 more task waits for these: parent (4)',
      'SUSPECTS  (nothing proves these: they waited at one place all the time)',
      "  worker (5)  ≥ …  an item of Queue 'jobs' 0 of 4 items",
      '',
    ]);
    if (name !== 'deno') expect(await target.held()).toBeLessThan(5000);
  });

  test('proves none where a deadline ends the wait', async () => {
    await using target = await Target.start(timed);
    expect(await skein('stuck', target.pid, '--for', '100')).toMatchObject({
      code: 0,
      stdout: expect.not.stringContaining('DEADLOCK'),
    });
  });

  test('accuses no program that is busy', async () => {
    await using target = await Target.start(busy);
    for (let look = 0; look < 2; look++) {
      const { code, stdout } = await skein('stuck', target.pid, '--for', '50');
      expect([code, stdout]).toEqual([0, expect.not.stringMatching('DEADLOCK|BLOCKED')]);
    }
  });

  test('tells a lock whose holder is done', async () => {
    await using target = await Target.start(`
      import { createTask, Lock, run, sleep } from 'skein';
      await run(async () => {
        const lock = new Lock({ name: 'A' });
        await createTask(async () => { await lock.acquire(); }, { name: 'careless' });
        createTask(async () => { await lock.acquire(); }, { name: 'guest' });
        await sleep(50);
        console.log('ready');
        await sleep(3_600_000);
      });`);
    const { code, stdout } = await skein('stuck', target.pid, '--for', '100');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^SUSPECTS.*\n {2}guest \(\d\) {2}≥ .* {2}Lock 'A', held by careless \(done\)$/m,
      ),
    ]);
  });

  test('tells what keeps a thread busy, and lets it go on', async () => {
    await using target = await Target.start(spinning);
    const { code, stdout } = await skein('stuck', target.pid, '--for', '300');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^BLOCKED by spinner \(2\), now at$/m),
    ]);
    expect(stdout).toMatch(placeOfSpinner);
    // It computes again: the next look finds it so.
    const { stdout: again } = await skein('ps', target.pid);
    expect(again).toMatch(/spinner +running/);
  });

  test('stops no program to which a debugger is connected', async () => {
    await using target = await Target.start(spinning, { flags: ['--inspect=0'] });
    const url = /ws:\/\/\S+/.exec(target.errors)?.[0] ?? '';
    await using debuggers = await Target.start(
      `const { connectWebSocket } = await import('../../dist/command-line/attach/web-socket.js');
       await connectWebSocket('${url}', () => {}, () => {});
       console.log('ready');`,
      { flags: [] },
    );
    const { stdout, stderr } = await skein('stuck', target.pid, '--for', '300');
    expect(stdout).not.toContain('hotLoop');
    expect(stderr).toContain('A debugger is connected: the stack of the program is not read.');
    expect(debuggers.isAlive).toBe(true);
  });

  test('prints data for programs', async () => {
    await using target = await Target.start(deadlocked);
    const { code, stdout } = await skein('stuck', target.pid, '--for', '50', '--json');
    const [main] = JSON.parse(stdout);
    expect(code).toBe(3);
    expect(main).toMatchObject({
      thread: 0,
      deadlocks: [
        { ring: [{ task: { id: 2 }, wait: { kind: 'lock', name: 'B' } }, { task: { id: 3 } }] },
      ],
      behind: [{ id: 4 }],
    });
  });
});

describe('skein stack', () => {
  test('shows where a coroutine stands, and where async functions begin', async () => {
    await using target = await Target.start(deadlocked);
    await skein('ps', target.pid);
    const { stdout } = await skein('stack', target.pid, '5');
    expect(stdout).toMatch(
      /^worker \(5\) {2}waiting for an item of Queue 'jobs'.*\n {2}at worker \(server\.mjs:\d+:\d+\)\n$/,
    );
    const { stdout: left } = await skein('stack', target.pid, '2');
    expect(left).toMatch(
      /^left \(2\) {2}waiting for Lock 'B', held by right \(3\)\n {2}at a function \(begins at server\.mjs:\d+:\d+\)\n/,
    );
  });

  test('shows the whole stack in debug mode', async () => {
    await using target = await Target.start(deadlocked, { env: { SKEIN_DEBUG: '1' } });
    const { stdout } = await skein('stack', target.pid, '2');
    expect(stdout).toMatch(/at both \(.*server\.mjs:\d+:\d+\)/);
  });

  test('shows that of a task that computes', async () => {
    await using target = await Target.start(spinning);
    await skein('ps', target.pid);
    expect((await skein('stack', target.pid, '2')).stdout).toMatch(placeOfSpinner);
  });
});

describe('skein cancel', () => {
  test('asks a task to stop, with a reason, and tells the program', async () => {
    await using target = await Target.start(
      deadlocked.replace(
        'await second.acquire();',
        `try { await second.acquire(); } catch (error) { console.log(error.message); throw error; }`,
      ),
    );
    await skein('ps', target.pid);
    const { code, stdout } = await skein('cancel', target.pid, '2', '--reason', 'to go on');
    expect([code, stdout]).toEqual([0, 'left (2) was asked to stop.\n']);
    await target.printed('to go on');
    expect(target.errors).toContain("Task 'left' was cancelled by `skein cancel`");
    expect((await skein('ps', target.pid)).stdout).not.toMatch(/left|right/);
  });

  test('knows no task of that id', async () => {
    await using target = await Target.start(deadlocked);
    expect(await skein('cancel', target.pid, '99')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no task has the id 99: it is done, or never was.'),
    });
    expect(await skein('stack', target.pid, '5:1')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no skein in a thread 5.'),
    });
  });
});
