/** What progress reports promise, whatever runs the job. `create` answers a new executor with a single worker. */
import { ContextVar, copyContext, getEventLoop, TimeoutError } from 'skein';
import type { CurrentJob, InlineExecutor } from 'skein/executors';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as work from '../node/executors/fixtures/work.mjs';
import { thrownBy } from './thrown-by.ts';

/** Sent by source: reports the numbers below `to` without a pause. */
function countUp(this: CurrentJob<number>, to: number): string {
  for (let n = 0; n < to; n++) this.progress(n);
  return 'counted';
}

export function progressContract(name: string, create: () => InlineExecutor): void {
  describe(`progress of jobs of ${name}`, () => {
    let pool: InlineExecutor;
    beforeEach(() => {
      pool = create();
    });
    afterEach(async () => {
      await pool.shutdown({ cancelRunning: true });
    });

    test('is reported in order, and before the outcome', async () => {
      const seen: unknown[] = [];
      const future = pool.submitWith({ onProgress: (n) => seen.push(n) }, countUp, 50);
      future.addDoneCallback(() => seen.push('done'));
      expect(await future).toBe('counted');
      expect(seen).toEqual([...Array(50).keys(), 'done']);
    });

    test('is reported by functions of a module', async () => {
      const seen: unknown[] = [];
      const onProgress = (value: unknown) => seen.push(value);
      expect(await pool.submitWith({ onProgress }, work.reporting, ['a', 'b'])).toBe(2);
      expect(seen).toEqual(['a', 'b']);
    });

    test('is reported before a failure too', async () => {
      const seen: unknown[] = [];
      const future = pool.submitWith(
        { onProgress: (n: number) => seen.push(n) },
        function (this: CurrentJob<number>) {
          this.progress(1);
          throw new RangeError('no');
        },
      );
      future.addDoneCallback(() => seen.push('done'));
      expect(await thrownBy(future)).toEqual(new RangeError('no'));
      expect(seen).toEqual([1, 'done']);
    });

    test('is reported by streams, after the items that came before', async () => {
      const seen: unknown[] = [];
      const stream = pool.streamWith(
        { onProgress: (value: string) => seen.push(value) },
        function* (this: CurrentJob<string>) {
          yield 1;
          this.progress('half');
          yield 2;
        },
      );
      for await (const item of stream) seen.push(item);
      expect(seen.toSorted()).toEqual([1, 2, 'half']);
    });

    test('is copied', async () => {
      const seen: unknown[] = [];
      await pool.submitWith(
        { onProgress: (value: object) => seen.push(value) },
        function (this: CurrentJob<object>) {
          const state = { step: 0 };
          for (; state.step < 1000; state.step++) this.progress(state);
        },
      );
      expect(seen.slice(0, 3)).toEqual([{ step: 0 }, { step: 1 }, { step: 2 }]);
      expect(seen.at(-1)).toEqual({ step: 999 });
    });

    test('that is too much is thinned out: the newest reports are heard, and always the last', async () => {
      const seen: number[] = [];
      const total = 200_000;
      await pool.submitWith({ onProgress: (n) => seen.push(n) }, countUp, total);
      expect(seen.slice(0, 100)).toEqual([...Array(100).keys()]);
      expect(seen.at(-1)).toBe(total - 1);
      expect(seen.length).toBeLessThan(total / 4);
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
    });

    test('that was held back is heard while the job waits', async () => {
      let heard: (() => void) | undefined;
      const lastHeard = new Promise<void>((resolve) => {
        heard = resolve;
      });
      const future = pool.submitWith(
        { onProgress: (n: number) => void (n === 999 && heard?.()) },
        async function (this: CurrentJob<number>) {
          for (let n = 0; n < 1000; n++) this.progress(n);
          await new Promise((resolve) => this.signal.addEventListener('abort', resolve));
        },
      );
      await lastHeard;
      expect(future.done()).toBe(false);
      future.cancel();
    });

    test('is not heard any more once the future is done', async () => {
      const seen: number[] = [];
      const future = pool.submitWith(
        {
          onProgress: (n) => {
            seen.push(n);
            if (n === 3) future.cancel();
          },
        },
        countUp,
        50,
      );
      await thrownBy(future);
      await pool.submit(work.add, 1, 1);
      expect(seen).toEqual([0, 1, 2, 3]);
    });

    test('is heard in the context of the submission', async () => {
      const user = new ContextVar<string>('user');
      const seen: string[] = [];
      const future = copyContext().run(() => {
        user.set('ada');
        return pool.submitWith({ onProgress: () => seen.push(user.get('nobody')) }, countUp, 1);
      });
      await future;
      expect(seen).toEqual(['ada']);
    });

    test('whose listener throws is told to the exception handler, and the others are heard', async () => {
      const loop = getEventLoop();
      const reported: unknown[] = [];
      loop.setExceptionHandler((_loop, context) =>
        reported.push([context.message, context.exception]),
      );
      const seen: number[] = [];
      const onProgress = (n: number): void => {
        seen.push(n);
        if (n === 1) throw new RangeError('no');
      };
      try {
        expect(await pool.submitWith({ onProgress }, countUp, 3)).toBe('counted');
      } finally {
        loop.setExceptionHandler(undefined);
      }
      expect(seen).toEqual([0, 1, 2]);
      expect(reported).toEqual([
        ['The `onProgress` of `countUp` in an executor failed', new RangeError('no')],
      ]);
    });

    test('that cannot be copied fails where it is reported, and says which part', async () => {
      const seen: unknown[] = [];
      const onProgress = (value: unknown) => seen.push(value);
      for (const before of [0, 500]) {
        const message = await pool.submitWith(
          { onProgress },
          function wrong(this: CurrentJob, times: number) {
            for (let n = 0; n < times; n++) this.progress(n);
            try {
              this.progress({ parts: [{ done: () => {} }] });
            } catch (error) {
              return String(error);
            }
            return 'not refused';
          },
          before,
        );
        expect(message).toBe(
          'TypeError: `progress()` expected a value that can be copied, but in `wrong` value.parts[0].done is a function. Report plain data.',
        );
      }
      expect(seen.filter((value) => typeof value !== 'number')).toEqual([]);
    });

    test('that is nested too deep fails where it is reported, also when there are too many to be sent at once', async () => {
      const job = pool.submitWith({ onProgress() {} }, function deep(this: CurrentJob) {
        for (let n = 0; n < 500; n++) this.progress(n);
        let value: unknown = null;
        for (let depth = 0; depth < 1200; depth++) value = { value };
        try {
          this.progress(value);
        } catch (error) {
          return String(error);
        }
        return 'not refused';
      });
      const next = pool.submit(work.add, 1, 1);
      expect(await job).toContain('nested more than 1000 deep');
      expect(await next).toBe(2);
    });

    test('without a listener is dropped', async () => {
      expect(await pool.submit(countUp, 10)).toBe('counted');
      expect(await pool.submit(work.reporting, ['a'])).toBe(1);
    });

    test('does not keep a timeout from coming', async () => {
      const seen: number[] = [];
      const future = pool.submitWith(
        { timeout: 20, onProgress: (n: number) => seen.push(n) },
        async function (this: CurrentJob<number>) {
          for (let n = 0; !this.signal.aborted; n++) {
            this.progress(n);
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
        },
      );
      expect(await thrownBy(future)).toBeInstanceOf(TimeoutError);
      const before = seen.length;
      await pool.submit(work.add, 1, 1);
      expect(seen.length).toBe(before);
    });

    test('expects a function', () => {
      // @ts-expect-error a text is no function
      expect(() => pool.submitWith({ onProgress: 'log' }, work.add, 1, 2)).toThrow(
        new TypeError(
          '`submitWith()` expected `onProgress` to be a function, but got "log" (string).',
        ),
      );
      expect(() => pool.submitWith({ onProgress: async () => {} }, work.add, 1, 2)).toThrow(
        /`submitWith\(\)` expected a plain function to call, but got .*: nothing would wait for it/,
      );
      expect(() => pool.submitWith({ *onProgress() {} }, work.add, 1, 2)).toThrow(
        /nothing would wait for it/,
      );
    });
  });
}
