/**
 * What files that `skein/transform` has rewritten call, written here by hand. Hosts with an async context are given none, so that
 * the tests run everywhere.
 */
import { createTask, currentTask, sleep, TimeoutError, timeout } from 'skein';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { disposal, steps, wrap } from '../../../src/awaits.ts';
import { Continuations } from '../../../src/core/continuations.ts';
import { current } from '../../../src/core/current.ts';
import { inNode } from '../hosts.ts';
import { recordReports, virtualLoop } from '../loops.ts';

const outer = current.asyncLocal;
const name = (): string | undefined => currentTask()?.getName();

/** A promise of the host. */
async function foreign<T>(value?: T): Promise<T | undefined> {
  for (let i = 0; i < 3; i++) await null;
  return value;
}

/** Runs `main` as a task of this name; returns its log. */
async function logOf(main: (log: unknown[]) => Promise<unknown>): Promise<unknown[]> {
  const loop = virtualLoop();
  const log: unknown[] = [];
  await loop.runUntilComplete(loop.createTask(() => main(log), { name: 'main' }));
  return log;
}

describe('without an async context', () => {
  beforeAll(() => {
    current.asyncLocal = new Continuations();
  });
  afterAll(() => {
    current.asyncLocal = outer;
  });

  describe('steps()', () => {
    test('gives the items of what is iterated, and the task is known in each step', async () => {
      async function* items() {
        yield await foreign(1);
        yield 2;
      }
      const log = await logOf(async (log) => {
        for (const iterable of [items(), [foreign(1), 2], new Set([1, foreign(2)])]) {
          for await (const item of steps(iterable)) log.push(item, name());
          log.push(name());
        }
      });
      expect(log).toEqual(Array(3).fill([1, 'main', 2, 'main', 'main']).flat());
    });

    test('passes on what is sent, thrown and returned', async () => {
      async function* items(): AsyncGenerator<number, string, string> {
        try {
          expect(yield 1).toBe('sent');
        } catch (error) {
          return `${error} and ${yield 2}`;
        }
        return 'never';
      }
      const log = await logOf(async (log) => {
        const open = () =>
          (steps(items()) as AsyncIterable<number>)[Symbol.asyncIterator]() as ReturnType<
            typeof items
          >;
        const one = open();
        log.push(await one.next(), await one.throw('thrown'), await one.next('sent'));
        const two = open();
        log.push(await two.next(), await two.return('returned'));
      });
      expect(log).toEqual([
        { value: 1, done: false },
        { value: 2, done: false },
        { value: 'thrown and sent', done: true },
        { value: 1, done: false },
        { value: 'returned', done: true },
      ]);
    });

    test('closes an iterator as the language does, and asks one that has no return() for none', async () => {
      const log = await logOf(async (log) => {
        const iterator = (close?: object) => ({
          [Symbol.asyncIterator]: () => ({
            next: async () => ({ value: 1, done: false }),
            ...close,
          }),
        });
        for await (const _ of steps(iterator())) break;
        const closing = { return: async (...args: unknown[]) => log.push(args.length) && {} };
        for await (const _ of steps(iterator(closing))) break;
        const failing = { return: async () => Promise.reject(new Error('closing')) };
        try {
          for await (const _ of steps(iterator(failing))) break;
        } catch (error) {
          log.push(String(error), name());
        }
      });
      expect(log).toEqual([0, 'Error: closing', 'main']);
    });

    test('leaves what has no steps to the host, which refuses it', async () => {
      const log = await logOf(async (log) => {
        for (const value of [null, undefined, 5, {}, { [Symbol.asyncIterator]: 1 }]) {
          expect(steps(value)).toBe(value);
          try {
            for await (const _ of steps(value as unknown as unknown[]));
          } catch (error) {
            log.push((error as Error).name);
          }
        }
      });
      expect(log).toEqual(Array(5).fill('TypeError'));
    });

    test('never make a task of another one known, where two share an async generator', async () => {
      const wrong: unknown[] = [];
      async function* shared() {
        for (let i = 0; i < 20; i++) {
          await wrap(foreign());
          yield await wrap(name());
          await sleep(i % 3);
        }
      }
      await logOf(async () => {
        const iterable = steps(shared());
        const work = async () => {
          const own = name();
          for await (const seen of iterable) {
            if (name() !== own) wrong.push([own, name()]);
            if (seen !== undefined && seen !== own) wrong.push([own, 'was given', seen]);
          }
        };
        const tasks = ['a', 'b', 'c'].map((name) => createTask(work, { name }));
        for (const task of tasks) await task;
      });
      expect(wrong).toEqual([]);
    });
  });

  describe('disposal()', () => {
    test('disposes, awaits what that returns, and the task is known then', async () => {
      const log = await logOf(async (log) => {
        const resources: (Partial<AsyncDisposable & Disposable> | null | undefined)[] = [
          {
            async [Symbol.asyncDispose]() {
              await foreign();
              log.push(this === resources[0]);
            },
          },
          { [Symbol.dispose]: () => void log.push('sync') },
          null,
          undefined,
        ];
        for (const resource of resources) {
          const given = disposal(resource) as AsyncDisposable;
          expect(await given[Symbol.asyncDispose]()).toBeUndefined();
          log.push(name());
        }
      });
      expect(log).toEqual([true, 'main', 'sync', 'main', 'main', 'main']);
    });

    test('looks the method up once, when the resource is declared', async () => {
      const log = await logOf(async (log) => {
        const resource = { [Symbol.asyncDispose]: async () => void log.push('first') };
        const given = disposal(resource);
        resource[Symbol.asyncDispose] = async () => void log.push('second');
        await given[Symbol.asyncDispose]();
      });
      expect(log).toEqual(['first']);
    });

    test('throws what disposing throws', async () => {
      const log = await logOf(async (log) => {
        const rejects = disposal({ [Symbol.asyncDispose]: () => Promise.reject('rejected') });
        try {
          await rejects[Symbol.asyncDispose]();
        } catch (error) {
          log.push(error, name());
        }
        const throws = disposal({
          [Symbol.asyncDispose]() {
            throw 'thrown';
          },
        });
        expect(() => throws[Symbol.asyncDispose]()).toThrow('thrown');
        log.push(name());
      });
      expect(log).toEqual(['rejected', 'main', 'main']);
    });

    test('leaves what cannot be disposed to the host, which refuses it', async () => {
      await logOf(async () => {
        for (const value of [5, {}, { [Symbol.asyncDispose]: 1 }])
          expect(disposal(value)).toBe(value);
      });
    });
  });

  test('a body whose resource is being disposed at the deadline is waited for, as in hosts with an async context', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    const log: string[] = [];
    const outside = new Promise<void>((resolve) => loop.callLater(150, () => resolve()));
    const main = async () => {
      try {
        await timeout(100, async () => {
          const resource = disposal({ [Symbol.asyncDispose]: () => outside });
          await resource[Symbol.asyncDispose]();
          log.push('disposed');
          await sleep(1);
          log.push('too far');
        });
      } catch (error) {
        log.push(error instanceof TimeoutError ? `TimeoutError at ${loop.time()}` : String(error));
      }
    };
    await loop.runUntilComplete(loop.createTask(main));
    expect(log).toEqual(['disposed', 'TimeoutError at 150']);
    expect(reports).toEqual([]);
  });

  test('outside of tasks nothing is wrapped', () => {
    const values = [foreign(), [1], { [Symbol.asyncDispose]: async () => {} }, null];
    for (const value of values) {
      expect(wrap(value)).toBe(value);
      expect(steps(value)).toBe(value);
      expect(disposal(value)).toBe(value);
    }
  });
});

test.runIf(inNode)('where the host has an async context nothing is wrapped', async () => {
  await logOf(async () => {
    const values = [foreign(), [1], { [Symbol.asyncDispose]: async () => {} }, null];
    for (const value of values) {
      expect(wrap(value)).toBe(value);
      expect(steps(value)).toBe(value);
      expect(disposal(value)).toBe(value);
    }
  });
});
