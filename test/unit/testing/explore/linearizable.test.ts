import { type Coroutine, getEventLoop, Lock, Queue, sleep } from 'skein';
import { type Environment, type ExplorationError, explore, linearizable } from 'skein/testing';
import { describe, expect, test } from 'vitest';
import { inNode } from '../../hosts.ts';

function failureOf(run: () => unknown): ExplorationError {
  try {
    run();
  } catch (error) {
    return error as ExplorationError;
  }
  throw new Error('nothing failed');
}

/** A counter whose value lies outside. */
class Counter {
  #value = 0;
  readonly #env: Environment;
  readonly #lock: Lock | undefined;

  constructor(env: Environment, lock?: Lock) {
    this.#env = env;
    this.#lock = lock;
  }

  *add(): Coroutine<number> {
    return yield* this.#lock === undefined ? this.#addTo() : this.#lock.with(() => this.#addTo());
  }

  *#addTo(): Coroutine<number> {
    const value = yield* this.#env.answer('the value is read', () => this.#value);
    this.#value = value + 1;
    return this.#value;
  }
}

/** A box for one letter. A waiter that is cancelled after it was handed a letter puts that back, if it is mended. */
class Box {
  readonly #letters: string[] = [];
  readonly #waiting: ((letter: string) => boolean)[] = [];
  readonly #isMended: boolean;

  constructor(isMended: boolean) {
    this.#isMended = isMended;
  }

  put(letter: string): void {
    for (let give = this.#waiting.shift(); give !== undefined; give = this.#waiting.shift()) {
      if (give(letter)) return;
    }
    this.#letters.push(letter);
  }

  *take(env: Environment): Coroutine<string> {
    const letter = this.#letters.shift();
    if (letter !== undefined) return letter;
    let given: string | undefined;
    const { promise, give } = slot();
    this.#waiting.push((letter) => {
      if (!give(letter)) return false;
      given = letter;
      return true;
    });
    try {
      return yield* promise(env);
    } catch (error) {
      if (this.#isMended && given !== undefined) this.put(given);
      throw error;
    }
  }
}

function slot() {
  const queue = new Queue<string>(1);
  let isOpen = true;
  return {
    give(letter: string): boolean {
      if (!isOpen) return false;
      isOpen = false;
      queue.putNowait(letter);
      return true;
    },
    *promise(_env: Environment): Coroutine<string> {
      try {
        return yield* queue.get();
      } finally {
        isOpen = false;
      }
    },
  };
}

describe('linearizable', () => {
  test('finds two calls that both see the old value, and shows their results', () => {
    const failure = failureOf(() =>
      linearizable(
        (env) => new Counter(env),
        { add: (counter) => counter.add() },
        { cancels: false },
      ),
    );
    expect(failure.kind).toBe('check');
    expect(failure.message).toContain(
      'no order of these calls, made by one task, has the same results:',
    );
    expect(failure.message).toMatch(/task 1: add → 1\n +task 2: add → 1/);
  });

  test('finds nothing where a lock lets one call in at a time', () => {
    const report = linearizable((env) => new Counter(env, new Lock()), {
      add: (counter) => counter.add(),
    });
    expect(report.schedules).toBe(1000);
  });

  test('finds a letter that is lost with the task that it was handed to', () => {
    const operations = (env: { current?: Environment }) => ({
      put: (box: Box) => box.put('a letter'),
      take: (box: Box) => box.take(env.current as Environment),
    });
    const env: { current?: Environment } = {};
    const make = (isMended: boolean) => (given: Environment) => {
      env.current = given;
      return new Box(isMended);
    };
    expect(
      failureOf(() => linearizable(make(false), operations(env), { schedules: 3000 })).kind,
    ).toBe('check');
  });

  test('compares calls that wait with calls that wait alone', () => {
    linearizable(() => new Queue<string>(1), {
      'put a': (queue) => queue.put('a'),
      get: (queue) => queue.get(),
      size: (queue) => queue.size,
    });
  });

  test('lets a cancelled call have happened, if it is told to', () => {
    class Register {
      #value = 0;
      *write(env: Environment): Coroutine<void> {
        this.#value = 1;
        yield* env.answer('the disk');
      }
      read(): number {
        return this.#value;
      }
    }
    const run = (cancelled: 'undone' | 'either') => {
      let env!: Environment;
      return linearizable(
        (given) => {
          env = given;
          return new Register();
        },
        { write: (register) => register.write(env), read: (register) => register.read() },
        { cancelled },
      );
    };
    expect(failureOf(() => run('undone')).message).toContain('write → cancelled');
    run('either');
  });

  describe.runIf(inNode)('with async functions', () => {
    class AsyncCounter {
      #value = 0;
      readonly #env: Environment;
      readonly #lock: Lock | undefined;

      constructor(env: Environment, lock?: Lock) {
        this.#env = env;
        this.#lock = lock;
      }

      async add(): Promise<number> {
        return await (this.#lock?.with(() => this.#add()) ?? this.#add());
      }

      async #add(): Promise<number> {
        const value = await this.#env.answer('the value is read', () => this.#value);
        this.#value = value + 1;
        return this.#value;
      }

      /** The library's own, and a plain one beside it. */
      free(): boolean {
        return this.#lock?.locked() !== true;
      }
    }

    test('finds two calls that both see the old value', async () => {
      const comparing = linearizable(
        (env) => new AsyncCounter(env),
        { add: async (counter) => await counter.add() },
        { cancels: false },
      );
      const failure = await comparing.catch((error: unknown) => error as ExplorationError);
      expect(failure).toMatchObject({ kind: 'check' });
      expect((failure as ExplorationError).message).toMatch(/task 1: add → 1\n +task 2: add → 1/);
      const { replay } = failure as ExplorationError;
      await expect(
        linearizable(
          (env) => new AsyncCounter(env),
          { add: (counter) => counter.add() },
          { cancels: false, replay },
        ),
      ).rejects.toMatchObject({ replay });
    });

    test('finds nothing where a lock lets one call in at a time, cancelled or not', async () => {
      const report = await linearizable(
        (env) => new AsyncCounter(env, new Lock()),
        { add: (counter) => counter.add() },
        { schedules: 200 },
      );
      expect(report.schedules).toBe(200);
    });

    test('takes coroutines and plain functions beside them', async () => {
      const made = linearizable(
        () => new Queue<string>(1),
        {
          'put a': async (queue) => await queue.put('a'),
          get: (queue) => queue.get(),
          size: (queue) => queue.size,
          *full(queue): Coroutine<boolean> {
            return queue.full();
          },
        },
        { schedules: 100 },
      );
      expect((await made).schedules).toBe(100);
    });
  });

  test('refuses what is no object of functions, and other words', () => {
    const wrong = (operations: unknown, options?: object) =>
      failureOf(() => linearizable(() => ({}), operations as never, options)).message;
    expect(wrong(1)).toContain(
      '`linearizable()` expected an object of functions, but got 1 (number).',
    );
    expect(wrong({ a: () => 1 }, { cancelled: 'no' })).toContain(
      "`linearizable()` expected `cancelled` to be 'undone' or 'either'",
    );
    expect(wrong({ a: () => 1 }, { cancels: 1 })).toContain('`cancels`');
  });
});

describe('what calls return and throw', () => {
  /** An object whose calls show a value that two calls at once both get. */
  const racy = (wrapped: (n: number) => unknown) =>
    linearizable(() => ({ n: 0 }), {
      *next(object) {
        const { n } = object;
        yield* sleep(0);
        object.n = n + 1;
        const shown = wrapped(n);
        return shown;
      },
    });

  test.each<[string, (n: number) => unknown]>([
    ['a Map', (n) => new Map([['n', n]])],
    ['a Set', (n) => [new Set([n])]],
    ['an error', (n) => ({ error: new Error(`n is ${n}`) })],
    ['nothing, in a list', (n) => [n === 0 ? undefined : null]],
    ['a number that JSON does not have', (n) => [n === 0 ? Number.NaN : Number.POSITIVE_INFINITY]],
    ['a big integer', (n) => ({ n: BigInt(n) })],
  ])('is compared as it is: %s', (_, wrapped) => {
    expect(() => racy(wrapped)).toThrow(
      'no order of these calls, made by one task, has the same results',
    );
  });

  test('may be undefined', () => {
    const fail = (): number => {
      throw undefined;
    };
    expect(linearizable(() => ({}), { fail }, { schedules: 20 }).schedules).toBe(20);
  });
});

test.each<[string, () => unknown]>([
  ['a promise', async () => new Queue()],
  ['nothing', () => undefined],
  ['a number', () => 5],
])('a function that makes %s is refused', (_, make) => {
  const compare = () =>
    linearizable(
      make as () => Queue<number>,
      { get: (queue) => queue.getNowait() },
      { schedules: 5 },
    );
  expect(compare).toThrow(
    '`linearizable()` expected a function that returns what is called, but it returned',
  );
});

test('a call that closes its loop fails', () => {
  const close = (_: object): number => {
    getEventLoop().close();
    return 1;
  };
  expect(linearizable(() => ({}), { close }, { schedules: 5 }).schedules).toBe(5);
  const main = function* () {
    yield* sleep(0);
    getEventLoop().close();
  };
  expect(() => explore(main)).toThrow('An event loop cannot be closed by what it runs.');
});
