/**
 * Bundlers and lock files put two copies of a package into one program: both must agree on what is running. One is the entry of
 * Node here, the other that of pages.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as Skein from 'skein';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { program } from './program.ts';

const dist = fileURLToPath(new URL('../../../dist', import.meta.url));
let folder: string;
let here: typeof Skein;
let there: typeof Skein;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'skein-copies-'));
  for (const copy of ['here', 'there']) {
    cpSync(dist, join(folder, copy, 'dist'), { recursive: true });
  }
  const load = (...path: string[]): Promise<typeof Skein> =>
    import(/* @vite-ignore */ pathToFileURL(join(folder, ...path)).href);
  here = await load('here', 'dist', 'node', 'index.js');
  there = await load('there', 'dist', 'index.js');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('they are two indeed', () => {
  expect(here.Future).not.toBe(there.Future);
});

test('they share the default loop', () => {
  expect(here.getEventLoop() === there.getEventLoop()).toBe(true);
});

test('they know the same current task and the same running loop', async () => {
  const task = here.createTask(function* () {
    yield;
    return [there.currentTask(), there.getEventLoop(), there.currentTask()?.getName()];
  });
  const [current, loop, name] = await task;
  expect(current === task).toBe(true);
  expect(loop === task.getLoop()).toBe(true);
  expect(name).toBe(task.getName());
});

test('they know it after an await in an async function too', async () => {
  const task = here.createTask(async () => {
    await there.sleep(1);
    return there.currentTask() === here.currentTask() && there.currentTask()?.getName();
  });
  expect(await task).toBe(task.getName());
});

test('they recognise and await each other’s futures, tasks and coroutines', async () => {
  const future = new there.Future<string>();
  expect(here.isFuture(future)).toBe(true);
  expect(here.ensureFuture(future) === (future as unknown)).toBe(true);
  there.getEventLoop().callLater(1, () => future.setResult('future'));
  const seen = await here.createTask(function* () {
    const task = there.createTask(there.sleep(1, 'task'));
    return [yield* future, yield* future, yield* task, yield* there.sleep(1, 'coroutine')];
  });
  expect(seen).toEqual(['future', 'future', 'task', 'coroutine']);
});

test('they see each other’s failures', async () => {
  const error = new Error('boom');
  const task = here.createTask(function* () {
    yield* there.createTask(function* () {
      yield;
      throw error;
    });
  });
  await expect(task).rejects.toBe(error);
});

test('they cancel through each other, and know the CancelledError of the other', async () => {
  const inner = there.createTask(there.sleep(1e6));
  const outer = here.createTask(function* () {
    yield* inner;
  });
  await here.createTask(here.sleep(1));
  outer.cancel('enough');
  await outer.then(null, () => undefined);
  expect([inner.cancelled(), outer.cancelled()]).toEqual([true, true]);
});

test('they know each other’s errors, but no subclass takes those of its class for its own', () => {
  class Stop extends here.CancelledError {}
  for (const [error, mine] of [
    [new there.CancelledError('enough'), here.CancelledError],
    [new there.TimeoutError('late'), here.TimeoutError],
    [new there.ExceptionGroup('several', [new Error('one')]), here.ExceptionGroup],
  ] as const) {
    expect(error instanceof mine).toBe(true);
    expect(error instanceof Stop).toBe(false);
  }
  expect(new there.CancelledError() instanceof here.TimeoutError).toBe(false);
  expect(new Stop() instanceof there.CancelledError).toBe(true);
  expect(new Stop() instanceof Stop).toBe(true);
});

test('a timeout of the one stops what the other waits for', async () => {
  const task = here.createTask(function* () {
    yield* there.timeout(2, function* () {
      yield* here.sleep(1e6);
    });
  });
  await expect(task).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('a group of the one does not count the cancellations of the other as failures', async () => {
  const task = here.createTask(function* () {
    yield* there.taskGroup(function* (tg) {
      tg.createTask(function* () {
        yield;
        throw new RangeError('broken');
      });
      yield* here.sleep(1e6);
    });
  });
  const error = (await task.then(null, (reason: unknown) => reason)) as AggregateError;
  expect(error.errors.map(String)).toEqual(['RangeError: broken']);
});

test('a task of the one that throws the CancelledError of the other is cancelled', async () => {
  const task = here.createTask(function* () {
    throw new there.CancelledError('enough');
  });
  await task.then(null, () => undefined);
  expect(task.cancelled()).toBe(true);
});

test('they combine each other’s awaitables', async () => {
  const values = await here.gather([
    there.sleep(2, 'a'),
    there.createTask(there.sleep(1, 'b')),
    here.sleep(1, 'c'),
  ]);
  expect(values).toEqual(['a', 'b', 'c']);
  const late = here.createTask(here.waitFor(there.createTask(there.sleep(1e6)), 1));
  await expect(late).rejects.toThrow(here.TimeoutError);
});

test('they share the numbers of tasks', () => {
  const tasks = [here, there, here, there].map((copy) => copy.createTask(copy.sleep(0)));
  const names = tasks.map((task) => task.getName());
  expect(new Set(names).size).toBe(4);
});

test('the one without debug mode and executors takes part in a loop of the other that has them', async () => {
  const main = async (): Promise<unknown[]> => [
    await there.createTask(there.sleep(1, 'task')),
    await there.toThread(() => 'thread'),
    there.createTask(there.sleep(1)).getStack(),
  ];
  expect(await here.run(main, { debug: true })).toEqual(['task', 'thread', []]);
  await expect(there.run(main, { debug: true })).rejects.toThrow("Write `import 'skein/debug';`");
});

test('they agree under two addresses of one file, too', async () => {
  const { code, stdout, stderr } = await program(`
    const one = await import('skein');
    const two = await import(import.meta.resolve('skein') + '?second');
    const task = one.createTask(function* () { return two.currentTask() === task; });
    console.log(await task, one.getEventLoop() === two.getEventLoop());`);
  expect([code, stdout, stderr]).toEqual([0, 'true true', '']);
});
