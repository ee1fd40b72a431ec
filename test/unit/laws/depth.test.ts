/** Nothing depends on how deep things wait for each other: neither cancelling, nor settling, nor looking at them. */
import {
  type Coroutine,
  captureCallGraph,
  createTask,
  ExceptionGroup,
  Future,
  formatCallGraph,
  gather,
  run,
  shield,
  sleep,
  type Task,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught } from '../combinators/helpers.ts';
import { inNode } from '../hosts.ts';
import { inLoop } from '../loops.ts';

const deep = 5000;

/** A future that is reached from the outermost by `deep` waits of the same kind. */
function nest(
  innermost: Future<unknown>,
  around: (inner: Future<unknown>) => Future<unknown>,
): Future<unknown> {
  let outer = innermost;
  for (let i = 0; i < deep; i++) outer = around(outer);
  return outer;
}

const kinds: readonly [name: string, around: (inner: Future<unknown>) => Future<unknown>][] = [
  [
    'tasks',
    (inner) =>
      createTask(function* () {
        return yield* inner;
      }),
  ],
  ['gather()s', (inner) => gather([inner])],
  [
    'gather()s that put exceptions among the results',
    (inner) => gather([inner], { returnExceptions: true }),
  ],
  ['tasks with gather()', (inner) => createTask(awaitAll(inner))],
  ['tasks with waitFor()', (inner) => createTask(waitFor(inner, 60_000))],
  ['tasks with timeout()', (inner) => createTask(timeout(60_000, () => awaitOne(inner)))],
  ...(inNode
    ? ([
        ['async functions', (inner) => createTask(async () => await inner)],
        ['async functions with gather()', (inner) => createTask(async () => await gather([inner]))],
        [
          'async functions with timeout()',
          (inner) => createTask(async () => await timeout(60_000, async () => await inner)),
        ],
      ] as [string, (inner: Future<unknown>) => Future<unknown>][])
    : []),
];

function* awaitOne(inner: Future<unknown>): Coroutine<unknown> {
  return yield* inner;
}

function* awaitAll(inner: Future<unknown>): Coroutine<unknown> {
  return yield* gather([inner]);
}

/** Lets all of them begin to wait. */
function* started(): Coroutine<void> {
  for (let i = 0; i < 10; i++) yield* sleep(0);
}

describe.each(kinds)(`${deep} nested %s`, (_, around) => {
  test('are cancelled with the outermost, and the innermost future with them', () =>
    inLoop(function* () {
      const innermost = new Future<unknown>();
      const outermost = nest(innermost, around);
      yield* started();
      expect(outermost.cancel('enough')).toBe(true);
      expect(innermost.cancelled()).toBe(true);
      yield* wait([outermost]);
    }));

  test('settle with the innermost future', () =>
    inLoop(function* () {
      const innermost = new Future<unknown>();
      const outermost = nest(innermost, around);
      yield* started();
      innermost.setResult('done');
      yield* wait([outermost]);
      expect(outermost.cancelled()).toBe(false);
    }));

  test('have a text of some lines, a stack and a call graph', () =>
    inLoop(function* () {
      const innermost = new Future<unknown>();
      const outermost = nest(innermost, around);
      yield* started();
      expect(String(outermost).length).toBeLessThan(1000);
      (outermost as Partial<Task<unknown>>).getStack?.();
      expect(captureCallGraph(innermost)?.future).toBe(innermost);
      expect(formatCallGraph(innermost).length).toBeGreaterThan(0);
      innermost.cancel();
      yield* wait([outermost]);
    }));
});

describe('texts', () => {
  test('of nested gather()s of many futures stay short', () =>
    inLoop(function* (loop) {
      const nested = (depth: number): Future<unknown> =>
        depth === 0 ? loop.createFuture() : gather([nested(depth - 1), nested(depth - 1)]);
      const all = nested(12);
      expect(String(all).length).toBeLessThan(2000);
      expect(String(all)).toContain('…');
      all.cancel();
      yield* caught(all);
    }));

  test.each([['shield()s', (inner: Future<unknown>) => shield(inner)]])(
    `of ${deep} nested %s stay short`,
    (_, around) =>
      inLoop(function* () {
        const innermost = new Future<unknown>();
        const task = createTask(awaitOne(nest(innermost, around)));
        yield* started();
        expect(String(task).length).toBeLessThan(1000);
        innermost.setResult(1);
        expect(yield* task).toBe(1);
      }),
  );
});

test('listeners of signals that cancel tasks with signals, and so on, all hear of it', () =>
  inLoop(function* () {
    const tasks: Task<unknown>[] = [createTask(sleep(1000))];
    for (let i = 0; i < deep; i++)
      tasks.push(createTask(sleep(1000), { signal: tasks.at(-1)!.signal }));
    yield* started();
    tasks[0]!.cancel();
    yield* wait(tasks);
    expect(tasks.filter((task) => !task.cancelled())).toEqual([]);
  }));

test('groups of groups are split at any depth', () => {
  let group = new ExceptionGroup('0', [new TypeError('innermost'), new RangeError('innermost')]);
  for (let i = 1; i < deep; i++) group = new ExceptionGroup(String(i), [group]);
  let [matching, rest] = group.split(TypeError);
  for (let i = 1; i < deep; i++) {
    matching = matching?.errors[0];
    rest = rest?.errors[0];
  }
  expect([String(matching?.errors), String(rest?.errors)]).toEqual([
    'TypeError: innermost',
    'RangeError: innermost',
  ]);
});

test('scopes nested in async functions are left by a cancellation from outside', async () => {
  async function nested(depth: number): Promise<void> {
    await (depth === 0 ? sleep(60_000) : timeout(60_000, () => nested(depth - 1)));
  }
  await run(async () => {
    const task = createTask(() => nested(deep));
    for (let i = 0; i < 3; i++) await sleep(1);
    task.getStack();
    expect(String(task).length).toBeLessThan(1000);
    task.cancel();
    expect((await gather([task], { returnExceptions: true }))[0]).toMatchObject({
      name: 'CancelledError',
    });
  });
});

test('a timeout passes errors on whose causes go round in a ring', () =>
  inLoop(function* () {
    const error = new Error('own');
    error.cause = new Error('its cause', { cause: error });
    const failed = timeout(5, function* () {
      yield* caught(sleep(1000));
      throw error;
    });
    expect(yield* caught(failed)).toBe(error);
  }));
