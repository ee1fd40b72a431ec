/** What test runners make of futures: two are equal if they are one, and messages name them. Nothing walks into the loop. */
import {
  asCompleted,
  type Coroutine,
  createTask,
  Future,
  gather,
  getEventLoop,
  Lock,
  sleep,
  type Task,
} from 'skein';
import { chai, describe, expect, test, vi } from 'vitest';
import { inLoop } from '../loops.ts';

function messageOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

function settled(settle: (future: Future<unknown>) => void): Future<unknown> {
  const future = new Future<unknown>();
  settle(future);
  future.cancel();
  return future;
}

/** Pairs of futures that look alike, made in a loop. */
const kinds: [string, () => [Future<unknown>, Future<unknown>]][] = [
  ['pending futures', () => [new Future(), new Future()]],
  [
    'finished futures of one result',
    () => [settled((f) => f.setResult([1])), settled((f) => f.setResult([1]))],
  ],
  [
    'futures failed with one error',
    () => {
      const error = new Error('one');
      return [settled((f) => f.setException(error)), settled((f) => f.setException(error))];
    },
  ],
  ['cancelled futures', () => [settled(() => {}), settled(() => {})]],
  ['tasks that sleep', () => [createTask(sleep(5)), createTask(sleep(5))]],
  [
    'tasks that wait for others, among many',
    () => {
      const crowd = Array.from({ length: 300 }, () => createTask(sleep(5)));
      const waits = (): Task<unknown> =>
        createTask(function* () {
          yield* gather(crowd);
        });
      return [waits(), waits()];
    },
  ],
];

function* inStep(check: () => void): Coroutine<void> {
  // The tasks get to where they wait.
  yield;
  yield;
  check();
}

describe.each(kinds)('%s', (_, make) => {
  test('are equal if they are one, and only then', () =>
    inLoop(function* () {
      const [one, other] = make();
      yield* inStep(() => {
        expect(one).toEqual(one);
        expect([one, [other]]).toEqual([one, [other]]);
        expect({ one }).toStrictEqual({ one });
        expect([one, other]).toContainEqual(other);
        expect(one).not.toEqual(other);
        expect([one]).not.toEqual([other]);
        expect({ one }).not.toStrictEqual({ one: other });
        expect(new Set([one])).toEqual(new Set([one]));
        expect(new Set([one])).not.toEqual(new Set([other]));
        expect(one).toEqual(expect.any(Future));
        expect(one).not.toEqual({});
        expect(one).not.toEqual([one]);
      });
    }));

  test('are told apart by chai', () =>
    inLoop(function* () {
      const [one, other] = make();
      yield* inStep(() => {
        chai.expect([one]).to.deep.equal([one]);
        chai.expect(one).to.not.deep.equal(other);
        chai.expect([one]).to.not.deep.equal([other]);
      });
    }));

  test('are named in messages', () =>
    inLoop(function* () {
      const [one, other] = make();
      yield* inStep(() => {
        const text = String(one);
        for (const message of [
          messageOf(() => expect(one).toEqual(other)),
          messageOf(() => chai.expect(one).to.deep.equal(other)),
        ]) {
          expect(message).toContain(text.slice(0, 8));
          expect(message.length).toBeLessThan(500);
        }
        expect(JSON.stringify({ one })).toBe(JSON.stringify({ one: text }));
        expect(() => structuredClone(one)).toThrow(/could not be cloned/);
      });
    }));

  test('are found in the arguments of a mock', () =>
    inLoop(function* () {
      const [one, other] = make();
      yield* inStep(() => {
        const mock = vi.fn();
        mock(one);
        expect(mock).toHaveBeenCalledWith(one);
        expect(mock).not.toHaveBeenCalledWith(other);
      });
    }));

  test('go on as before after all that', () =>
    inLoop(function* () {
      const [one, other] = make();
      yield* inStep(() => {
        expect(one).toEqual(one);
        expect(one).not.toEqual(other);
      });
      if (!one.done()) {
        one.cancel();
        other.cancel();
      }
      const [a, b] = yield* gather([one, other], { returnExceptions: true });
      const outcome = (future: Future<unknown>): unknown =>
        future.cancelled() ? 'cancelled' : (future.exception() ?? future.result());
      if (one.cancelled()) expect([a, b].every((each) => each instanceof Error)).toBe(true);
      else expect([a, b]).toEqual([outcome(one), outcome(other)]);
    }));
});

test('a failed future that was compared throws its error where it is awaited', () =>
  inLoop(function* () {
    const failed = new Future<void>();
    failed.setException(new RangeError('no'));
    expect(failed).toEqual(failed);
    let caught: unknown;
    try {
      yield* failed;
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(RangeError);
    // Asked for its size by something else, and then awaited.
    expect((failed as unknown as { size: unknown }).size).toBe(failed);
    expect(() => [...(failed as unknown as Iterable<never>)]).toThrow('no');
  }));

test('coroutines of the library are different without being run', () =>
  inLoop(function* () {
    const lock = new Lock();
    const pairs = [
      [sleep(1), sleep(1)],
      [lock.acquire(), lock.acquire()],
      [lock.with(() => sleep(1)), lock.with(() => sleep(1))],
    ] as const;
    for (const [one, other] of pairs) expect(one).not.toEqual(other);
    expect(lock.locked()).toBe(false);
    for (const [one, other] of pairs) {
      one.return(undefined as never);
      other.return(undefined as never);
    }
    expect(asCompleted([sleep(1)])).not.toEqual(asCompleted([sleep(1)]));
    yield* sleep(2);
  }));

test('loops are told apart', () =>
  inLoop(function* (loop) {
    yield;
    expect(getEventLoop()).toEqual(loop);
    expect(messageOf(() => expect(loop).toEqual(5)).length).toBeLessThan(300);
  }));

test('two pending futures that are iterated in turn do not go on for ever', () => {
  const [one, other] = [new Future(), new Future()];
  const steps = (future: Future<unknown>) =>
    (future as unknown as Iterable<unknown>)[Symbol.iterator]();
  const [first, second] = [steps(one), steps(other)];
  const zip = (): void => {
    for (let round = 0; round < 10; round++) {
      first.next();
      second.next();
    }
  };
  expect(zip).toThrow('was iterated by something that cannot wait for it');
  // A new iteration may begin.
  expect(() => steps(one).next()).not.toThrow();
});
