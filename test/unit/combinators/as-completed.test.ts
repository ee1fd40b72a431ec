import {
  asCompleted,
  type Coroutine,
  createTask,
  Future,
  gather,
  sleep,
  TimeoutError,
} from 'skein';
import { DeadlockError } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inLoop, virtualLoop } from '../loops.ts';
import { caught, thrownBy } from './helpers.ts';

describe('asCompleted', () => {
  test('gives results in the order of completion [ascomp.order]', () =>
    inLoop(function* (loop) {
      const seen: [string, number][] = [];
      const inputs = [sleep(150, 'b'), sleep(100, 'a'), sleep(200, 'c')];
      for (const next of asCompleted(inputs)) seen.push([yield* next, loop.time()]);
      expect(seen).toEqual([
        ['a', 100],
        ['b', 150],
        ['c', 200],
      ]);
    }));

  test('gives futures in the order of completion to `for await` [ascomp.order]', async () => {
    const loop = virtualLoop();
    const seen: [string, number][] = [];
    async function main() {
      const inputs = [sleep(150, 'b'), sleep(100, 'a'), sleep(200, 'c')];
      for await (const future of asCompleted(inputs)) seen.push([future.result(), loop.time()]);
    }
    await loop.runUntilComplete(loop.createTask(main));
    expect(seen).toEqual([
      ['a', 100],
      ['b', 150],
      ['c', 200],
    ]);
  });

  test('gives the very tasks that went in to `for await`, and tasks of coroutines [ascomp.async_yields_same_tasks]', async () => {
    const loop = virtualLoop();
    const coroutine = sleep(3, 'coroutine');
    async function main() {
      const task = createTask(sleep(2, 'task'));
      const future = loop.createFuture<string>();
      loop.callLater(1, () => future.setResult('future'));
      const seen: object[] = [];
      for await (const each of asCompleted([coroutine, task, future])) {
        expect(each.done()).toBe(true);
        seen.push(each);
      }
      expect(seen).toHaveLength(3);
      expect(seen[0]).toBe(future);
      expect(seen[1]).toBe(task);
      expect(seen[2]).toBeInstanceOf(Future);
      expect(seen[2]).not.toBe(coroutine);
    }
    await loop.runUntilComplete(loop.createTask(main));
  });

  test('throws what one threw in its turn', () =>
    inLoop(function* () {
      const error = new RangeError('broken');
      function* fails(): Coroutine<string> {
        yield* sleep(2);
        throw error;
      }
      const [first, second, third] = asCompleted([sleep(3, 'c'), fails(), sleep(1, 'a')]);
      expect(yield* first!).toBe('a');
      expect(yield* caught(second!)).toBe(error);
      expect(yield* third!).toBe('c');
    }));

  test('throws a TimeoutError in the place of each that is late [ascomp.timeout]', () =>
    inLoop(function* (loop) {
      const seen: unknown[] = [];
      const late = createTask(sleep(150, 'b'));
      for (const next of asCompleted([late, sleep(100, 'a'), sleep(160, 'c')], { timeout: 120 })) {
        try {
          seen.push(yield* next, loop.time());
        } catch (error) {
          seen.push(error, loop.time());
        }
      }
      expect(seen).toEqual([
        'a',
        100,
        expect.any(TimeoutError),
        120,
        expect.any(TimeoutError),
        120,
      ]);
      expect(late.done()).toBe(false);
      expect(yield* late).toBe('b');
    }));

  test('throws a TimeoutError out of `for await` once [ascomp.timeout]', async () => {
    const loop = virtualLoop();
    const seen: string[] = [];
    async function main() {
      const inputs = [sleep(150, 'b'), sleep(100, 'a'), sleep(160, 'c')];
      try {
        for await (const each of asCompleted(inputs, { timeout: 120 })) seen.push(each.result());
      } catch (error) {
        expect(error).toBeInstanceOf(TimeoutError);
        seen.push(`late at ${loop.time()}`);
      }
    }
    await loop.runUntilComplete(loop.createTask(main));
    expect(seen).toEqual(['a', 'late at 120']);
  });

  test.each([0, -5])('hands out what is done already at a timeout of %d', (timeout) =>
    inLoop(function* () {
      const done = createTask(sleep(0, 'done'));
      yield* done;
      const [first, second] = asCompleted([sleep(10, 'late'), done], { timeout });
      expect(yield* first!).toBe('done');
      expect(yield* caught(second!)).toBeInstanceOf(TimeoutError);
    }),
  );

  test('takes a timer away that is not needed any more [ascomp.unused_timeout]', async () => {
    const loop = virtualLoop();
    await loop.runUntilComplete(
      (function* () {
        for (const next of asCompleted([sleep(10, 'a')], { timeout: 60_000 })) yield* next;
      })(),
    );
    await expect(loop.runUntilComplete(loop.createFuture())).rejects.toThrow(DeadlockError);
    expect(loop.time()).toBe(10);
  });

  test('keeps to its deadline for a coroutine that is awaited when the iteration was left', () =>
    inLoop(function* (loop) {
      const [first] = asCompleted([loop.createFuture()], { timeout: 10 });
      expect(yield* caught(first!)).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(10);
    }));

  test.each([
    ['before the deadline', 20, 100],
    ['after the deadline', 200, 201],
  ])('keeps to its deadline when iterated again %s', (_, pause, end) =>
    inLoop(function* (loop) {
      const completed = asCompleted([sleep(1, 'a'), loop.createFuture<string>()], { timeout: 100 });
      for (const next of completed) {
        yield* next;
        break;
      }
      yield* sleep(pause);
      for (const next of completed) expect(yield* caught(next)).toBeInstanceOf(TimeoutError);
      expect(loop.time()).toBe(end);
    }),
  );

  test('goes on where the last iteration left [ascomp.resume]', () =>
    inLoop(function* () {
      const completed = asCompleted([sleep(3, 'c'), sleep(1, 'a'), sleep(2, 'b')]);
      const seen: string[] = [];
      for (const next of completed) {
        seen.push(yield* next);
        break;
      }
      expect(seen).toEqual(['a']);
      for (const next of completed) seen.push(yield* next);
      expect(seen).toEqual(['a', 'b', 'c']);
      expect([...completed]).toEqual([]);
    }));

  test('goes on where the last `for await` left [ascomp.resume]', async () => {
    const loop = virtualLoop();
    const seen: string[] = [];
    async function main() {
      const completed = asCompleted([sleep(3, 'c'), sleep(1, 'a'), sleep(2, 'b')]);
      for await (const each of completed) {
        seen.push(each.result());
        break;
      }
      for await (const each of completed) seen.push(`then ${each.result()}`);
    }
    await loop.runUntilComplete(loop.createTask(main));
    expect(seen).toEqual(['a', 'then b', 'then c']);
  });

  test('gives the first result to whoever awaits first [ascomp.reverse_wait]', () =>
    inLoop(function* (loop) {
      const [first, second] = asCompleted([sleep(50, 'a'), sleep(100, 'b')]);
      expect(yield* second!).toBe('a');
      expect(loop.time()).toBe(50);
      expect(yield* first!).toBe('b');
      expect(loop.time()).toBe(100);
    }));

  test('lets several wait at once [ascomp.concurrent_slots]', () =>
    inLoop(function* () {
      const slots = [...asCompleted([sleep(50, 'a'), sleep(100, 'b')])];
      const tasks = slots.map((slot) => createTask(slot));
      expect(new Set(yield* gather(tasks))).toEqual(new Set(['a', 'b']));
    }));

  test('gives the result of one that was given twice once [ascomp.dedup]', () =>
    inLoop(function* () {
      let runs = 0;
      function* work() {
        runs++;
        yield* sleep(1);
        return 'ham';
      }
      const ham = work();
      const spam = createTask(sleep(2, 'spam'));
      const seen: string[] = [];
      for (const next of asCompleted([ham, ham, spam, ham, spam])) seen.push(yield* next);
      expect(seen).toEqual(['ham', 'spam']);
      expect(runs).toBe(1);
    }));

  test('runs coroutines on the loop that runs [ascomp.uses_running_loop]', async () => {
    const loop = virtualLoop();
    async function main() {
      for await (const each of asCompleted([sleep(1)])) expect(each.getLoop()).toBe(loop);
    }
    await loop.runUntilComplete(loop.createTask(main));
    expect.assertions(1);
  });

  test('refuses one awaitable in place of a list, and what cannot be awaited [ascomp.invalid_args]', () => {
    const loop = virtualLoop();
    const refused = (input: unknown) =>
      expect(thrownBy(() => asCompleted(input as never))).toBeInstanceOf(TypeError);
    refused(loop.createFuture());
    refused(sleep(1));
    refused(Promise.resolve());
    refused(undefined);
    refused('ab');
    refused([5]);
    expect(() => asCompleted(sleep(1) as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`asCompleted()\` expected a list of awaitables, but got a coroutine (a started generator function). Write \`asCompleted([task])\`.]`,
    );
    expect(() => asCompleted([], { timeout: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`asCompleted()\` expected a timeout in milliseconds, but got NaN (number).]`,
    );
  });

  test('refuses what cannot be awaited before it starts anything', () =>
    inLoop(function* () {
      let ran = false;
      function* work() {
        ran = true;
        yield* sleep(1);
      }
      expect(thrownBy(() => asCompleted([work(), 5 as never]))).toBeInstanceOf(TypeError);
      yield* sleep(10);
      expect(ran).toBe(false);
    }));

  test('ends at once when there is nothing', async () => {
    const loop = virtualLoop();
    let rounds = 0;
    async function main() {
      for (const _ of asCompleted([])) rounds++;
      for await (const _ of asCompleted([])) rounds++;
    }
    await loop.runUntilComplete(loop.createTask(main));
    expect(rounds).toBe(0);
  });
});
