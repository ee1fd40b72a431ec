import pRetry, { AbortError } from 'p-retry';
import { CancelledError, cancelScope, createTask, currentTask, run, sleep } from 'skein';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';

/** What p-retry does with a function that is cancelled: it takes the error for a failed attempt, and tries again. */
function retried(signal: AbortSignal | undefined, seen: string[], ms: number): Promise<string> {
  return pRetry(
    async () => {
      seen.push('attempt');
      await sleep(ms);
      seen.push('work');
      throw new Error('the server is busy');
    },
    { retries: 3, minTimeout: 1, ...(signal !== undefined && { signal }) },
  );
}

/** Of an attempt that is never to get so far. */
const longMs = 60_000;

function count(seen: readonly string[], word: string): number {
  return seen.filter((each) => each === word).length;
}

describe('p-retry in a task that was cancelled', () => {
  test('goes on to work, as each request is delivered once', () =>
    run(async () => {
      const seen: string[] = [];
      const task = createTask(() => retried(undefined, seen, 5));
      await sleep(2);
      task.cancel();
      await expect(task).rejects.toThrow();
      expect(count(seen, 'work')).toBeGreaterThan(0);
    }));

  test.runIf(inNode)(
    'with `level` does no more work: each further attempt fails at its first await',
    () =>
      run(async () => {
        const seen: string[] = [];
        const task = createTask(() => retried(undefined, seen, longMs), { level: true });
        await sleep(2);
        task.cancel();
        await expect(task).rejects.toBeInstanceOf(CancelledError);
        expect(count(seen, 'attempt')).toBe(4);
        expect(count(seen, 'work')).toBe(0);
      }),
  );

  test.runIf(inNode)(
    'in a level-triggered scope does no more work, and ends at once when it is given the signal',
    () =>
      run(async () => {
        const seen: string[] = [];
        const result = await cancelScope({ level: true, timeout: 2 }, () =>
          retried(undefined, seen, longMs),
        );
        expect(result).toBeUndefined();
        expect([count(seen, 'attempt'), count(seen, 'work')]).toEqual([4, 0]);

        const told: string[] = [];
        await cancelScope({ level: true, timeout: 2 }, (scope) =>
          retried(scope.signal, told, longMs),
        );
        expect([count(told, 'attempt'), count(told, 'work')]).toEqual([1, 0]);
        expect(currentTask()?.cancelling()).toBe(0);
      }),
  );

  test('ends at once in a task without `level` that gives it the signal', () =>
    run(async () => {
      const seen: string[] = [];
      const task = createTask((signal) => retried(signal, seen, longMs));
      await sleep(2);
      task.cancel();
      await expect(task).rejects.toBeInstanceOf(CancelledError);
      expect(count(seen, 'attempt')).toBe(1);
    }));

  test('takes an AbortError of its own as before', () =>
    run(async () => {
      const task = createTask(() =>
        pRetry(
          async () => {
            await sleep(1);
            throw new AbortError('no use');
          },
          { retries: 3 },
        ),
      );
      await expect(task).rejects.toThrow('no use');
    }));
});
