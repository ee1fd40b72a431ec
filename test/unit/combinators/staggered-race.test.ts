import {
  CancelledError,
  type Coroutine,
  createTask,
  Event,
  gather,
  getEventLoop,
  type RaceResult,
  sleep,
  staggeredRace,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { virtualLoop } from '../loops.ts';

const names = ({ result, index, exceptions }: RaceResult<unknown>) => ({
  result,
  index,
  exceptions: exceptions.map((error) => (error instanceof Error ? error.name : error)),
});

async function race<T>(
  candidates: (() => Coroutine<T>)[],
  delay: number | null,
): Promise<ReturnType<typeof names> & { time: number }> {
  const loop = virtualLoop();
  const outcome = await loop.runUntilComplete(
    (function* () {
      return yield* staggeredRace(candidates, delay);
    })(),
  );
  return { ...names(outcome), time: loop.time() };
}

describe('staggeredRace', () => {
  test('has no winner when there are no candidates [staggered.empty]', async () => {
    expect(await race([], null)).toEqual({
      result: undefined,
      index: undefined,
      exceptions: [],
      time: 0,
    });
  });

  test('never starts the second when the first wins in time [staggered.first_wins]', async () => {
    let started = false;
    const outcome = await race<string>(
      [
        () => sleep(1, 'first'),
        function* () {
          started = true;
          return 'second';
        },
      ],
      10,
    );
    expect([outcome, started]).toEqual([
      { result: 'first', index: 0, exceptions: [undefined], time: 1 },
      false,
    ]);
  });

  test('starts the next at once when one fails [staggered.error_starts_next]', async () => {
    const outcome = await race<string>(
      [
        function* () {
          yield* sleep(1);
          throw new RangeError('no');
        },
        () => sleep(2, 'second'),
      ],
      60_000,
    );
    expect(outcome).toEqual({
      result: 'second',
      index: 1,
      exceptions: ['RangeError', undefined],
      time: 3,
    });
  });

  test('starts the next after the delay, and cancels the loser [staggered.delay_starts_next]', async () => {
    const log: string[] = [];
    const outcome = await race<string>(
      [
        function* () {
          try {
            yield* sleep(60_000);
          } finally {
            yield* sleep(5);
            log.push('the first has cleaned up');
          }
          return 'first';
        },
        () => sleep(10, 'second'),
      ],
      100,
    );
    expect([outcome, log]).toEqual([
      { result: 'second', index: 1, exceptions: ['CancelledError', undefined], time: 115 },
      ['the first has cleaned up'],
    ]);
  });

  test('waits for failure alone without a delay', async () => {
    const outcome = await race<string>([() => sleep(60_000, 'slow'), () => sleep(1, 'fast')], null);
    expect(outcome.result).toBe('slow');
  });

  test('lists all failures when all fail [staggered.none]', async () => {
    function* fails(): Coroutine<never> {
      yield* sleep(1);
      throw new RangeError('no');
    }
    expect(await race([fails, fails], 10)).toEqual({
      result: undefined,
      index: undefined,
      exceptions: ['RangeError', 'RangeError'],
      time: 2,
    });
  });

  test('has one winner when several could win in one iteration [staggered.multiple_winners]', async () => {
    const loop = virtualLoop();
    const outcome = await loop.runUntilComplete(
      (function* () {
        const event = new Event();
        function* waits(index: number): Coroutine<number> {
          yield* event.wait();
          return index;
        }
        function* sets(): Coroutine<number> {
          yield* sleep(1);
          event.set();
          yield* event.wait();
          yield* sleep(60_000);
          return 2;
        }
        return yield* staggeredRace([() => waits(0), () => waits(1), sets], 0.1);
      })(),
    );
    expect(names(outcome)).toEqual({
      result: 0,
      index: 0,
      exceptions: [undefined, 'CancelledError', 'CancelledError'],
    });
  });

  test('passes each cancellation on, and ends when the candidates have [staggered.cancelled]', async () => {
    const loop = virtualLoop();
    const log: string[] = [];
    await loop.runUntilComplete(
      (function* () {
        function* stubborn(): Coroutine<void> {
          for (const round of [1, 2]) {
            try {
              yield* sleep(60_000);
            } catch (error) {
              if (!(error instanceof CancelledError)) throw error;
              log.push(`cancelled, ${round}`);
            }
          }
        }
        const racing = createTask(staggeredRace([stubborn], null));
        yield* sleep(1);
        racing.cancel();
        yield* sleep(1);
        expect(racing.done()).toBe(false);
        racing.cancel();
        yield* gather([racing], { returnExceptions: true });
        log.push(String(racing.cancelled()));
      })(),
    );
    expect(log).toEqual(['cancelled, 1', 'cancelled, 2', 'true']);
  });

  test.each([
    ['lazy', false],
    ['eager', true],
  ])('works with %s tasks, with a delay and without [eager.staggered]', async (_, eager) => {
    for (const delay of [1, null]) {
      const loop = virtualLoop();
      const outcome = await loop.runUntilComplete(
        (function* () {
          expect(getEventLoop()).toBe(loop);
          function* fails(): Coroutine<never> {
            throw new RangeError('no');
          }
          const racing = createTask(staggeredRace<string>([fails, () => sleep(5, 'won')], delay), {
            eagerStart: eager,
          });
          return yield* racing;
        })(),
      );
      expect(names(outcome)).toEqual({
        result: 'won',
        index: 1,
        exceptions: ['RangeError', undefined],
      });
    }
  });

  test('refuses what is no function, at the call', () => {
    expect(() => staggeredRace([sleep(1)] as never, 1)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`staggeredRace()\` expected functions, but got a coroutine (a started generator function). Write \`() => work()\`.]`,
    );
    expect(() => staggeredRace([], Number.NaN)).toThrow(RangeError);
  });
});
