/** JavaScript can throw anything: nothing may ask whether there was an error by its truth. */
import {
  createTask,
  Future,
  fromPromise,
  gather,
  getEventLoop,
  InvalidStateError,
  sleep,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

const nothing = Symbol('nothing was thrown');

describe.each([
  ['undefined', undefined],
  ['null', null],
  ['false', false],
  ['0', 0],
  ['an empty string', ''],
])('a thrown %s', (_, thrown) => {
  /** Settles `task`, and tells what comes out of awaiting it, twice. */
  const outcomes = (await_: () => Iterable<unknown>) =>
    inLoop(function* () {
      const seen: unknown[] = [];
      const awaitable = await_();
      for (let time = 0; time < 2; time++) {
        let caught: unknown = nothing;
        try {
          yield* awaitable as Generator<undefined, unknown, unknown>;
        } catch (error) {
          caught = error;
        }
        seen.push(caught);
      }
      return seen;
    });

  test('comes out of a future', async () => {
    const seen = await outcomes(() => {
      const future = new Future();
      getEventLoop().callSoon(() => future.setException(thrown));
      return future;
    });
    expect(seen).toEqual([thrown, thrown]);
  });

  test('makes a future done, not cancelled and not finished with a result', () => {
    const future = new Future<string>();
    future.setException(thrown);
    expect([future.done(), future.cancelled(), future.exception()]).toEqual([true, false, thrown]);
    let caught: unknown = nothing;
    try {
      future.result();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
    expect(() => future.setResult('late')).toThrow(InvalidStateError);
  });

  test('comes out of a task', async () => {
    const seen = await outcomes(() =>
      createTask(function* () {
        yield;
        throw thrown;
      }),
    );
    expect(seen).toEqual([thrown, thrown]);
  });

  test('comes out of a chain of tasks', async () => {
    const seen = await outcomes(() =>
      createTask(function* () {
        yield* createTask(function* () {
          yield* sleep(1);
          throw thrown;
        });
      }),
    );
    expect(seen).toEqual([thrown, thrown]);
  });

  test('comes out of gather(), or is among its results', async () => {
    const fail = function* () {
      yield;
      throw thrown;
    };
    expect(await outcomes(() => gather([sleep(5), fail()]))).toEqual([thrown, thrown]);
    await inLoop(function* () {
      const results = yield* gather([sleep(5, 'fine'), fail()], { returnExceptions: true });
      expect(results).toEqual(['fine', thrown]);
    });
  });

  test('comes out of a promise, and out of the future of one', async () => {
    const future = new Future();
    getEventLoop().callSoon(() => future.setException(thrown));
    await expect(Promise.resolve(future)).rejects.toBe(thrown);
    expect(await outcomes(() => fromPromise(Promise.reject(thrown)))).toEqual([thrown, thrown]);
  });

  test('comes out of an async function that is run as a task', async () => {
    const seen = await outcomes(() =>
      createTask(async () => {
        throw thrown;
      }),
    );
    expect(seen).toEqual([thrown, thrown]);
  });

  test('is reported if nobody looks', async () => {
    const loop = virtualLoop();
    const reports = recordReports(loop);
    await loop.runUntilComplete(
      (function* () {
        createTask(function* () {
          throw thrown;
        });
        yield* sleep(1);
      })(),
    );
    loop.close();
    expect(reports.map((report) => ['exception' in report, report.exception])).toEqual([
      [true, thrown],
    ]);
  });
});
