/** `skein trace`: recordings of programs that run, and traces made of them. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecording } from 'skein/inspect';
import { afterAll, describe, expect, test } from 'vitest';
import { inHere, skein, Target } from './target.ts';

const folder = mkdtempSync(join(tmpdir(), 'skein-trace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Two tasks that take turns at a lock, again and again. \`hooks\` tells whether an instrument is there. */
const busy = `
  import { createTask, gather, Lock, run, sleep } from 'skein';
  const lock = new Lock({ name: 'log' });
  process.stdin.on('data', () => {
    console.log('hooks: ' + globalThis[Symbol.for('skein.current/0')].hooks + ', probe: ' + globalThis[Symbol.for('skein.trace/0')]);
  });
  await run(async () => {
    console.log('ready');
    for (;;) {
      const writer = createTask(() => lock.with(() => sleep(2)), { name: 'writer' });
      const reader = createTask(() => lock.with(() => sleep(1)), { name: 'reader' });
      await gather([writer, reader]);
    }
  });
`;

describe('skein trace', () => {
  test('records a program that knows nothing of it, and leaves it as it was', async () => {
    await using target = await Target.start(busy);
    const file = join(folder, 'busy.skein');
    const { code, stdout, stderr } = await skein(
      'trace',
      target.pid,
      '--seconds',
      '0.5',
      '--out',
      file,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^0\.\d s, [\d,]+ tasks, [\d,]+ steps, 0 lost → .*busy\.skein \([\d,]+ kB\)\n/,
    );
    const { tasks, objects, program } = await readRecording(readFileSync(file));
    expect(program).toMatchObject({ name: 'server.mjs', pid: Number(target.pid) });
    expect(objects).toMatchObject([{ kind: 'Lock', name: 'log' }]);
    const writers = tasks.filter(({ name }) => name === 'writer');
    expect(
      writers.some(({ outcome, created }) => outcome === 'finished' && created !== undefined),
    ).toBe(true);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await target.held()).toBeLessThan(5000);
    await target.printed('hooks: undefined, probe: undefined');

    const json = join(folder, 'busy.json');
    expect(await skein('trace', file, '--out', json)).toMatchObject({ code: 0, stderr: '' });
    const { traceEvents } = JSON.parse(readFileSync(json, 'utf8'));
    const names = new Set(traceEvents.map(({ name }: { name: string }) => name));
    expect([...names]).toEqual(expect.arrayContaining(['writer', 'reader', 'waits: lock log']));
  });

  test('records a program that computes, and says how much was lost', async () => {
    await using target = await Target.start(`
      import { createTask, run } from 'skein';
      console.log('ready');
      await run(function* () {
        for (;;) yield* createTask(function* spins() { yield; });
      });
    `);
    const file = join(folder, 'computes.skein');
    const { code, stdout } = await skein(
      ...['trace', target.pid, '--seconds', '0.3', '--steps', '1024', '--out', file, '--json'],
    );
    expect(code).toBe(0);
    const told = JSON.parse(stdout);
    expect(told).toMatchObject({ steps: 1024, file });
    expect(told.lost).toBeGreaterThan(0);
    expect(target.isAlive).toBe(true);
  });

  test('says that there is nothing to record', async () => {
    await using target = await Target.start("console.log('ready');");
    const { code, stderr } = await skein('trace', target.pid, '--seconds', '0');
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no skein in process')]);
    expect(target.isAlive).toBe(true);
  });

  test.each([
    [
      ['run.skein'],
      'expected --out with a recording. Write `skein trace run.skein --out run.json`.',
    ],
    [['/no/such/run.skein', '--out', 'run.json'], 'cannot read /no/such/run.skein'],
    [['1', '--seconds', 'x'], 'expected --seconds to be a number from 0 to 3600, but got x.'],
    [
      ['1', '--seconds', '600', '--out', '/no/such/folder/run.skein'],
      'expected --out to be a file that can be written, but got /no/such/folder/run.skein: ENOENT',
    ],
    [['1', '--out', tmpdir()], `but got ${tmpdir()}: it is a folder.`],
    [['1', '--out'], "Option '--out <value>' argument missing. See `skein trace --help`."],
    [['1', '--steps', '3'], 'expected --steps to be a number from 16 to 16777216, but got 3.'],
  ])('refuses %j', async (args, message) => {
    await expect(inHere('trace', ...args)).rejects.toThrow(message);
  });
});
