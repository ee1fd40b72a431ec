/** `map()` over an executor that does nothing by itself: the test says when each job is done. */
import { createTask, type EventLoop, sleep, TimeoutError } from 'skein';
import {
  InlineExecutor,
  type MapOptions,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
} from 'skein/executors';
import { VirtualEventLoop } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { mapInputsContract } from '../../contracts/map-inputs.contract.ts';
import { mapResultsContract } from '../../contracts/map-results.contract.ts';
import { ByHand } from './by-hand.ts';

mapInputsContract('InlineExecutor', () => new InlineExecutor());
mapResultsContract('InlineExecutor', () => new InlineExecutor());
mapResultsContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
mapResultsContract('ProcessPoolExecutor', () => new ProcessPoolExecutor({ maxWorkers: 1 }));
mapInputsContract('ThreadPoolExecutor', () => new ThreadPoolExecutor({ maxWorkers: 1 }));
mapInputsContract('ProcessPoolExecutor', () => new ProcessPoolExecutor({ maxWorkers: 1 }));

/** Maps five inputs and lets the second job never end. */
function start(loop: EventLoop, options: MapOptions) {
  const executor = new ByHand();
  const results = executor.map((n: number) => n, [0, 1, 2, 3, 4], options);
  loop.callLater(1, () => executor.jobs[0]?.setResult('first'));
  loop.callLater(2, () => executor.jobs[2]?.setResult('third'));
  return { executor, results };
}

async function onVirtualTime(main: (loop: VirtualEventLoop) => Promise<void>): Promise<void> {
  const loop = new VirtualEventLoop();
  await loop.runUntilComplete(loop.createTask(() => main(loop)));
}

describe('map() with a timeout', () => {
  test('gives what is done in time, then fails, and cancels the rest [cf.exec.map_timeout, cf.thread.map_timeout_cancels_pending]', () =>
    onVirtualTime(async (loop) => {
      const { executor, results } = start(loop, { timeout: 10 });
      const seen: unknown[] = [];
      try {
        for await (const result of results) seen.push(result);
      } catch (error) {
        seen.push(error);
      }
      expect(seen).toEqual([
        'first',
        new TimeoutError('`map()` had no result for all inputs within 10 ms.'),
      ]);
      expect(loop.time()).toBe(10);
      expect(executor.jobs.map((job) => job.cancelled())).toEqual([
        false,
        false,
        false,
        true,
        true,
      ]);
      expect(await results.next()).toEqual({ done: true, value: undefined });
    }));

  test('fails the future that a coroutine waits for', () =>
    onVirtualTime(async (loop) => {
      const { results } = start(loop, { timeout: 10 });
      const task = createTask(function* () {
        for (const next of results) yield* next;
      });
      await expect(Promise.resolve(task)).rejects.toBeInstanceOf(TimeoutError);
    }));

  test('is not taken for one by a function that throws a TimeoutError [cf.exec.map_callable_timeout_error]', () =>
    onVirtualTime(async () => {
      const executor = new ByHand();
      const results = executor.map((n: number) => n, [0, 1], {
        timeout: 10,
        returnExceptions: true,
      });
      const error = new TimeoutError('its own');
      executor.jobs[0]?.setException(error);
      executor.jobs[1]?.setResult(1);
      expect(await results.next()).toEqual({ done: false, value: error });
      expect(await results.next()).toEqual({ done: false, value: 1 });
    }));

  test('does not take back what was done in time', () =>
    onVirtualTime(async () => {
      const executor = new ByHand();
      const results = executor.map((n: number) => n, [0, 1], { timeout: 10 });
      for (const job of executor.jobs) job.setResult('done');
      await sleep(20);
      expect(await results.next()).toEqual({ done: false, value: 'done' });
      expect(await results.next()).toEqual({ done: false, value: 'done' });
      expect(await results.next()).toEqual({ done: true, value: undefined });
    }));

  test('leaves no timer behind when it is read to its end', () =>
    onVirtualTime(async (loop) => {
      const executor = new ByHand();
      const results = executor.map((n: number) => n, [0], { timeout: 1000 });
      executor.jobs[0]?.setResult('done');
      for await (const _ of results);
      await sleep(1);
      expect(loop.time()).toBe(1);
    }));
});

describe('the results of map()', () => {
  test('answer calls of next() in their order', () =>
    onVirtualTime(async () => {
      const executor = new ByHand();
      const results = executor.map((n: number) => n, [0, 1]);
      const steps = [results.next(), results.next(), results.next()];
      executor.jobs[1]?.setResult('b');
      executor.jobs[0]?.setResult('a');
      const values: unknown[] = [];
      for (const step of steps) values.push((await step).value);
      expect(values).toEqual(['a', 'b', undefined]);
    }));

  test('come as they are done when the order does not matter, and submit as they are taken', () =>
    onVirtualTime(async () => {
      const executor = new ByHand();
      const results = executor.map((n: number) => n, [0, 1, 2], { ordered: false, bufferSize: 2 });
      executor.jobs[1]?.setResult('second');
      expect((await results.next()).value).toBe('second');
      expect(executor.jobs).toHaveLength(3);
      executor.jobs[2]?.setResult('third');
      executor.jobs[0]?.setException(new RangeError('first'));
      expect((await results.next()).value).toBe('third');
      await expect(Promise.resolve(results.next())).rejects.toThrow('first');
      expect(await results.next()).toEqual({ done: true, value: undefined });
    }));

  test('close asynchronous inputs when they are given up', () =>
    onVirtualTime(async () => {
      const log: string[] = [];
      async function* inputs() {
        try {
          for (;;) yield 1;
        } finally {
          log.push('closed');
        }
      }
      const results = new ByHand().map((n: number) => n, inputs(), { bufferSize: 2 });
      await sleep(1);
      await results.return();
      expect(log).toEqual(['closed']);
    }));

  test('throw what asynchronous inputs throw', () =>
    onVirtualTime(async () => {
      async function* inputs(): AsyncGenerator<number> {
        throw new RangeError('none');
      }
      const results = new ByHand().map((n: number) => n, inputs());
      await expect(results.next()).rejects.toEqual(new RangeError('none'));
    }));

  test('cannot be looped over with `for` when an input is asynchronous', async () => {
    async function* inputs(): AsyncGenerator<number> {}
    const results = new ByHand().map((n: number) => n, inputs());
    expect(() => [...results]).toThrow(/Use `for await`/);
    await results.return();
  });
});
