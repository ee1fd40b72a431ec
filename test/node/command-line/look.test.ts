/** `skein list`, `ps` and `tree` on programs that run. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadlocked, inHere, skein, Target } from './target.ts';

/** Replaces the numbers and times that differ from run to run. */
function steady(text: string, { pid }: Target): string {
  return text
    .replaceAll(pid, 'PID')
    .replace(/Node [\d.]+/, 'Node')
    .replace(/due in \S+/g, 'due in …')
    .replace(/ +$/gm, '');
}

/** Most tests only look. */
let target: Target;
beforeAll(async () => {
  target = await Target.start(deadlocked);
});
afterAll(() => target[Symbol.asyncDispose]());

describe('skein ps', () => {
  test('lists the tasks of a program that knows nothing of it', async () => {
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
    const { stdout } = await skein('ps', target.pid, '--filter', 'left');
    expect(stdout).toMatch(/^2 {3}left {2}waiting {2}≥ \d.*s {2}Lock 'B'.*← in a cycle/m);
    expect(stdout).not.toContain('warm-up');
  });

  test('prints data for programs', async () => {
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

  test('tells the oldest of very many, as each costs time of the program', async () => {
    await using target = await Target.start(`
      import { createTask, Event, run, sleep } from 'skein';
      await run(async () => {
        const event = new Event();
        for (let n = 0; n < 30_000; n++) createTask(event.wait(), { name: 'guest-' + n });
        await sleep(50);
        console.log('ready');
        await sleep(3_600_000);
      });`);
    const { code, stdout } = await skein('ps', target.pid);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('30,001 tasks, of which the oldest 10,000'),
    ]);
    expect(target.isAlive).toBe(true);
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

describe('skein tree', () => {
  test('shows which task waits for which', async () => {
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

describe('skein list', () => {
  test('shows programs, and sends them no signal', async () => {
    const before = target.errors;
    const { stdout } = await skein('list', '--json');
    const found = JSON.parse(stdout) as { pid: number }[];
    expect(found.find(({ pid }) => String(pid) === target.pid)).toMatchObject({
      name: 'server.mjs',
      runtime: 'node',
      skein: true,
    });
    expect(target.errors).toBe(before);
  });
});

describe('the commands that look at a program', () => {
  test('tell how they are used', async () => {
    const { code, stdout } = await skein('ps', '--help');
    expect([code, stdout]).toEqual([0, expect.stringContaining('Usage: skein ps <pid|name>')]);
    const { stdout: all } = await skein('help');
    for (const name of ['list', 'ps', 'tree', 'stuck', 'stack', 'cancel'])
      expect(all).toMatch(new RegExp(`^  ${name} +\\w`, 'm'));
  });

  test.each(['ps', 'top', 'trace', 'open'])(
    'skein %s tells what a program of Bun is started with',
    async (name) => {
      const { stdout } = await skein(name, '--help');
      expect(stdout).toContain('bun --preload skein/inspect/register app.ts');
    },
  );

  test.each<[string[], RegExp]>([
    [
      ['ps'],
      /^expected a process id or the name of a script, but got nothing\. Write `skein ps <pid>`\.$/,
    ],
    [['ps', '1', '2'], /but got `1 2`/],
    [['ps', '1', '--jsn'], /Unknown option '--jsn'.*See `skein ps --help`\./],
    [['stuck', '1', '--for', 'x'], /^expected --for to be a time in ms, but got x\.$/],
    [['stuck', '1', '--longer=-1'], /^expected --longer to be a time in ms, but got -1\.$/],
    [
      ['stack', '1', 'left'],
      /^expected the id of a task, but got `left`\. `skein ps` shows the ids/,
    ],
    [
      ['cancel', '1'],
      /^expected a process id or the name of a script and the id of a task, but got `1`\. Write `skein cancel <pid> <task>`\.$/,
    ],
  ])('refuse %s', async ([name = '', ...args], text) => {
    await expect(inHere(name, ...args)).rejects.toThrow(text);
  });
});
