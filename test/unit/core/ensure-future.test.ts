import {
  type Coroutine,
  createTask,
  ensureFuture,
  Future,
  getEventLoop,
  type Suspension,
  sleep,
  Task,
} from 'skein';
import { expect, test } from 'vitest';
import { inLoop, virtualLoop } from '../loops.ts';

function* work(): Coroutine<string> {
  yield;
  return 'worked';
}

test('runs a coroutine as a task, on the running loop or on the one given [ensure.coroutine]', async () => {
  await inLoop(function* (loop) {
    const task = ensureFuture(work());
    expect(task).toBeInstanceOf(Task);
    expect(task.getLoop()).toBe(loop);
    expect(yield* task).toBe('worked');
  });
  const loop = virtualLoop();
  const given = ensureFuture(work(), { loop });
  expect(given.getLoop()).toBe(loop);
  expect(await loop.runUntilComplete(given)).toBe('worked');
  const outside = ensureFuture(work());
  expect(outside.getLoop()).toBe(getEventLoop());
  expect(await outside).toBe('worked');
});

test('answers a future as it is, but for one of another loop than the given [ensure.future_identity]', () => {
  const [loop, other] = [virtualLoop(), virtualLoop()];
  const future = loop.createFuture();
  expect(ensureFuture(future)).toBe(future);
  expect(ensureFuture(future, { loop })).toBe(future);
  expect(() => ensureFuture(future, { loop: other })).toThrow(RangeError);
  expect(() => ensureFuture(future, { loop: other })).toThrowErrorMatchingInlineSnapshot(
    `[RangeError: \`ensureFuture()\` expected a future of the given event loop, but <Future pending> belongs to another.]`,
  );
});

test('answers a task as it is, but for one of another loop than the given [ensure.task_identity]', async () => {
  await inLoop(function* (loop) {
    const task = createTask(sleep(0));
    expect(ensureFuture(task)).toBe(task);
    expect(ensureFuture(task, { loop })).toBe(task);
    expect(() => ensureFuture(task, { loop: virtualLoop() })).toThrow(RangeError);
    yield* task;
  });
});

class Download {
  readonly future = new Future<string>();

  [Symbol.iterator](): Iterator<Suspension, string, unknown> {
    return this.future[Symbol.iterator]();
  }
}

test('runs an object that can be awaited as a task [ensure.awaitable_object]', async () => {
  await inLoop(function* (loop) {
    const download = new Download();
    loop.callLater(5, () => download.future.setResult('the file'));
    const task = ensureFuture(download);
    expect(task).toBeInstanceOf(Task);
    expect(yield* task).toBe('the file');
  });
});

test('gives that task a coroutine of its own [ensure.awaitable_object_get_coro]', async () => {
  await inLoop(function* () {
    const download = new Download();
    const task = ensureFuture(download) as Task<string>;
    expect(typeof task.getCoro()?.next).toBe('function');
    download.future.setResult('the file');
    yield* task;
  });
});

test('makes a future of a promise', async () => {
  await inLoop(function* () {
    const future = ensureFuture(Promise.resolve('kept'));
    expect(future).toBeInstanceOf(Future);
    expect(future).not.toBeInstanceOf(Task);
    expect(yield* future).toBe('kept');
  });
});

test('refuses anything else [ensure.rejects_other]', () => {
  for (const value of ['ok', 42, null, undefined, {}, [work()], new Map(), new Set()]) {
    expect(() => ensureFuture(value as never)).toThrow(TypeError);
  }
  expect(() => ensureFuture('ok' as never)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: \`ensureFuture()\` expected a coroutine, a future or a promise, but got "ok" (string).]`,
  );
});

test('says what to write when it is given a function', () => {
  expect(() => ensureFuture(work as never)).toThrowErrorMatchingInlineSnapshot(
    `[TypeError: \`ensureFuture()\` expected a coroutine, a future or a promise, but got \`work\`, a generator function. Give it to \`createTask()\`, or call it: what that returns can be awaited.]`,
  );
});
