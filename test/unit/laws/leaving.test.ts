/** Whatever stops waiting for a future leaves nothing at it, however often that happens. */
import {
  asCompleted,
  type Coroutine,
  createTask,
  Future,
  fromPromise,
  gather,
  shield,
  sleep,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught } from '../combinators/helpers.ts';
import { hostTurn } from '../hosts.ts';
import { inLoop, recordReports } from '../loops.ts';
import { collectGarbage } from './collectable.ts';

/** The number of callbacks, tasks and promises that wait for a future. */
function waitersOf(future: Future<unknown>): number {
  const waiters: unknown = (future as unknown as { _waiters: unknown })._waiters;
  if (waiters === undefined) return 0;
  if (Array.isArray(waiters)) return waiters.length;
  return (waiters as { size?: number }).size ?? 1;
}

const rounds = 50;

function* failing(): Coroutine<never> {
  yield* sleep(0);
  throw new Error('fails');
}

const leaving: readonly [
  name: string,
  most: number,
  round: (f: Future<void>) => Coroutine<unknown>,
][] = [
  [
    'asCompleted() left by a `break`',
    0,
    function* (longLived) {
      for (const next of asCompleted([longLived, sleep(0)])) {
        yield* next;
        break;
      }
    },
  ],
  [
    'asCompleted() with a timeout left by a `break`',
    0,
    function* (longLived) {
      for (const next of asCompleted([longLived, sleep(0)], { timeout: 60_000 })) {
        yield* next;
        break;
      }
    },
  ],
  [
    'asCompleted() whose time was up',
    0,
    function* (longLived) {
      for (const next of asCompleted([longLived], { timeout: 1 })) yield* caught(next);
    },
  ],
  [
    'asCompleted() left by a timeout() around it',
    0,
    function* (longLived) {
      yield* caught(
        timeout(1, function* () {
          for (const next of asCompleted([longLived])) yield* next;
        }),
      );
    },
  ],
  [
    'asCompleted() left in an async function',
    0,
    function* (longLived) {
      yield* createTask(async () => {
        for await (const done of asCompleted([longLived, sleep(0)])) {
          done.result();
          break;
        }
      });
    },
  ],
  [
    'gather() that failed',
    1,
    function* (longLived) {
      yield* caught(gather([longLived, failing()]));
    },
  ],
  [
    'a shield() that was cancelled',
    1,
    function* (longLived) {
      yield* caught(waitFor(shield(longLived), 1));
    },
  ],
  [
    'wait() whose time was up',
    0,
    function* (longLived) {
      yield* wait([longLived], { timeout: 1 });
    },
  ],
  [
    'wait() for the first',
    0,
    function* (longLived) {
      yield* wait([longLived, createTask(sleep(0))], { returnWhen: 'FIRST_COMPLETED' });
    },
  ],
  [
    'wait() that was cancelled',
    0,
    function* (longLived) {
      yield* caught(waitFor(wait([longLived]), 1));
    },
  ],
];

describe('a future that outlives what waits for it', () => {
  test.each(leaving)('keeps nothing of %s', (_, most, round) =>
    inLoop(function* (loop) {
      const longLived = new Future<void>();
      for (let i = 0; i < rounds; i++) yield* round(longLived);
      expect(waitersOf(longLived)).toBeLessThanOrEqual(most);
      expect(String(loop)).toContain('0 timers');
      expect(longLived.done()).toBe(false);
    }),
  );

  test('keeps nothing of asCompleted() left before its coroutine was awaited, once that is collected', async () => {
    const longLived = new Future<void>();
    const leaveBeforeAwaiting = (): void => {
      for (const next of asCompleted([longLived])) {
        void next;
        break;
      }
    };
    for (let i = 0; i < rounds; i++) leaveBeforeAwaiting();
    expect(waitersOf(longLived)).toBeGreaterThan(0);
    for (let i = 0; i < 50 && waitersOf(longLived) > 0; i++) {
      await hostTurn();
      collectGarbage();
    }
    expect(waitersOf(longLived)).toBe(0);
  });

  test('is read by nothing: a failure after gather() had failed is not reported, whoever gathered it', () =>
    inLoop(function* (loop) {
      const reports = recordReports(loop);
      const longLived = new Future<void>();
      yield* caught(gather([longLived, failing()]));
      yield* caught(gather([longLived, failing()]));
      longLived.setException(new Error('late'));
      yield* sleep(1);
      loop._unretrieved?.reportAll();
      expect(reports).toEqual([]);
    }));
});

describe('a promise that outlives what waits for it', () => {
  function pendingPromise(): {
    promise: Promise<number>;
    resolve: (n: number) => void;
    asked: () => number;
  } {
    let asked = 0;
    let resolve!: (n: number) => void;
    const promise = new Promise<number>((settle) => {
      resolve = settle;
    });
    const { then } = Promise.prototype;
    Promise.prototype.then = function (this: Promise<unknown>, ...args: Parameters<typeof then>) {
      if (this === promise) asked++;
      return then.apply(this, args);
    } as typeof then;
    return {
      promise,
      resolve,
      asked: () => {
        Promise.prototype.then = then;
        return asked;
      },
    };
  }

  test('is asked once, however many futures of it are given up', () =>
    inLoop(function* () {
      const { promise, resolve, asked } = pendingPromise();
      for (let i = 0; i < rounds; i++) fromPromise(promise).cancel();
      const futures = [fromPromise(promise), fromPromise(promise)];
      expect(asked()).toBe(1);
      resolve(7);
      expect(yield* gather(futures)).toEqual([7, 7]);
      expect(yield* fromPromise(promise)).toBe(7);
    }));

  test('which is no promise of the host is asked each time, as an `await` would', () =>
    inLoop(function* () {
      let asked = 0;
      const lazy = {
        then(resolve: (n: number) => void) {
          resolve(++asked);
        },
      } as PromiseLike<number>;
      expect(yield* fromPromise(lazy)).toBe(1);
      expect(yield* fromPromise(lazy)).toBe(2);
    }));

  test('does not count as something outside that is awaited, once it was given up', () =>
    inLoop(function* (loop) {
      const future = fromPromise(new Promise(() => {}));
      expect(loop._outside).toBe(1);
      future.cancel();
      expect(loop._outside).toBe(0);
      yield* sleep(0);
    }));
});

describe('asCompleted() that was left', () => {
  test('goes on where it was left', () =>
    inLoop(function* () {
      const tasks = [3, 1, 2].map((n) => createTask(sleep(n, n)));
      const completed = asCompleted(tasks);
      const seen: number[] = [];
      for (const next of completed) {
        seen.push(yield* next);
        break;
      }
      yield* sleep(10);
      for (const next of completed) seen.push(yield* next);
      expect(seen).toEqual([1, 3, 2]);
    }));

  test('keeps its deadline', () =>
    inLoop(function* (loop) {
      const completed = asCompleted([sleep(1, 'in time'), sleep(100)], { timeout: 10 });
      for (const next of completed) {
        expect(yield* next).toBe('in time');
        break;
      }
      yield* sleep(5);
      for (const next of completed) {
        expect(yield* caught(next)).toMatchObject({ name: 'TimeoutError' });
      }
      expect(loop.time()).toBe(10);
    }));

  test('gives the fastest to a coroutine that is awaited later', () =>
    inLoop(function* () {
      const tasks = [createTask(sleep(9, 'slow')), createTask(sleep(1, 'fast'))];
      const [first] = asCompleted(tasks);
      yield* sleep(20);
      expect(yield* first!).toBe('fast');
    }));
});
