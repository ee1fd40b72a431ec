/** Recordings of programs in processes of their own. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Recording, readRecording } from 'skein/inspect';
import { afterAll, describe, expect, test } from 'vitest';
import { Target } from '../command-line/target.ts';
import { program } from '../core/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'skein-recording-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
const newFile = (): string => join(folder, `${++count}.skein`);

function read(file: string): Promise<Recording> {
  return readRecording(readFileSync(file));
}

/** Two tasks that each want the lock of the other. */
const deadlocked = `
  import { createTask, gather, Lock, run, sleep } from 'skein';
  const [a, b] = [new Lock({ name: 'A' }), new Lock({ name: 'B' })];
  async function both(first, second) {
    await first.acquire();
    await sleep(1);
    await second.acquire();
  }
  await run(async () => {
    const left = createTask(() => both(a, b), { name: 'left' });
    const right = createTask(() => both(b, a), { name: 'right' });
    await gather([left, right]);
  });
`;

describe('--import skein/inspect/register', () => {
  const flags = ['--import', 'skein/inspect/register'];

  test('writes what happened when the program ends in a deadlock', async () => {
    const file = newFile();
    const { stderr } = await program(deadlocked, { flags, env: { SKEIN_RECORD: file } });
    expect(stderr).toContain(
      'skein: the program ended while tasks were waiting: wrote 3 tasks and',
    );
    expect(stderr).toContain(file);
    const { tasks, objects } = await read(file);
    const left = tasks.filter(({ ended }) => ended === undefined).map(({ name }) => name);
    expect(left).toEqual([expect.stringContaining('Task-'), 'left', 'right']);
    expect(objects.map(({ name }) => name).sort()).toEqual(['A', 'B']);
  });

  test('leaves no file behind when all went well, and prints nothing', async () => {
    const file = newFile();
    const { code, stdout, stderr } = await program(
      `import { run, sleep } from 'skein';
      await run(() => sleep(5));
      console.log('done');`,
      { flags, env: { SKEIN_RECORD: file, SKEIN_RECORD_SIGNAL: '' } },
    );
    expect([code, stdout, stderr]).toEqual([0, 'done', '']);
    expect(readdirSync(folder)).not.toContain(file);
  });

  test.skipIf(process.platform === 'win32')(
    'writes what happened at the signal that the environment names, and the program goes on',
    async () => {
      const file = newFile();
      await using target = await Target.start(
        `import { createTask, run, sleep } from 'skein';
        await run(async () => {
          for (let i = 0; ; i++) {
            await createTask(sleep(5), { name: 'tick' });
            if (i === 0) console.log('ready');
          }
        });`,
        {
          flags: [...flags, '--inspect-port=0'],
          env: { SKEIN_RECORD: file, SKEIN_RECORD_SIGNAL: 'SIGUSR2' },
        },
      );
      process.kill(Number(target.pid), 'SIGUSR2');
      while (!target.errors.includes('skein: got SIGUSR2: wrote')) {
        expect(target.isAlive).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const { tasks, program: recorded } = await read(file);
      expect(tasks.some(({ name, outcome }) => name === 'tick' && outcome === 'finished')).toBe(
        true,
      );
      expect(recorded).toMatchObject({ name: 'server.mjs', pid: Number(target.pid) });
      expect(await target.held()).toBeLessThan(2000);
    },
  );
});

test('a recording is only for its user to read', async () => {
  const file = newFile();
  const { code, stdout, stderr } = await program(`
    import { run, sleep } from 'skein';
    import { recordTasks, writeRecording } from 'skein/inspect';
    const recorder = recordTasks();
    await run(() => sleep(1));
    console.log(JSON.stringify(writeRecording(${JSON.stringify(file)})));
  `);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ file, tasks: 1, lost: 0 });
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a program that would record what it does not records says so', async () => {
  const { stdout } = await program(`
    import { flightRecorder, writeRecording } from 'skein/inspect';
    for (const call of [() => writeRecording('x.skein'), () => writeRecording(''), () => flightRecorder({ signal: 'USR2' }), () => flightRecorder({ signal: 'SIGUSER2' })]) {
      try { call(); } catch (error) { console.log(error.name + ': ' + error.message); }
    }
  `);
  expect(stdout.split('\n')).toEqual([
    expect.stringContaining(
      'Error: `writeRecording()` expected a recording, but nothing is recorded.',
    ),
    expect.stringContaining('TypeError: `writeRecording()` expected the name of a file, but got'),
    expect.stringContaining(
      'TypeError: `flightRecorder()` expected `signal` to be the name of a signal',
    ),
    'TypeError: `flightRecorder()` expected `signal` to be one that this system has (Windows has SIGBREAK: Ctrl+Break), but got "SIGUSER2" (string).',
  ]);
});

test('a recorder of the longest run keeps a bounded number of tasks', {
  timeout: 60_000,
}, async () => {
  const { stdout } = await program(
    `
    import { createTask, run } from 'skein';
    import { recordTasks } from 'skein/inspect';
    const recorder = recordTasks({ steps: 1024, tasks: 1000 });
    const measure = () => { gc(); return process.memoryUsage().heapUsed / 1e6; };
    await run(function* () {
      for (let i = 0; i < 50_000; i++) yield* createTask(function* () {});
      const before = measure();
      for (let i = 0; i < 150_000; i++) yield* createTask(function* () {});
      const { tasks, lost } = recorder.take();
      console.log(JSON.stringify({ grown: measure() - before, kept: tasks.length, all: tasks.length + lost.tasks }));
    });
  `,
    { flags: ['--expose-gc'] },
  );
  const { grown, kept, all } = JSON.parse(stdout);
  expect(all).toBe(200_001);
  expect(kept).toBeLessThan(5000);
  expect(grown).toBeLessThan(5);
});
