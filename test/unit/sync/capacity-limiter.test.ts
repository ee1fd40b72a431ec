import { CancelledError, CapacityLimiter, type Coroutine, createTask, gather, sleep } from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, iterations, thrownBy } from '../combinators/helpers.ts';
import { inNode } from '../hosts.ts';
import { inLoop } from '../loops.ts';

function* visit(limiter: CapacityLimiter, who: string, log: string[]): Coroutine<void> {
  yield* limiter.with(function* () {
    log.push(`${who} in`);
    yield* sleep(10);
    log.push(`${who} out`);
  });
}

const visits = (limiter: CapacityLimiter, names: readonly string[], log: string[]) =>
  names.map((who) => createTask(visit(limiter, who, log), { name: who }));

describe('CapacityLimiter', () => {
  test('lends its tokens in the order of arrival', () =>
    inLoop(function* () {
      const log: string[] = [];
      yield* gather(visits(new CapacityLimiter(2), ['a', 'b', 'c', 'd'], log));
      expect(log.join(', ')).toBe('a in, b in, a out, b out, c in, d in, c out, d out');
    }));

  test('a task that has a token is refused a second one, which it would wait for in vain', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(5);
      yield* limiter.acquire();
      const error = (yield* caught(limiter.acquire())) as Error;
      expect(error.message).toMatch(
        /^`limiter\.acquire\(\)` expected a borrower without a token, but got task '[^']+'\. /,
      );
      expect(limiter.borrowedTokens).toBe(1);
      expect(yield* caught(limiter.with(() => sleep(1)))).toBeInstanceOf(Error);
      limiter.release();
      expect(limiter.borrowedTokens).toBe(0);
    }));

  test('a borrower that waits is refused a second token', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      yield* limiter.acquire();
      const waits = createTask(limiter.acquire('a file'));
      yield* iterations(2);
      expect(yield* caught(limiter.acquire('a file'))).toBeInstanceOf(Error);
      limiter.release();
      yield* waits;
      limiter.release('a file');
    }));

  test('a task has as many tokens as it has borrowers', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(2);
      const files = [{ name: 'a' }, { name: 'b' }];
      for (const file of files) yield* limiter.acquire(file);
      expect(limiter.statistics()).toEqual({
        name: undefined,
        totalTokens: 2,
        borrowedTokens: 2,
        borrowers: ['an object', 'an object'],
        waiting: 0,
      });
      for (const file of files) limiter.release(file);
      expect(limiter.availableTokens).toBe(2);
    }));

  test('a token is released by its owner only', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      yield* limiter.acquire();
      const other = createTask(function* () {
        limiter.release();
      });
      const error = (yield* caught(other)) as Error;
      expect(error.message).toMatch(
        /^`limiter\.release\(\)` expected a borrower that has a token, but got task '[^']+'\. /,
      );
      expect(thrownBy(() => limiter.release('nobody'))).toBeInstanceOf(Error);
      expect(limiter.borrowedTokens).toBe(1);
      limiter.release();
      expect(thrownBy(() => limiter.release())).toBeInstanceOf(Error);
    }));

  test('grows while tasks wait: they get the new tokens', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      const log: string[] = [];
      const tasks = visits(limiter, ['a', 'b', 'c', 'd'], log);
      yield* sleep(1);
      limiter.totalTokens = 3;
      yield* sleep(1);
      expect(log).toEqual(['a in', 'b in', 'c in']);
      yield* gather(tasks);
      expect(log.indexOf('d in')).toBeGreaterThan(log.indexOf('a out'));
    }));

  test('shrinks as tokens come back', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(3);
      const log: string[] = [];
      const tasks = visits(limiter, ['a', 'b', 'c', 'd', 'e'], log);
      yield* sleep(1);
      limiter.totalTokens = 1;
      expect([limiter.borrowedTokens, limiter.availableTokens]).toEqual([3, 0]);
      yield* gather(tasks);
      expect(log.slice(3)).toEqual(['a out', 'b out', 'c out', 'd in', 'd out', 'e in', 'e out']);
    }));

  test('with 0 tokens lets no task in until it grows', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(0);
      const log: string[] = [];
      const tasks = visits(limiter, ['a'], log);
      yield* sleep(50);
      expect(log).toEqual([]);
      limiter.totalTokens = Number.POSITIVE_INFINITY;
      yield* gather([...tasks, ...visits(limiter, ['b', 'c'], log)]);
      expect(log.slice(0, 3).sort()).toEqual(['a in', 'b in', 'c in']);
      expect(String(limiter)).toBe('<CapacityLimiter 0 of Infinity borrowed>');
    }));

  test('a cancelled waiter leaves; one that was given a token passes it on', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      const log: string[] = [];
      yield* limiter.acquire();
      const [a, b, c] = visits(limiter, ['a', 'b', 'c'], log);
      yield* iterations(2);
      a?.cancel();
      yield* iterations(2);
      limiter.release();
      b?.cancel();
      expect(limiter.borrowedTokens).toBe(1);
      yield* gather([a!, b!, c!], { returnExceptions: true });
      expect(log).toEqual(['c in', 'c out']);
      expect(limiter.statistics()).toEqual({
        name: undefined,
        totalTokens: 1,
        borrowedTokens: 0,
        borrowers: [],
        waiting: 0,
      });
    }));

  test('a borrower that was cancelled may ask again', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(0);
      const task = createTask(limiter.acquire('file'));
      yield* iterations(2);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      limiter.totalTokens = 1;
      yield* limiter.acquire('file');
      limiter.release('file');
    }));

  test('is released at the end of a block with `using`, and when the body fails', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      {
        using held = yield* limiter.acquire();
        expect(held.borrowedTokens).toBe(1);
      }
      const failing = function* (): Coroutine<never> {
        yield* sleep(1);
        throw new RangeError('no');
      };
      expect(yield* caught(limiter.with(failing))).toBeInstanceOf(RangeError);
      expect(limiter.borrowedTokens).toBe(0);
    }));

  test('is used by async functions, whose bodies get a signal', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      const work = async (): Promise<boolean> =>
        await limiter.with(async (signal) => {
          await sleep(1);
          return signal.aborted;
        });
      expect(yield* gather([createTask(work), createTask(work)])).toEqual([false, false]);
      const byHand = createTask(async () => {
        await limiter.acquire();
        await sleep(1);
        limiter.release();
      });
      yield* byHand;
      expect(limiter.borrowedTokens).toBe(0);
    }));

  test.runIf(inNode)('an async body that is cancelled gives the token back', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      const task = createTask(async () => {
        await Promise.resolve();
        await limiter.with(async () => await sleep(1e9));
      });
      yield* sleep(1);
      expect(limiter.borrowedTokens).toBe(1);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(limiter.borrowedTokens).toBe(0);
    }),
  );

  test('a body that is closed from outside gives the token of its own task back', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      const coroutine = limiter.with(() => sleep(1e9));
      coroutine.next();
      expect(limiter.borrowedTokens).toBe(1);
      yield* createTask(function* () {
        coroutine.return(undefined as never);
      });
      expect(limiter.borrowedTokens).toBe(0);
    }));

  test('tells who holds it, in text forms and call graphs', () =>
    inLoop(function* () {
      const limiter = new CapacityLimiter(1);
      const [a, b] = visits(limiter, ['a', 'b'], []);
      yield* sleep(1);
      expect(String(limiter)).toBe('<CapacityLimiter 1 of 1 borrowed, 1 waiting>');
      expect(limiter.statistics().borrowers).toEqual(['a']);
      expect(limiter._related()).toHaveLength(1);
      yield* gather([a!, b!]);
    }));

  test.each([-1, 1.5, Number.NaN, '2', undefined, Number.NEGATIVE_INFINITY])(
    'refuses %s tokens',
    (tokens) => {
      expect(thrownBy(() => new CapacityLimiter(tokens as number))).toBeInstanceOf(RangeError);
      const limiter = new CapacityLimiter(1);
      const error = thrownBy(() => {
        limiter.totalTokens = tokens as number;
      });
      expect((error as Error).message).toMatch(/`totalTokens` to be a whole number of at least 0/);
      expect(limiter.totalTokens).toBe(1);
    },
  );
});
