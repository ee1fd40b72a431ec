/**
 * A function may have no prototype, and so no `call()` and no `apply()`: `Object.setPrototypeOf(fn, null)`. The language calls it as any
 * other, and so does the library.
 */
import { createTask, Future, gather, mapConcurrent, run, sleep, wait } from 'skein';
import { InlineExecutor } from 'skein/executors';
import { addInstrument } from 'skein/inspect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disposal, steps } from '../../../src/awaits.ts';
import { Continuations } from '../../../src/core/continuations.ts';
import { current } from '../../../src/core/current.ts';
import { recordReports, virtualLoop } from '../loops.ts';

function bare<Fn extends (...args: never[]) => unknown>(fn: Fn): Fn {
  return Object.setPrototypeOf(fn, null);
}

/** Something to iterate, all of whose methods are bare. */
function bareList<T>(items: readonly T[]): Iterable<T> {
  let at = 0;
  const next = bare(() => ({ done: at >= items.length, value: items[at++] as T }));
  return { [Symbol.iterator]: bare(() => ({ next })) };
}

function bareAsync<T>(items: readonly T[]): AsyncIterable<T> {
  let at = 0;
  const next = bare(async () => ({ done: at >= items.length, value: items[at++] as T }));
  const close = bare(async () => ({ done: true as const, value: undefined }));
  return { [Symbol.asyncIterator]: bare(() => ({ next, return: close })) };
}

async function listOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('functions without a prototype are called as others:', () => {
  test('methods of an instrument', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const seen: string[] = [];
    const added = addInstrument({ taskDone: bare((task) => seen.push(task.getName())) });
    await loop.runUntilComplete(loop.createTask(sleep(1), { name: 'told' }));
    added[Symbol.dispose]();
    expect({ seen, reports }).toEqual({ seen: ['told'], reports: [] });
  });

  test('iterators of awaitables', async () => {
    expect(await run(() => gather(bareList([sleep(1, 'a'), sleep(1, 'b')])))).toEqual(['a', 'b']);
    const { done } = await run(() => wait(bareList([createTask(sleep(1, 'a'))])));
    expect(done.size).toBe(1);
  });

  test('iterators of inputs', async () => {
    for (const inputs of [bareList([1, 2]), bareAsync([1, 2])]) {
      const doubled = run(async () => listOf(mapConcurrent(inputs, async (x: number) => 2 * x)));
      expect(await doubled).toEqual([2, 4]);
    }
    await using pool = new InlineExecutor();
    for (const inputs of [bareList([1, 2]), bareAsync([1, 2])]) {
      expect(await listOf(pool.map((x: number) => 2 * x, inputs))).toEqual([2, 4]);
    }
  });

  test('the cancel() of a future of another make', async () => {
    const reasons: unknown[] = [];
    const inner = new Future<void>();
    const foreign = {
      [Symbol.for('skein.future')]: true,
      done: () => inner.done(),
      cancelled: () => inner.cancelled(),
      result: () => inner.result(),
      exception: () => inner.exception(),
      addDoneCallback: (fn: never) => inner.addDoneCallback(fn),
      removeDoneCallback: (fn: never) => inner.removeDoneCallback(fn),
      getLoop: () => inner.getLoop(),
      cancel: bare((reason: unknown) => {
        reasons.push(reason);
        return inner.cancel();
      }),
    };
    const task = createTask(async () => await gather([foreign as never]));
    await sleep(1);
    task.cancel('enough');
    expect(await task.catch((error: Error) => error.name)).toBe('CancelledError');
    expect(reasons).toHaveLength(1);
  });
});

describe('without an async context', () => {
  const outer = current.asyncLocal;
  beforeAll(() => {
    current.asyncLocal = new Continuations();
  });
  afterAll(() => {
    current.asyncLocal = outer;
  });

  test('what the transform has rewritten calls them too', async () => {
    const loop = virtualLoop();
    const log: unknown[] = [];
    const main = loop.createTask(async () => {
      for await (const item of steps(bareAsync([1, 2]))) log.push(item);
      for await (const item of steps(bareAsync([3, 4]))) {
        log.push(item);
        break;
      }
      const resource = { [Symbol.asyncDispose]: bare(async () => void log.push('disposed')) };
      await disposal(resource)[Symbol.asyncDispose]();
    });
    await loop.runUntilComplete(main);
    expect(log).toEqual([1, 2, 3, 'disposed']);
  });
});
