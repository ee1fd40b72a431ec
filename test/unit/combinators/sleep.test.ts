import { CancelledError, type Coroutine, createTask, Lock, Queue, sleep } from 'skein';
import { DeadlockError } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { virtualLoop } from '../loops.ts';
import { caught, thrownBy } from './helpers.ts';

describe('sleep', () => {
  test('waits for the given time and returns the given value [sleep.value_and_time]', async () => {
    const loop = virtualLoop();
    function* main() {
      yield* sleep(50);
      yield* sleep(50, undefined);
      return yield* sleep(100, 'awake');
    }
    expect(await loop.runUntilComplete(main())).toBe('awake');
    expect(loop.time()).toBe(200);
  });

  test('returns undefined when no value is given', async () => {
    expect(await virtualLoop().runUntilComplete(sleep(1))).toBeUndefined();
  });

  test('refuses what is not a number of milliseconds, at the call [sleep.nan_rejected]', () => {
    expect(() => sleep(Number.NaN)).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`sleep()\` expected a delay in milliseconds, but got NaN (number).]`,
    );
    expect(() => sleep('5' as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`sleep()\` expected a delay in milliseconds, but got "5" (string).]`,
    );
    expect(thrownBy(() => sleep(undefined as never))).toBeInstanceOf(TypeError);
  });

  test('takes its timer away when it is cancelled [sleep.cancel_clears_timer]', async () => {
    const loop = virtualLoop();
    function* main() {
      const sleeper = createTask(sleep(10_000));
      yield* sleep(5);
      sleeper.cancel();
      expect(yield* caught(sleeper)).toBeInstanceOf(CancelledError);
    }
    await loop.runUntilComplete(main());
    await expect(loop.runUntilComplete(loop.createFuture())).rejects.toThrow(DeadlockError);
    expect(loop.time()).toBe(5);
  });

  test.each([0, -1, -0.5])(
    'gives way for exactly one iteration at %d ms [sleep.zero_yields_one_tick]',
    async (ms) => {
      const loop = virtualLoop();
      const log: string[] = [];
      function* main() {
        loop.callSoon(() => {
          log.push('callback');
          loop.callSoon(() => log.push('callback of the callback'));
        });
        log.push(`before ${log.length}`);
        log.push(yield* sleep(ms, 'after'));
      }
      await loop.runUntilComplete(main());
      expect(log).toEqual(['before 0', 'callback', 'after', 'callback of the callback']);
      expect(loop.time()).toBe(0);
    },
  );

  test('starts no timer before it is awaited', async () => {
    const loop = virtualLoop();
    function* main() {
      const later = sleep(10);
      yield* sleep(100);
      yield* later;
    }
    await loop.runUntilComplete(main());
    expect(loop.time()).toBe(110);
  });

  test('sleeps for ever at Infinity', async () => {
    const loop = virtualLoop();
    function* main() {
      const forever = createTask(sleep(Number.POSITIVE_INFINITY));
      yield* sleep(1e12);
      expect(forever.done()).toBe(false);
      forever.cancel();
    }
    await loop.runUntilComplete(main());
  });
});

test('sleeps, gets and acquires are like generators in all that those can do', () => {
  function* generator(): Coroutine<void> {}
  const inherited = (object: object): (string | symbol)[] => {
    const names = new Set<string | symbol>();
    for (let at = object; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Reflect.ownKeys(at)) names.add(name);
    }
    return [...names];
  };
  for (const coroutine of [sleep(1), new Queue().get(), new Lock().acquire()]) {
    const lacks = inherited(generator()).filter((name) => !(name in coroutine));
    expect(lacks).toEqual([]);
    expect(String(coroutine)).toBe('[object Generator]');
    // What console.log() shows of it.
    const shown = Reflect.get(coroutine, Symbol.for('nodejs.util.inspect.custom'));
    expect(shown.call(coroutine)).toBe('[object Generator]');
    expect(coroutine.return(undefined as never)).toEqual({ done: true, value: undefined });
    expect(coroutine.next()).toEqual({ done: true, value: undefined });
  }
});

test('a sleep that was awaited is over, as a generator is', async () => {
  const loop = virtualLoop();
  function* main(): Coroutine<unknown[]> {
    const nap = sleep(5, 'awake');
    return [yield* nap, yield* nap, nap.next()];
  }
  expect(await loop.runUntilComplete(main())).toEqual([
    'awake',
    undefined,
    { done: true, value: undefined },
  ]);
});

test('a sleep whose first step was made by hand is over too, once it was awaited', async () => {
  function* main(): Coroutine<unknown[]> {
    const nap = sleep(5, 'awake');
    nap.next();
    return [yield* nap, nap.next()];
  }
  expect(await virtualLoop().runUntilComplete(main())).toEqual([
    'awake',
    { done: true, value: undefined },
  ]);
});

test('a coroutine that is left while it sleeps leaves no timer behind', async () => {
  const loop = virtualLoop();
  function* nap(): Coroutine<void> {
    yield* sleep(60_000);
  }
  function* main(): Coroutine<string[]> {
    const left = [nap(), nap(), sleep(60_000), sleep(60_000)];
    for (const coroutine of left) coroutine.next();
    const before = String(loop);
    left[0]?.return();
    expect(() => left[1]?.throw(new Error('enough'))).toThrow('enough');
    left[2]?.return();
    expect(() => left[3]?.throw(new Error('enough'))).toThrow('enough');
    return [before, String(loop)];
  }
  const [before, after] = await loop.runUntilComplete(main());
  expect(before).toContain('4 timers');
  expect(after).toContain('0 timers');
});
