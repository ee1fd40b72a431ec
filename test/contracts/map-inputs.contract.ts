/** The inputs of `map()` are closed, once, however it is left. Run over each executor. */
import {
  CancelledError,
  createTask,
  type ExceptionContext,
  type Future,
  getEventLoop,
  run,
  sleep,
} from 'skein';
import type { InlineExecutor, MapOptions } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as work from '../node/executors/fixtures/work.mjs';
import { inNode } from '../unit/hosts.ts';
import { thrownBy } from './thrown-by.ts';

type Pool = InlineExecutor;
type Results = AsyncIterable<unknown> & { return(): Promise<unknown> };

/** Endless inputs that note what is done with them. */
class Inputs {
  readonly log: string[] = [];
  closing: () => unknown = () => undefined;

  /** As a generator. */
  *ordinary(): Generator<number> {
    try {
      for (let n = 1; ; n++) yield n;
    } finally {
      this.log.push('closed');
      this.closing();
    }
  }

  /** As an async generator. */
  async *asynchronous(): AsyncGenerator<number> {
    try {
      for (let n = 1; ; n++) yield n;
    } finally {
      this.log.push('closed');
      this.closing();
    }
  }

  /** As an iterator that counts the calls of `return()`. */
  byHand(): Iterable<number> {
    let n = 0;
    const iterator = {
      next: () => ({ done: false, value: ++n }),
      return: () => {
        this.log.push('closed');
        this.closing();
        return { done: true, value: undefined };
      },
    };
    return { [Symbol.iterator]: () => iterator as Iterator<number> };
  }
}

const kinds = ['ordinary', 'asynchronous', 'byHand'] as const;

const failAt = (n: number): number => {
  if (n === 3) throw new RangeError('three');
  return n;
};

/** Each leaves the results early, and returns what was thrown. */
const exits: Record<string, (results: Results, pool: Pool) => Promise<unknown>> = {
  break: async (results) => {
    for await (const _ of results) break;
  },
  throw: async (results) => {
    const error = new RangeError('enough');
    const leave = async (): Promise<void> => {
      for await (const _ of results) throw error;
    };
    return thrownBy(leave());
  },
  'return()': (results) => results.return().then(() => undefined),
  'a job that fails': async (results) => {
    const read = async (): Promise<void> => {
      for await (const _ of results);
    };
    return thrownBy(read());
  },
  'a shutdown': async (results, pool) => {
    const read = async (): Promise<void> => {
      for await (const _ of results) void pool.shutdown();
    };
    return thrownBy(read());
  },
};
if (inNode) {
  exits['the cancellation at a foreign promise'] = async (results) => {
    let answer = (): void => {};
    const foreign = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let begun = false;
    const task = createTask(async () => {
      for await (const _ of results) {
        begun = true;
        await foreign;
      }
    });
    while (!begun) await sleep(1);
    // The next result is there, and so is not waited for.
    await sleep(30);
    task.cancel('the user left');
    answer();
    const error = await thrownBy(task);
    expect(error).toEqual(new CancelledError('the user left'));
    return error;
  };
  exits['the cancellation of a wait for a result'] = async (results) => {
    let begun = false;
    const task = createTask(async () => {
      for await (const _ of results) begun = true;
    });
    while (!begun) await sleep(0);
    task.cancel('the user left');
    return thrownBy(task);
  };
}

export function mapInputsContract(name: string, create: () => Pool): void {
  describe(`the inputs of map() of ${name}`, () => {
    let pool: Pool;
    let inputs: Inputs;
    beforeEach(() => {
      pool = create();
      inputs = new Inputs();
    });
    afterEach(async () => {
      await pool.shutdown({ cancelRunning: true });
    });

    const most = name === 'InlineExecutor' ? kinds : kinds.slice(0, 2);
    const cases = Object.keys(exits).flatMap((exit) => most.map((kind) => [exit, kind] as const));

    test.each(cases)('are closed once by %s, if they are %s', async (exit, kind) => {
      const options: MapOptions = { bufferSize: 4 };
      const fn = exit === 'a job that fails' ? failAt : work.triple;
      const error = await exits[exit]?.(pool.map(fn, inputs[kind](), options), pool);
      expect(inputs.log).toEqual(['closed']);
      if (exit === 'a job that fails') expect(error).toEqual(new RangeError('three'));
      await pool.shutdown();
      expect(inputs.log).toEqual(['closed']);
    });

    test.each(kinds)(
      'are closed when a coroutine leaves the loop, if they are %s',
      async (kind) => {
        const results = pool.map(work.triple, inputs[kind](), { bufferSize: 4 });
        await createTask(function* () {
          if (kind !== 'asynchronous') for (const next of results) if ((yield* next) === 6) break;
          if (kind === 'asynchronous') {
            const task = createTask(function* () {
              for (;;) yield* results.next() as unknown as Future<unknown>;
            });
            yield* sleep(1);
            task.cancel();
            yield* sleep(1);
          }
        });
        expect(inputs.log).toEqual(['closed']);
      },
    );

    test.each(kinds)(
      'that fail to close are reported, and nothing else is lost: %s',
      async (kind) => {
        const reports: ExceptionContext[] = [];
        const other = new Inputs();
        inputs.closing = () => {
          throw new RangeError('untidy');
        };
        await run(async () => {
          getEventLoop().setExceptionHandler((_loop, context) => reports.push(context));
          await using own = create();
          for await (const sum of own.map(work.add, inputs[kind](), other[kind]())) {
            expect(sum).toBe(2);
            break;
          }
        });
        expect([inputs.log, other.log]).toEqual([['closed'], ['closed']]);
        expect(reports).toMatchObject([
          { message: 'An input of `map()` failed to close', exception: new RangeError('untidy') },
        ]);
      },
    );

    test('that end or fail by themselves are not closed, and the others are', async () => {
      const ending = (error?: Error): Iterable<number> => {
        const iterator = {
          next: () => {
            if (error !== undefined) throw error;
            return { done: true, value: undefined };
          },
          return: () => inputs.log.push('closed after its end'),
        };
        return { [Symbol.iterator]: () => iterator as unknown as Iterator<number> };
      };
      for await (const _ of pool.map(work.add, inputs.byHand(), ending()));
      expect(inputs.log).toEqual(['closed']);
      expect(() => pool.map(work.add, inputs.byHand(), ending(new RangeError('no')))).toThrow('no');
      expect(inputs.log).toEqual(['closed', 'closed']);
    });

    test('are closed if the call itself is refused', () => {
      expect(() => pool.map(work.add, inputs.byHand(), 5 as never)).toThrow(/can be iterated/);
      expect(inputs.log).toEqual(['closed']);
      expect(() => pool.map(work.triple, inputs.byHand(), { timeout: Number.NaN })).toThrow();
      expect(inputs.log).toEqual(['closed']);
    });

    test('may be one iterator twice: its items are taken in pairs', async () => {
      const pairs: number[] = [];
      const first = inputs.ordinary();
      for await (const sum of pool.map(work.add, first, first, { bufferSize: 2 })) {
        pairs.push(sum);
        if (pairs.length === 3) break;
      }
      expect(pairs).toEqual([3, 7, 11]);
      expect(inputs.log).toEqual(['closed']);
    });

    test('that wait for ever do not hold up a loop that is left', async () => {
      async function* one(): AsyncGenerator<number> {
        yield 1;
        await new Promise(() => {});
      }
      for await (const n of pool.map(work.triple, one())) {
        expect(n).toBe(3);
        break;
      }
    });

    test('may leave the results while they are taken', async () => {
      let results: Results | undefined;
      function* leaving(): Generator<number> {
        try {
          for (let n = 1; ; n++) {
            if (n === 4) void results?.return();
            yield n;
          }
        } finally {
          inputs.log.push('closed');
        }
      }
      const seen: unknown[] = [];
      results = pool.map(work.triple, leaving(), { bufferSize: 2 });
      for await (const n of results) seen.push(n);
      await sleep(0);
      expect(inputs.log).toEqual(['closed']);
      expect(seen.length).toBeLessThan(4);
    });
  });
}
