import { CancelledError, createTask, Future, gather, sleep } from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';
import { caught, iterations, thrownBy } from './helpers.ts';

describe('gather', () => {
  test.each([false, true])(
    'has the results in the order given, once all are there (returnExceptions: %s) [gather.success_order]',
    (returnExceptions) =>
      inLoop(function* (loop) {
        const [a, b, c] = [0, 0, 0].map(() => loop.createFuture<number>()) as [
          Future<number>,
          Future<number>,
          Future<number>,
        ];
        const all = gather([a, b, c], { returnExceptions });
        b.setResult(1);
        a.setResult(2);
        yield* iterations(3);
        expect(all.done()).toBe(false);
        c.setResult(3);
        yield* iterations(2);
        expect(all.result()).toEqual([2, 1, 3]);
      }),
  );

  test('runs its coroutines at once, beside each other', () =>
    inLoop(function* (loop) {
      const all = gather([sleep(30, 'a'), sleep(10, 'b'), sleep(20, 'c')]);
      expect(yield* all).toEqual(['a', 'b', 'c']);
      expect(loop.time()).toBe(30);
    }));

  test('fails with the first exception and lets the others go on [gather.first_error_wins]', () =>
    inLoop(function* (loop) {
      const futures = Array.from({ length: 5 }, () => loop.createFuture<number>());
      const [a, b, c, d, e] = futures as [Future<number>, ...Future<number>[]];
      const all = gather(futures);
      a.setResult(1);
      const error = new RangeError('first');
      b!.setException(error);
      yield* iterations(2);
      expect(all.done()).toBe(true);
      expect(all.exception()).toBe(error);
      expect(c!.done() || d!.done() || e!.done()).toBe(false);
      c!.setResult(3);
      d!.cancel();
      e!.setException(new RangeError('second'));
      yield* iterations(2);
      expect(all.exception()).toBe(error);
    }));

  test('puts exceptions among the results if told so [gather.return_exceptions]', () =>
    inLoop(function* (loop) {
      const [a, b, c, d] = Array.from({ length: 4 }, () => loop.createFuture<unknown>()) as [
        Future<unknown>,
        Future<unknown>,
        Future<unknown>,
        Future<unknown>,
      ];
      const all = gather([a, b, c, d], { returnExceptions: true });
      const first = new RangeError('b');
      const second = new TypeError('c');
      a.setResult(1);
      b.setException(first);
      yield* iterations(2);
      expect(all.done()).toBe(false);
      c.setException(second);
      d.setException(undefined);
      yield* iterations(2);
      const results = all.result();
      expect(results).toHaveLength(4);
      expect(results[0]).toBe(1);
      expect(results[1]).toBe(first);
      expect(results[2]).toBe(second);
      expect(results[3]).toBeUndefined();
    }));

  test('is done at once when there is nothing [gather.empty]', () =>
    inLoop(function* (loop) {
      const none = gather([]);
      expect(none.getLoop()).toBe(loop);
      expect(none.done()).toBe(true);
      expect(yield* none).toEqual([]);
    }));

  test('refuses futures of different loops [gather.mixed_loops_rejected]', () => {
    const [one, other] = [virtualLoop(), virtualLoop()];
    const mixed = () => gather([one.createFuture(), other.createFuture()]);
    expect(thrownBy(mixed)).toBeInstanceOf(RangeError);
    expect(mixed).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`ensureFuture()\` expected a future of the given event loop, but <Future pending> belongs to another.]`,
    );
  });

  test('belongs to the loop of its children [gather.binds_to_children_loop]', () => {
    const loop = virtualLoop();
    const all = gather([loop.createFuture(), loop.createFuture()]);
    expect(all.getLoop()).toBe(loop);
    expect(all.done()).toBe(false);
  });

  test('fails with a CancelledError when a child is cancelled, without being cancelled [gather.child_cancelled_is_error]', () =>
    inLoop(function* (loop) {
      const [a, b, c] = Array.from({ length: 3 }, () => loop.createFuture<number>());
      const all = gather([a!, b!, c!]);
      a!.setResult(1);
      b!.cancel('gone');
      yield* iterations(2);
      expect(all.done()).toBe(true);
      expect(all.cancelled()).toBe(false);
      expect(all.exception()).toBeInstanceOf(CancelledError);
      expect((all.exception() as CancelledError).reason).toBe('gone');
      expect(c!.done()).toBe(false);
      c!.setResult(3);
    }));

  test('has a CancelledError in the place of a cancelled child if told so [gather.child_cancelled_as_value]', () =>
    inLoop(function* (loop) {
      const [a, b, c] = Array.from({ length: 3 }, () => loop.createFuture<number>());
      const all = gather([a!, b!, c!], { returnExceptions: true });
      const error = new RangeError('c');
      a!.setResult(1);
      b!.cancel();
      c!.setException(error);
      const [first, second, third] = yield* all;
      expect(first).toBe(1);
      expect(second).toBeInstanceOf(CancelledError);
      expect(third).toBe(error);
    }));

  test('runs coroutines on the loop that runs [gather.uses_running_loop]', () =>
    inLoop(function* (loop) {
      const all = gather([sleep(1, 'a'), sleep(1, 'b')]);
      expect(all.getLoop()).toBe(loop);
      expect(yield* all).toEqual(['a', 'b']);
    }));

  test('runs coroutines on the loop that is driven, between its iterations [gather.uses_current_loop]', async () => {
    const loop = virtualLoop();
    let release = (): void => {};
    const outside = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = loop.runUntilComplete(outside);
    const all = gather([sleep(1, 'a')]);
    expect(all.getLoop()).toBe(loop);
    release();
    await running;
    expect(await loop.runUntilComplete(all)).toEqual(['a']);
  });

  test('runs a coroutine given twice once, and has its result in every place [gather.dedup_positions]', () =>
    inLoop(function* () {
      let runs = 0;
      function* work() {
        const run = ++runs;
        yield* sleep(1);
        return `run ${run}`;
      }
      const one = work();
      const other = work();
      expect(yield* gather([one, one, other, one])).toEqual(['run 1', 'run 1', 'run 2', 'run 1']);
      expect(runs).toBe(2);
    }));

  test('cancels all children when its awaiter is cancelled [gather.cancel_broadcast]', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const waiter = loop.createFuture<void>();
      function* inner() {
        yield* waiter;
        log.push('inner goes on');
      }
      const children = [createTask(inner()), createTask(inner())];
      const all = gather(children);
      const outer = createTask(function* () {
        yield* all;
        log.push('outer goes on');
      });
      yield* iterations(2);
      expect(outer.cancel('stop')).toBe(true);
      expect(yield* caught(outer)).toMatchObject({ reason: 'stop' });
      expect(all.cancel()).toBe(false);
      expect(waiter.cancelled()).toBe(true);
      expect(children.every((child) => child.cancelled())).toBe(true);
      expect(log).toEqual([]);
    }));

  test('fails with a CancelledError even if the children refuse to be cancelled', () =>
    inLoop(function* () {
      function* stubborn(value: string) {
        try {
          yield* sleep(1000);
        } catch {
          yield* sleep(5);
        }
        return value;
      }
      for (const returnExceptions of [false, true]) {
        const all = gather([stubborn('a'), stubborn('b')], { returnExceptions });
        yield* iterations(2);
        expect(all.cancel()).toBe(true);
        expect(yield* caught(all)).toBeInstanceOf(CancelledError);
        expect(all.cancelled()).toBe(false);
      }
    }));

  test('does nothing to children that still run once it has failed', () =>
    inLoop(function* () {
      const slow = createTask(sleep(10, 'slow'));
      const failing = createTask(function* () {
        yield;
        throw new RangeError('broken');
      });
      const all = gather([slow, failing]);
      expect(yield* caught(all)).toEqual(new RangeError('broken'));
      expect(all.cancel()).toBe(false);
      expect(yield* slow).toBe('slow');
    }));

  test('keeps silent about failures after the first [gather.loser_errors_marked_observed]', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    function* main() {
      function* fails(ms: number) {
        yield* sleep(ms);
        throw new RangeError(`after ${ms}`);
      }
      const children = [createTask(fails(1)), createTask(fails(2)), createTask(fails(3))];
      expect(yield* caught(gather(children))).toEqual(new RangeError('after 1'));
      yield* sleep(10);
      expect(children.every((child) => child.done())).toBe(true);
    }
    await loop.runUntilComplete(main());
    loop.close();
    expect(reports).toEqual([]);
  });

  test('refuses what cannot be awaited before it starts anything [gather.bad_argument_midway]', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const log: string[] = [];
    function* work() {
      log.push('runs');
      yield* sleep(1);
      log.push('ends');
    }
    function* main() {
      expect(thrownBy(() => gather([work(), 5 as never]))).toBeInstanceOf(TypeError);
      yield* sleep(10);
    }
    await loop.runUntilComplete(main());
    loop.close();
    expect(log).toEqual([]);
    expect(reports).toEqual([]);
  });

  test('refuses to be cancelled once all children are done [gather.refuses_cancel_after_children_done]', async () => {
    const loop = virtualLoop();
    const future = loop.createFuture<number>();
    // With a task in between, so that the child is not done at the same time as the future.
    const child = loop.createTask(function* () {
      return yield* future;
    });
    const all = gather([child]);
    const answers: boolean[] = [];
    await loop.runUntilComplete(
      (function* () {
        yield* iterations(2);
        future.addDoneCallback(() => answers.push(all.cancel()));
        future.setResult(42);
        yield* iterations(4);
      })(),
    );
    expect(answers).toEqual([false]);
    expect(all.cancelled()).toBe(false);
    expect(all.result()).toEqual([42]);
  });

  test('does not take its own cancellation for a result [gather.return_exceptions_does_not_swallow_own_cancel]', () =>
    inLoop(function* (loop) {
      const task = createTask(function* () {
        for (let i = 0; i < 20; i++) yield* gather([sleep(50)], { returnExceptions: true });
      });
      yield* sleep(220);
      task.cancel('stop');
      expect(yield* caught(task)).toMatchObject({ name: 'CancelledError', reason: 'stop' });
      expect(task.cancelled()).toBe(true);
      expect(loop.time()).toBe(220);
    }));

  test('takes any iterable, promises and futures', () =>
    inLoop(function* (loop) {
      const future = loop.createFuture<string>();
      future.setResult('future');
      function* each() {
        yield future;
        yield Promise.resolve('promise');
        yield sleep(1, 'coroutine');
      }
      expect(yield* gather(each())).toEqual(['future', 'promise', 'coroutine']);
    }));

  test('refuses awaitables one by one, as in Python, and runs nothing of them', async () => {
    const log: string[] = [];
    function* work() {
      log.push('ran');
      yield* sleep(0);
    }
    const others = [work(), sleep(1), Promise.resolve(), virtualLoop().createFuture()];
    for (const other of others) {
      expect(thrownBy(() => gather(work() as never, other as never))).toBeInstanceOf(TypeError);
    }
    expect(() => gather(work() as never, work() as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`gather()\` expected one list of awaitables, but got them one by one. Write \`gather([a, b])\`.]`,
    );
    expect(log).toEqual([]);
  });

  test('tells a coroutine from a list, though it begins by giving way', () => {
    function* work() {
      yield;
    }
    expect(() => gather(work() as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`gather()\` expected a list of awaitables, but got a coroutine (a started generator function). Write \`gather([task])\`.]`,
    );
    expect(() => gather(sleep(0) as never)).toThrow('`gather()` expected a list of awaitables');
  });

  test('takes a future that something iterated before', async () => {
    const loop = virtualLoop();
    const future = loop.createFuture<string>();
    expect(() => [...(future as Iterable<unknown>)]).toThrow('compare futures with `===`');
    loop.callSoon(() => future.setResult('ok'));
    expect(await loop.runUntilComplete(gather([future]))).toEqual(['ok']);
  });

  test('counts a future that is given several times as often, beside other gatherings of it', () =>
    inLoop(function* (loop) {
      const future = loop.createFuture<string>();
      const many = gather(Array.from({ length: 20 }, () => future));
      const other = gather([future, sleep(5, 'later')]);
      future.setResult('there');
      yield* iterations(3);
      expect(many.result()).toEqual(Array.from({ length: 20 }, () => 'there'));
      expect(other.done()).toBe(false);
      expect(yield* other).toEqual(['there', 'later']);
    }));

  test('hears of a failure after all that was settled before it', () =>
    inLoop(function* (loop) {
      const [a, b, c] = [1, 2, 3].map(() => loop.createFuture<void>());
      const all = gather([a, b, c] as Future<void>[]);
      const seen: unknown[] = [];
      const note = (name: string) => () => seen.push(name, all.done());
      a?.addDoneCallback(note('a'));
      b?.addDoneCallback(note('b'));
      a?.setResult();
      b?.setException(new Error('broken'));
      c?.setResult();
      yield* iterations(1);
      expect(seen).toEqual(['a', false, 'b', true]);
      expect(thrownBy(() => all.result())).toMatchObject({ message: 'broken' });
    }));

  test('fails at once with what the `result()` of a child throws that is of a class of the program', () =>
    inLoop(function* (loop) {
      class Picky extends Future<number> {
        override result(): number {
          throw new Error('picky');
        }
      }
      const child = new Picky({ loop });
      const all = gather([child, loop.createFuture<number>()]);
      child.setResult(1);
      yield* iterations(2);
      expect(thrownBy(() => all.result())).toMatchObject({ message: 'picky' });
    }));

  test('refuses one awaitable in place of a list', () => {
    const loop = virtualLoop();
    expect(() => gather(loop.createFuture() as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`gather()\` expected a list of awaitables, but got <Future pending>. Write \`gather([task])\`.]`,
    );
    expect(() => gather(sleep(1) as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`gather()\` expected a list of awaitables, but got a coroutine (a started generator function). Write \`gather([task])\`.]`,
    );
    expect(() => gather(Promise.resolve([]) as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`gather()\` expected a list of awaitables, but got a promise. Write \`gather([task])\`.]`,
    );
  });
});
