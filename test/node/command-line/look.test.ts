/** `skein list`, `ps` and `tree` on programs that run. */
import { describe, expect, test } from 'vitest';
import { deadlocked, skein, Target } from './target.ts';

/** Replaces the numbers and times that differ from run to run. */
function steady(text: string, { pid }: Target): string {
  return text
    .replaceAll(pid, 'PID')
    .replace(/Node [\d.]+/, 'Node')
    .replace(/due in \S+/g, 'due in …')
    .replace(/ +$/gm, '');
}

describe.concurrent('skein ps', () => {
  test('lists the tasks of a program that knows nothing of it', async () => {
    await using target = await Target.start(deadlocked);
    const { code, stdout, stderr } = await skein('ps', target.pid);
    expect([code, stderr]).toEqual([0, '']);
    expect(steady(stdout, target).split('\n')).toEqual([
      'server.mjs  pid PID  Node  1 loop  9 tasks  debug off',
      'ID  TASK     STATE    WAITS FOR',
      '1   Task-1   waiting  timer, due in …',
      "2   left     waiting  Lock 'B', held by right (3)   ← in a cycle",
      "3   right    waiting  Lock 'A', held by left (2)   ← in a cycle",
      "4   parent   waiting  gather() of task 'left', task 'right'",
      "5   worker   waiting  an item of Queue 'jobs' 0 of 4 items",
      '6   warm-up  waiting  group of 3 tasks',
      '7   shard-1  waiting  timer, due in …',
      '8   shard-2  waiting  timer, due in …',
      '9   shard-3  waiting  timer, due in …',
      '2 of these wait for each other: skein stuck PID',
      '',
    ]);
  });

  test('knows at the next look how long a task has waited, by the same ids', async () => {
    await using target = await Target.start(deadlocked);
    await skein('ps', target.pid);
    const { stdout } = await skein('ps', target.pid, '--filter', 'left');
    expect(stdout).toMatch(/^2 {3}left {2}waiting {2}≥ \d.*s {2}Lock 'B'.*← in a cycle/m);
    expect(stdout).not.toContain('warm-up');
  });

  test('prints data for programs', async () => {
    await using target = await Target.start(deadlocked);
    const { stdout } = await skein('ps', target.pid, '--json');
    const { pid, threads } = JSON.parse(stdout);
    expect(String(pid)).toBe(target.pid);
    expect(threads[0].loops[0].tasks[1]).toMatchObject({
      id: 2,
      name: 'left',
      state: 'waiting',
      waits: [{ kind: 'lock', name: 'B', related: [{ relation: 'held by', task: { id: 3 } }] }],
      awaitedBy: [4],
    });
  });

  test('tells many tasks in groups', async () => {
    await using target = await Target.start(`
      import { createTask, run, Semaphore, sleep } from 'skein';
      await run(async () => {
        const semaphore = new Semaphore(3);
        for (let n = 0; n < 1000; n++)
          createTask(semaphore.with(() => sleep(3_600_000)), { name: 'GET /pages/' + n });
        await sleep(50);
        console.log('ready');
        await sleep(3_600_000);
      });`);
    const { stdout } = await skein('ps', target.pid);
    expect(stdout).toMatch(/^… +GET \/pages\/\* +×1000 .*997 semaphore, 3 timer/m);
    const { stdout: all } = await skein('ps', target.pid, '--all');
    expect(all.split('\n').filter((line) => line.includes('GET /pages/'))).toHaveLength(1000);
  });

  test('finds the tasks of a bundle that is minified', async () => {
    const { build } = await import('esbuild');
    const { outputFiles } = await build({
      stdin: { contents: deadlocked, resolveDir: process.cwd() },
      bundle: true,
      minify: true,
      platform: 'node',
      format: 'esm',
      write: false,
      logLevel: 'silent',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire('file:///');",
      },
    });
    await using target = await Target.start(outputFiles[0]?.text ?? '');
    const { stdout } = await skein('ps', target.pid);
    expect(stdout).toContain("left     waiting  Lock 'B', held by right (3)   ← in a cycle");
  });
});

describe.concurrent('skein tree', () => {
  test('shows which task waits for which', async () => {
    await using target = await Target.start(deadlocked);
    const { stdout } = await skein('tree', target.pid);
    expect(steady(stdout, target).split('\n').slice(1)).toEqual([
      '├─ Task-1 (1)                timer, due in …',
      "├─ parent (4)                gather() of task 'left', task 'right'",
      "│  ├─ left (2)               Lock 'B', held by right (3)   ⟲",
      "│  └─ right (3)              Lock 'A', held by left (2)   ⟲",
      "├─ worker (5)                an item of Queue 'jobs' 0 of 4 items",
      '└─ warm-up (6)               group of 3 tasks',
      '   └─ shard-1 … shard-3 (3)  timer',
      '',
    ]);
  });
});

describe.concurrent('skein list', () => {
  test('shows programs, and sends them no signal', async () => {
    await using target = await Target.start(deadlocked);
    const { stdout } = await skein('list', '--json');
    const found = JSON.parse(stdout) as { pid: number }[];
    expect(found.find(({ pid }) => String(pid) === target.pid)).toMatchObject({
      name: 'server.mjs',
      runtime: 'node',
      skein: true,
    });
    expect(target.errors).toBe('');
  });
});

describe.concurrent('the commands that look at a program', () => {
  test.each(['list', 'ps', 'tree'])('%s tells how it is used', async (name) => {
    const { code, stdout } = await skein(name, '--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`Usage: skein ${name}`)]);
  });

  test.each([
    [
      ['ps'],
      /skein ps: expected a process id or the name of a script, but got nothing\. Write `skein ps <pid>`\./,
    ],
    [['tree', '1', '2'], /but got `1 2`/],
    [['ps', '1', '--jsn'], /Unknown option '--jsn'/],
  ])('refuses %s', async (args, text) => {
    const { code, stderr } = await skein(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(text)]);
  });
});
