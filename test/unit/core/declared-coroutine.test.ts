import {
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  ensureFuture,
  gather,
  run,
  shield,
  sleep,
  taskGroup,
  timeout,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { caught, thrownBy } from '../combinators/helpers.ts';
import { inNode } from '../hosts.ts';
import { inLoop, recordReports, virtualLoop } from '../loops.ts';

const add = coroutine(function* add(a: number, b: number) {
  yield* sleep(1);
  return a + b;
});

const fail = coroutine(function* fail(): Coroutine<never> {
  yield* sleep(1);
  throw new RangeError('too far');
});

describe('a declared coroutine function', () => {
  test('keeps its name and its length, and is a coroutine function', () => {
    expect(add.name).toBe('add');
    expect(add.length).toBe(2);
    expect(Object.prototype.toString.call(add)).toBe('[object CoroutineFunction]');
    expect(coroutine(function* () {}).name).toBe('');
    expect(() => new (add as unknown as new () => unknown)()).toThrow(TypeError);
  });

  test('leaves the generator function one whose generators are no promises', () => {
    function* plain(): Coroutine<number> {
      return 1;
    }
    coroutine(plain);
    expect('then' in plain()).toBe(false);
    expect([...plain()]).toEqual([]);
    const generator = plain();
    expect(generator[Symbol.iterator]()).toBe(generator);
  });

  test('is returned as it is when it is declared again', () => {
    expect(coroutine(add)).toBe(add);
  });

  test('keeps `this`, in classes, objects, and with call() and bind()', () =>
    inLoop(function* () {
      class Service {
        base = 10;
        plus = coroutine(function* (this: Service, n: number) {
          yield* sleep(1);
          return this.base + n;
        });
      }
      const service = new Service();
      expect(yield* service.plus(1)).toBe(11);
      expect(yield* service.plus.call({ base: 20 } as Service, 1)).toBe(21);
      expect(yield* service.plus.bind(service)(2)).toBe(12);
      expect(yield* createTask(service.plus(3))).toBe(13);
    }));

  test('may be a bound generator function, which stays as it is', () =>
    inLoop(function* () {
      function* work(this: { base: number }, n: number): Coroutine<number> {
        yield* sleep(1);
        return this.base + n;
      }
      const declared = coroutine(work.bind({ base: 1 }));
      expect(yield* declared(2)).toBe(3);
      expect('then' in work.call({ base: 1 }, 2)).toBe(false);
    }));

  test.each<[string, unknown, string]>([
    [
      'an async function',
      async () => 1,
      'but got an async function. Write `coroutine(function* () { … })`.',
    ],
    ['a plain function', () => 1, 'but got a function. Write'],
    [
      'an async generator function',
      async function* () {},
      'but got an async generator function. Write',
    ],
    [
      'a coroutine',
      sleep(1),
      'Pass the function itself: `coroutine(work)`, not `coroutine(work())`.',
    ],
    ['nothing', undefined, 'but got undefined. Write'],
  ])('is refused when it is %s', (_, given, message) => {
    const error = thrownBy(() => coroutine(given as never));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(
      '`coroutine()` expected a generator function, but got',
    );
    expect((error as Error).message).toContain(message);
  });

  test('is no callback: nothing would wait for it', () => {
    const { message } = thrownBy(() => virtualLoop().callSoon(add as never)) as Error;
    expect(message).toContain(
      'expected a plain function to call, but got `add`, a coroutine function',
    );
  });
});

describe('what it returns', () => {
  test('starts when it is awaited, not when it is called', () =>
    inLoop(function* () {
      const log: string[] = [];
      const work = coroutine(function* () {
        log.push('started');
        yield* sleep(1);
        return 'done';
      });
      const called = work();
      yield* sleep(5);
      expect(log).toEqual([]);
      expect(yield* called).toBe('done');
      expect(log).toEqual(['started']);
    }));

  test('is awaited with both words, and fails with both', async () => {
    await run(function* () {
      expect(yield* add(1, 2)).toBe(3);
      expect(yield* caught(fail())).toEqual(new RangeError('too far'));
    });
    await run(async () => {
      expect(await add(1, 2)).toBe(3);
      await expect(fail()).rejects.toThrow(new RangeError('too far'));
    });
  });

  test('has the same outcome for each `await`, and for `yield*` nothing the second time', async () => {
    await run(async () => {
      const work = add(1, 2);
      expect([await work, await work]).toEqual([3, 3]);
      const failing = fail();
      const first = await failing.catch((error: unknown) => error);
      expect(await failing.catch((error: unknown) => error)).toBe(first);
    });
    await run(function* () {
      const work = add(1, 2);
      expect([yield* work, yield* work]).toEqual([3, undefined]);
    });
  });

  test('is a promise to what wants one', async () => {
    const log: string[] = [];
    await run(async () => {
      expect(await Promise.all([add(1, 2), add(3, 4)])).toEqual([3, 7]);
      expect(await add(1, 2).then((sum) => sum * 2)).toBe(6);
      expect(await fail().catch((error: Error) => error.message)).toBe('too far');
      await add(1, 2).finally(() => log.push('finally'));
    });
    expect(log).toEqual(['finally']);
    // Outside of tasks, too.
    expect(await add(1, 2)).toBe(3);
  });

  test('is a coroutine: it has the methods of a generator', () => {
    const log: string[] = [];
    const work = coroutine(function* () {
      try {
        yield;
        yield;
      } finally {
        log.push('finally');
      }
      return 'end';
    });
    const stepped = work();
    expect(stepped.next()).toEqual({ done: false, value: undefined });
    expect(stepped.return('closed')).toEqual({ done: true, value: 'closed' });
    expect(log).toEqual(['finally']);
    expect(stepped.next()).toEqual({ done: true, value: undefined });
    const thrownInto = work();
    thrownInto.next();
    expect(() => thrownInto.throw(new Error('boom'))).toThrow('boom');
    expect([...work()]).toEqual([undefined, undefined]);
    expect(Object.prototype.toString.call(work())).toBe('[object Generator]');
  });

  test('goes wherever a coroutine goes, and the function wherever a generator function goes', async () => {
    const work = coroutine(function* () {
      yield* sleep(1);
      return currentTask()?.getName() === undefined ? 'outside' : 'in a task';
    });
    await run(function* () {
      expect(yield* createTask(work)).toBe('in a task');
      const coro = work();
      const task = createTask(coro);
      expect(task.getCoro()).toBe(coro);
      expect(yield* task).toBe('in a task');
      expect(yield* gather([work(), work()])).toEqual(['in a task', 'in a task']);
      expect(yield* timeout(60_000, work)).toBe('in a task');
      expect(yield* waitFor(work(), 100)).toBe('in a task');
      expect(yield* shield(work())).toBe('in a task');
      expect(yield* ensureFuture(work())).toBe('in a task');
      expect(yield* taskGroup(work)).toBe('in a task');
      expect(yield* createTask(work, { eagerStart: true })).toBe('in a task');
    });
    expect(await run(work)).toBe('in a task');
    expect(await run(work())).toBe('in a task');
    expect(await run(async () => await timeout(60_000, work))).toBe('in a task');
  });

  test('is given what bodies are given, and as the source of a task the signal', async () => {
    await run(function* () {
      expect(
        yield* timeout(
          60_000,
          coroutine(function* (scope) {
            yield* sleep(1);
            return scope.expired();
          }),
        ),
      ).toBe(false);
      const signalled = coroutine(function* (signal: AbortSignal) {
        yield* sleep(1);
        return signal === currentTask()?.signal;
      });
      expect(yield* createTask(signalled)).toBe(true);
    });
  });

  test('is run by one task only', () =>
    inLoop(function* () {
      const work = add(1, 2);
      const task = createTask(work);
      expect(() => createTask(work)).toThrow('This coroutine is run by a task already.');
      yield* task;
    }));

  test('is cancelled where it waits, also from an async function', async () => {
    const log: string[] = [];
    const work = coroutine(function* () {
      try {
        yield* sleep(60_000);
      } finally {
        log.push('cleaned up');
      }
    });
    await run(function* () {
      const task = createTask(work());
      yield* sleep(1);
      task.cancel('enough');
      expect(String(yield* caught(task))).toContain('enough');
      const outer = createTask(async () => await work());
      yield* sleep(1);
      outer.cancel();
      yield* caught(outer);
      expect(outer.cancelled()).toBe(true);
      yield* caught(timeout(5, () => work()));
    });
    expect(log).toEqual(['cleaned up', 'cleaned up', 'cleaned up']);
  });

  test.runIf(inNode)('is one with the task of the async function that awaits it', async () => {
    const name = coroutine(function* () {
      yield* sleep(1);
      return currentTask()?.getName();
    });
    await run(async () => {
      const task = createTask(async () => await name(), { name: 'outer' });
      expect(await task).toBe('outer');
    });
  });
});

describe('in debug mode', () => {
  async function messagesOf(main: () => Coroutine<void>): Promise<string[]> {
    const loop = virtualLoop();
    loop.setDebug(true);
    const reports = recordReports(loop);
    await loop.runUntilComplete(main());
    loop.close();
    return reports.map(({ message }) => message);
  }

  test('one that was never awaited is reported, with the name of the function', async () => {
    const anonymous = coroutine(function* () {});
    const messages = await messagesOf(function* () {
      void add(1, 2);
      void anonymous();
      yield* sleep(1);
    });
    expect(messages).toEqual([
      'add() was never awaited, so it did nothing. Write `await` before it, in a coroutine `yield*`.',
      'A coroutine was never awaited, so it did nothing. Write `await` before it, in a coroutine `yield*`.',
    ]);
  });

  test('one that was awaited, run or closed is not reported', async () => {
    const messages = await messagesOf(function* () {
      yield* add(1, 2);
      yield* createTask(add(1, 2));
      yield* createTask(async () => await add(1, 2));
      add(1, 2).return(0);
    });
    expect(messages).toEqual([]);
  });

  test('the outcome is the same for each `await`, and it is run by one task only', async () => {
    const messages = await messagesOf(function* () {
      const work = add(1, 2);
      yield* createTask(async () => expect([await work, await work]).toEqual([3, 3]));
      expect(() => createTask(work)).toThrow('run by a task already');
    });
    expect(messages).toEqual([]);
  });

  test('the stack of a waiting task has all coroutines', async () => {
    const messages = await messagesOf(function* () {
      const inner = coroutine(function* inner() {
        yield* sleep(10);
      });
      const outer = coroutine(function* outer() {
        yield* inner();
      });
      const task = createTask(outer());
      yield* sleep(1);
      expect(task.getStack().map(({ functionName }) => functionName)).toEqual(['inner', 'outer']);
      yield* task;
    });
    expect(messages).toEqual([]);
  });
});
