/** What Node itself, and jest, make of futures. See also test/unit/core/equality.test.ts. */
import assert from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import { createTask, Future, gather, sleep, type Task } from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { expect, test } from 'vitest';

function messageOf(check: () => void): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was thrown';
}

function inLoop(check: (one: Future<unknown>, other: Future<unknown>) => void): Promise<void> {
  return new VirtualEventLoop().runUntilComplete(
    (function* () {
      const crowd = Array.from({ length: 1000 }, () => createTask(sleep(5)));
      const waits = (): Task<unknown> =>
        createTask(function* () {
          yield* gather(crowd.slice(0, 3));
        });
      const pairs: [Future<unknown>, Future<unknown>][] = [
        [new Future(), new Future()],
        [createTask(sleep(5)), createTask(sleep(5))],
        [waits(), waits()],
      ];
      yield* sleep(1);
      for (const [one, other] of pairs) check(one, other);
    })(),
  );
}

test('node:assert compares them by identity', () =>
  inLoop((one, other) => {
    assert.deepStrictEqual([one], [one]);
    assert.deepEqual([one], [one]);
    assert.notDeepStrictEqual([one], [other]);
    assert.notDeepEqual([one], [other]);
    expect(isDeepStrictEqual({ one }, { one })).toBe(true);
    expect(isDeepStrictEqual({ one }, { one: other })).toBe(false);
  }));

test('its message does not show the tasks of the loop', () =>
  inLoop((one, other) => {
    // It prints what objects refer to, whatever they say: their neighbours are not among that.
    const message = messageOf(() => assert.deepStrictEqual([one], [other]));
    expect(message).toContain(one.constructor.name);
    expect(message.length).toBeLessThan(50_000);
    expect(inspect(one, { customInspect: false, depth: 1000 }).length).toBeLessThan(20_000);
  }));

test('the console names them', () =>
  inLoop((one, other) => {
    expect(inspect([one, { other }], { breakLength: Number.POSITIVE_INFINITY })).toBe(
      `[ ${one}, { other: ${other} } ]`,
    );
  }));
