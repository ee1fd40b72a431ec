/** What only shows in a process of its own: which streams keep a program alive, and what becomes of forgotten ones. */
import { describe, expect, test } from 'vitest';
import { run } from './program.ts';

describe.each(['ThreadPoolExecutor', 'ProcessPoolExecutor'])(
  'a program with a stream of a %s',
  (kind) => {
    const start = `
    import { ${kind} } from 'skein/executors';
    const pool = new ${kind}({ maxWorkers: 1 });
    async function* slowly(to) {
      for (let n = 0; n < to; n++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        yield n;
      }
    }`;

    test('that is paused ends, as nobody can take from it any more', async () => {
      const ending = await run(`${start}
      const stream = pool.streamWith({ bufferSize: 1 }, slowly, 100);
      console.log((await stream.next()).value);`);
      expect(ending).toEqual({ code: 0, errors: '', lines: ['0'] });
    });

    test('that is paused ends, though a job that waited behind it was cancelled', async () => {
      const ending = await run(`${start}
      // Held, as a stream that is garbage-collected gives its worker back.
      const stream = (globalThis.stream = pool.streamWith({ bufferSize: 1 }, slowly, 100));
      await stream.next();
      const job = pool.submit((n) => n, 1);
      setTimeout(() => console.log(job.cancel()), 100);`);
      expect(ending).toEqual({ code: 0, errors: '', lines: ['true'] });
    });

    test('that works goes on until it is at its end', async () => {
      const ending = await run(`${start}
      const take = async () => {
        for await (const n of pool.streamWith({ bufferSize: 1 }, slowly, 3)) console.log(n);
        console.log('over');
      };
      take();`);
      expect(ending).toEqual({ code: 0, errors: '', lines: ['0', '1', '2', 'over'] });
    });

    test('that nobody holds any more has its worker back', async () => {
      const ending = await run(
        `${start}
      const forget = async () => void (await pool.streamWith({ bufferSize: 1 }, slowly, 100).next());
      await forget();
      const job = pool.submit((n) => n, 'free');
      while (!job.done()) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      console.log(await job);`,
        '--expose-gc',
      );
      expect(ending).toEqual({ code: 0, errors: '', lines: ['free'] });
    });

    test('that has failed is told of it, though nobody holds it any more', async () => {
      const ending = await run(
        `${start}
      let stream = pool.stream(async function* () { throw new RangeError('unheard'); });
      do await new Promise((resolve) => setTimeout(resolve, 1));
      while (pool.statistics().workers[0].state !== 'idle');
      stream = undefined;
      for (let n = 0; n < 10; n++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }`,
        '--expose-gc',
      );
      expect(ending).toMatchObject({ code: 1, errors: expect.stringContaining('unheard') });
    });

    test('that nobody holds any more is reported, if its `finally` throws', async () => {
      const ending = await run(
        `${start}
      async function* badly() {
        try {
          for (let n = 0; ; n++) yield n;
        } finally {
          throw new RangeError('unheard');
        }
      }
      await (async () => void (await pool.streamWith({ bufferSize: 1 }, badly).next()))();
      do {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 1));
      } while (pool.statistics().workers[0].state !== 'idle');`,
        '--expose-gc',
      );
      expect(ending.errors).toMatch(/`badly` failed after its stream was forgotten/);
      expect(ending.errors).toMatch(/RangeError: unheard/);
    });

    test('is not forgotten while somebody waits for an item', async () => {
      const ending = await run(
        `${start}
      const step = pool.stream(slowly, 3).next();
      const timer = setInterval(gc, 1);
      console.log((await step).value);
      clearInterval(timer);`,
        '--expose-gc',
      );
      expect(ending).toEqual({ code: 0, errors: '', lines: ['0'] });
    });
  },
);
