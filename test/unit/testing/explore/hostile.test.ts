/** What a test that is explored may throw, give and return: no schedule passes by mistake, and nothing of the host stays replaced. */
import { coroutine, createTask, type EventLoop, getEventLoop, sleep, wait } from 'skein';
import {
  type Environment,
  type ExplorationError,
  type ExploreOptions,
  explore,
} from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../../hosts.ts';

/** The first line of what `explore()` throws. */
function told(main: (env: Environment) => void, options: ExploreOptions = {}): string {
  try {
    explore(
      function* (env) {
        main(env);
      },
      { schedules: 5, ...options },
    );
  } catch (error) {
    return (error as ExplorationError).message.split('\n', 1)[0] as string;
  }
  return 'nothing';
}

const first = 'fails in schedule 1 of 5 (seed 20260101): ';
const trap = (): never => {
  throw new Error('looked at');
};

describe('a failure that cannot be looked at', () => {
  test.each<[string, unknown, string]>([
    [
      'a proxy',
      new Proxy({}, { getPrototypeOf: trap, get: trap }),
      'a value without a text form was thrown',
    ],
    [
      'an error whose name throws',
      Object.defineProperty(new Error('boom'), 'name', { get: trap }),
      'boom',
    ],
    [
      'an error whose name is a symbol',
      Object.assign(new Error('boom'), { name: Symbol('name') }),
      'boom',
    ],
    ['an error whose message is no text', Object.assign(new Error(), { message: 5 }), '5'],
  ])('is told: %s', (_, thrown, text) => {
    expect(
      told(() => {
        throw thrown;
      }),
    ).toBe(first + text);
  });
});

describe('a check at the end', () => {
  const later = 'expected a plain function, but got an async function: nothing would wait for it.';

  test('is refused if it is done later than it returns', () => {
    expect(told((env) => env.atEnd(async () => {}))).toContain(`\`env.atEnd()\` ${later}`);
    expect(told(() => {}, { check: async () => {} })).toContain(
      '`explore()` expected `check` to be a plain function',
    );
    expect(told(() => {}, { mayCancel: (async () => true) as never })).toContain(
      '`mayCancel` to be a plain function',
    );
  });

  test.each<[string, () => unknown]>([
    ['a promise', () => Promise.reject(new Error('lost'))],
    ['a coroutine', () => coroutine(function* () {})()],
  ])('fails if it returns %s', (_, check) => {
    const text = `${first}A check at the end expected to be done when it returns, but it returned a promise or a coroutine.`;
    expect(told((env) => env.atEnd(check as () => void))).toContain(text);
    expect(told(() => {}, { check: check as () => void })).toContain(text);
  });

  test('may add another one', () => {
    const main = (env: Environment) =>
      env.atEnd(() =>
        env.atEnd(() => {
          throw new Error('of the inner one');
        }),
      );
    expect(told(main)).toBe(`${first}of the inner one`);
  });
});

describe('the environment', () => {
  test.each<[string, (env: Environment) => void]>([
    ['answer', (env) => void env.answer(Symbol('what') as never)],
    ['promise', (env) => void env.promise(undefined as never).catch(() => {})],
    ['choose', (env) => void env.choose(2, 5 as never)],
    ['mayFail', (env) => void env.mayFail({} as never)],
  ])('wants a text that names what is asked: %s()', (method, main) => {
    expect(told(main)).toContain(
      `\`env.${method}()\` expected a text that names what is asked, but got `,
    );
  });

  test('shares objects only', () => {
    expect(told((env) => env.shared(null as never))).toBe(
      `${first}\`env.shared()\` expected an object, but got null.`,
    );
    expect(told((env) => env.choose(null as never, 'what'))).toContain(
      '`env.choose()` expected a whole number',
    );
  });

  test('shares frozen objects, and those whose class cannot be named', () => {
    class Nameless {
      n = 1;
      static get name(): never {
        return trap();
      }
    }
    const main = (env: Environment) => {
      const frozen = env.shared(Object.freeze({ n: 1, next: (n: number) => n + 1 }));
      expect(frozen.next(frozen.n)).toBe(2);
      expect(env.shared(new Nameless()).n).toBe(1);
    };
    expect(told(main)).toBe('nothing');
  });

  test('writes any line', () => {
    expect(told((env) => env.log(Symbol('line') as never))).toBe('nothing');
  });
});

test('any number of cancellations may be allowed', () => {
  const main = function* (env: Environment) {
    const task = env.mayCancel(createTask(sleep(1)));
    yield* wait([task]);
  };
  for (const cancellations of [Number.POSITIVE_INFINITY, 1e9]) {
    const { schedules } = explore(main, { schedules: 50, cancellations, faults: cancellations });
    expect(schedules).toBeGreaterThan(1);
  }
});

describe('`pin`', () => {
  const isPutBack = () =>
    Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 60_000;

  // In a browser nothing tells to which exploration code belongs that goes on after a promise of the host.
  test.runIf(inNode)(
    'has two explorations at once follow each its own loop, and puts the clocks back',
    async () => {
      const random = Math.random;
      const one = (delay: number) =>
        explore(
          async (env) => {
            await env.promise('a');
            const before = Date.now();
            await sleep(delay);
            await env.promise('b');
            expect(Date.now() - before).toBeGreaterThanOrEqual(delay);
            expect(Date.now()).toBeLessThan(60_000);
            expect(performance.now()).toBe(getEventLoop().time());
          },
          { pin: true, schedules: 20 },
        );
      await Promise.all([one(100), one(5000), one(7)]);
      expect(isPutBack()).toBe(true);
      expect(Math.random).toBe(random);
    },
  );

  test('is refused where a clock is frozen, and leaves nothing behind', () => {
    const { Date: before } = globalThis;
    const loop: EventLoop = getEventLoop();
    globalThis.Date = Object.freeze(class extends before {}) as DateConstructor;
    try {
      expect(told(() => {}, { pin: true })).toContain(
        '`explore()` with `pin` expected to replace `Date.now()`, but it is frozen.',
      );
    } finally {
      globalThis.Date = before;
    }
    expect([isPutBack(), getEventLoop() === loop]).toEqual([true, true]);
  });

  test('is put back if main throws before it makes its coroutine', () => {
    const loop = getEventLoop();
    const main = function* (_env: Environment, _other: never = trap()) {};
    expect(() => explore(main as never, { pin: true })).toThrow('looked at');
    expect([isPutBack(), getEventLoop() === loop]).toEqual([true, true]);
  });
});
