import {
  CancelledError,
  type Coroutine,
  createTask,
  type Future,
  gather,
  shield,
  sleep,
  type Task,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';
import { caught, iterations, thrownBy } from './helpers.ts';

describe('shield', () => {
  test('has the result of what is inside [shield.result]', () =>
    inLoop(function* (loop) {
      const inner = loop.createFuture<number>();
      const outer = shield(inner);
      inner.setResult(42);
      expect(yield* outer).toBe(42);
    }));

  test('has the very exception of what is inside [shield.exception]', () =>
    inLoop(function* (loop) {
      const inner = loop.createFuture<number>();
      const outer = shield(inner);
      const error = new RangeError('expected');
      inner.setException(error);
      expect(yield* caught(outer)).toBe(error);
      expect(outer.exception()).toBe(error);
    }));

  test('is cancelled when what is inside is [shield.inner_cancel_propagates_out]', () =>
    inLoop(function* (loop) {
      const inner = loop.createFuture<number>();
      const outer = shield(inner);
      yield;
      inner.cancel();
      yield* iterations(2);
      expect(outer.cancelled()).toBe(true);
    }));

  test('leaves what is inside running when it is cancelled [shield.outer_cancel_detaches]', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const inner = loop.createFuture<number>();
      const outer = shield(inner);
      yield;
      expect(outer.cancel('enough')).toBe(true);
      yield* iterations(2);
      expect(outer.cancelled()).toBe(true);
      expect(inner.done()).toBe(false);
      inner.setResult(1);
      yield* iterations(2);
      expect(inner.result()).toBe(1);
      expect(outer.cancelled()).toBe(true);
      expect(reports).toEqual([]);
    }));

  test('leaves no callbacks behind, however often it is abandoned [shield.outer_cancel_detaches]', () =>
    inLoop(function* (loop) {
      const inner = loop.createFuture<void>();
      for (let i = 0; i < 50; i++) {
        shield(inner).cancel();
        yield* iterations(2);
      }
      // One is left: it reports a failure that comes too late.
      expect([inner._waiters].flat()).toHaveLength(1);
      inner.cancel();
    }));

  describe.each<[string, (inner: Future<void>) => Coroutine<unknown>]>([
    [
      'another shield, which came first',
      function* (inner) {
        const other = createTask(caught(shield(inner)));
        yield;
        shield(inner).cancel();
        yield* iterations(2);
        return other;
      },
    ],
    [
      'another shield, which comes later',
      function* (inner) {
        shield(inner).cancel();
        yield* iterations(2);
        return createTask(caught(shield(inner)));
      },
    ],
    [
      'a task',
      function* (inner) {
        shield(inner).cancel();
        yield* iterations(2);
        return createTask(function* () {
          return yield* caught(inner);
        });
      },
    ],
    [
      'gather()',
      function* (inner) {
        shield(inner).cancel();
        yield* iterations(2);
        return createTask(caught(gather([inner, sleep(100)])));
      },
    ],
    [
      'wait()',
      function* (inner) {
        shield(inner).cancel();
        yield* iterations(2);
        return createTask(function* () {
          const { done } = yield* wait([inner]);
          return [...done][0]!.exception();
        });
      },
    ],
  ])('does not report a late failure that is read by %s', (_, waiter) => {
    test('of a shield that was cancelled', () =>
      inLoop(function* (loop) {
        const reports = recordReports(loop);
        const inner = loop.createFuture<void>();
        const reader = (yield* waiter(inner)) as Task<unknown>;
        yield* iterations(3);
        const error = new RangeError('expected');
        inner.setException(error);
        expect(yield* reader).toBe(error);
        yield* iterations(2);
        expect(reports).toEqual([]);
      }));
  });

  test('reports a late failure when the other shield was cancelled, too', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const inner = loop.createFuture<void>();
      const [one, other] = [shield(inner), shield(inner)];
      one.cancel();
      yield* iterations(2);
      other.cancel();
      inner.setException(new RangeError('expected'));
      yield* iterations(3);
      expect(reports.map(({ exception }) => String(exception))).toEqual(['RangeError: expected']);
    }));

  test('answers what is done already as it is [shield.done_shortcut]', () =>
    inLoop(function* (loop) {
      const done = loop.createFuture<number>();
      done.setResult(42);
      expect(shield(done)).toBe(done);
      const failed = loop.createFuture<number>();
      failed.setException(new RangeError('expected'));
      expect(shield(failed)).toBe(failed);
      failed.exception();
      const cancelled = loop.createFuture<number>();
      cancelled.cancel();
      expect(shield(cancelled)).toBe(cancelled);
    }));

  test('does not keep its awaiter from being cancelled [shield.caller_still_cancelled]', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const waiter = loop.createFuture<void>();
      const inner = createTask(function* () {
        yield* waiter;
        log.push('inner ends');
        return 'kept';
      });
      const outer = createTask(function* () {
        try {
          yield* shield(inner);
          log.push('outer goes on');
        } finally {
          log.push('outer ends');
        }
      });
      yield* iterations(2);
      outer.cancel();
      expect(yield* caught(outer)).toBeInstanceOf(CancelledError);
      expect(outer.cancelled()).toBe(true);
      expect(inner.done()).toBe(false);
      waiter.setResult();
      expect(yield* inner).toBe('kept');
      expect(log).toEqual(['outer ends', 'inner ends']);
    }));

  test('lets a gather() inside come to its end [shield.of_gather]', () =>
    inLoop(function* (loop) {
      const a = loop.createFuture<number>();
      const b = loop.createFuture<number>();
      const inner = gather([a, b]);
      const outer = shield(inner);
      yield;
      outer.cancel();
      yield;
      expect(outer.cancelled()).toBe(true);
      expect(inner.done()).toBe(false);
      a.setResult(1);
      b.setResult(2);
      expect(yield* inner).toEqual([1, 2]);
    }));

  test('protects what is inside from a gather() around it [gather.of_shields]', () =>
    inLoop(function* (loop) {
      const a = loop.createFuture<number>();
      const b = loop.createFuture<number>();
      const shieldA = shield(a);
      const shieldB = shield(b);
      const outer = gather([shieldA, shieldB]);
      yield;
      expect(outer.cancel()).toBe(true);
      expect(yield* caught(outer)).toBeInstanceOf(CancelledError);
      expect(outer.cancelled()).toBe(false);
      expect(outer.exception()).toBeInstanceOf(CancelledError);
      expect(shieldA.cancelled() && shieldB.cancelled()).toBe(true);
      expect(a.cancelled() || b.cancelled()).toBe(false);
      a.setResult(1);
      b.setResult(2);
      expect([a.result(), b.result()]).toEqual([1, 2]);
    }));

  test('runs a coroutine on the loop that runs [shield.uses_running_loop]', () =>
    inLoop(function* (loop) {
      const outer = shield(sleep(1, 42));
      expect(outer.getLoop()).toBe(loop);
      expect(yield* outer).toBe(42);
    }));

  test('runs a coroutine on the loop that is driven, between its iterations [shield.uses_current_loop]', async () => {
    const loop = virtualLoop();
    let release = (): void => {};
    const outside = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = loop.runUntilComplete(outside);
    const outer = shield(sleep(1, 42));
    expect(outer.getLoop()).toBe(loop);
    release();
    await running;
    expect(await loop.runUntilComplete(outer)).toBe(42);
  });

  test('says nothing of a result that nobody waits for any more [shield.late_value_silent]', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const inner = loop.createFuture<number>();
      const outer = shield(inner);
      yield;
      outer.cancel();
      yield;
      inner.setResult(1);
      yield* iterations(2);
      expect(reports).toEqual([]);
    }));

  test('reports an exception that nobody waits for any more [shield.late_error_reported]', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const inner = loop.createFuture<number>();
      const outer = shield(inner);
      yield;
      outer.cancel();
      yield;
      const error = new RangeError('foo');
      inner.setException(error);
      yield* iterations(2);
      expect(reports).toHaveLength(1);
      expect(reports[0]?.exception).toBe(error);
      expect(reports[0]?.future).toBe(inner);
      expect(reports[0]?.message).toMatchInlineSnapshot(
        `"Exception in a shielded future that nobody waits for any more"`,
      );
      expect(inner.exception()).toBe(error);
    }));

  test('reports it once, however many shields were abandoned [shield.late_error_reported_once]', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const inner = loop.createFuture<number>();
      for (let i = 0; i < 2; i++) {
        const outer = shield(inner);
        yield;
        outer.cancel();
        yield;
      }
      inner.setException(new RangeError('foo'));
      yield* iterations(3);
      expect(reports).toHaveLength(1);
    }));

  test('says nothing when the inside is cancelled after it was abandoned', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const inner = createTask(sleep(1000));
      shield(inner).cancel();
      yield* iterations(2);
      inner.cancel();
      yield* caught(inner);
      yield* iterations(2);
      expect(reports).toEqual([]);
    }));

  test('protects a promise', () =>
    inLoop(function* () {
      const outer = shield(Promise.resolve('outside'));
      expect(yield* outer).toBe('outside');
    }));

  test('refuses what cannot be awaited', () => {
    expect(thrownBy(() => shield(5 as never))).toBeInstanceOf(TypeError);
    expect(thrownBy(() => shield((() => sleep(1)) as never))).toBeInstanceOf(TypeError);
  });
});
