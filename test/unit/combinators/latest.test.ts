import {
  CancelledError,
  type Coroutine,
  coroutine,
  createTask,
  currentTask,
  type Future,
  gather,
  isFuture,
  latest,
  run,
  SupersededError,
  shield,
  sleep,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLazyLoop, inLoop } from '../loops.ts';
import { caught, iterations, thrownBy } from './helpers.ts';

/** A search that takes 10 ms, and notes how it goes. */
function search() {
  const log: string[] = [];
  const find = latest(function* find(text: string): Coroutine<string> {
    log.push(`${text} begins`);
    try {
      yield* sleep(10);
      log.push(`${text} is found`);
      return text;
    } finally {
      log.push(`${text} ends`);
    }
  });
  return { find, log };
}

describe('latest', () => {
  test('a new call cancels the one before, whose caller goes on', () =>
    inLoop(function* () {
      const { find, log } = search();
      const first = createTask(function* () {
        const error = yield* caught(find('a'));
        yield* sleep(100);
        return [error, currentTask()?.cancelling()];
      });
      yield* sleep(5);
      expect(yield* find('b')).toBe('b');
      expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b is found', 'b ends']);
      const [error, requests] = yield* first;
      expect(error).toBeInstanceOf(SupersededError);
      expect((error as SupersededError).code).toBe('superseded');
      expect((error as Error).message).toBe('`find()` was called again before this call was done.');
      expect([requests, first.cancelled()]).toEqual([0, false]);
    }));

  test('calls after the end have nothing to cancel', () =>
    inLoop(function* () {
      const { find } = search();
      expect([yield* find('a'), yield* find('b')]).toEqual(['a', 'b']);
    }));

  test('begins when the one before has cleaned up; calls in between never begin', () =>
    inLoop(function* (loop) {
      const log: string[] = [];
      const save = latest(function* (text: string): Coroutine<void> {
        log.push(`${text} in`);
        try {
          yield* sleep(1000);
        } finally {
          yield* sleep(20);
          log.push(`${text} out`);
        }
      });
      const start = loop.time();
      const tasks = [createTask(save('a'))];
      yield* sleep(5);
      for (const text of ['b', 'c', 'd']) {
        tasks.push(createTask(save(text)));
        yield* sleep(1);
      }
      const outcomes = yield* gather(tasks, { returnExceptions: true });
      expect(outcomes.map((each) => each instanceof SupersededError)).toEqual([
        true,
        true,
        true,
        false,
      ]);
      expect(log).toEqual(['a in', 'a out', 'd in', 'd out']);
      expect(loop.time() - start).toBe(25 + 1020);
    }));

  test('an async function begins with the call, and returns a future', () =>
    inLoop(function* () {
      const log: string[] = [];
      const find = latest(async (text: string) => {
        log.push(text);
        await sleep(10);
        return text;
      });
      const [a, b] = [find('a'), find('b')];
      expect(isFuture(a)).toBe(true);
      yield* sleep(15);
      expect(b.result()).toBe('b');
      expect(a.exception()).toBeInstanceOf(SupersededError);
      expect(log).toEqual(['a', 'b']);
    }));

  test('a coroutine begins when it is awaited', () =>
    inLoop(function* () {
      const { find, log } = search();
      const a = find('a');
      const b = find('b');
      yield* iterations(3);
      expect(log).toEqual([]);
      expect(yield* b).toBe('b');
      expect(yield* a).toBe('a');
    }));

  test.runIf(inNode)('an async function gets the signal of its task', () =>
    run(async () => {
      const seen: boolean[] = [];
      const load = latest(async (text: string) => {
        const signal = currentTask()?.signal as AbortSignal;
        // It waits for a promise of the host.
        await new Promise<void>((resolve) => {
          if (text === 'b') resolve();
          else signal.addEventListener('abort', () => resolve());
        });
        seen.push(signal.aborted);
        return text;
      });
      const a = load('a');
      await sleep(1);
      expect(await load('b')).toBe('b');
      await expect(a).rejects.toBeInstanceOf(SupersededError);
      expect(seen).toEqual([true, false]);
    }),
  );

  test('takes a declared coroutine, and a function that returns a coroutine', () =>
    inLoop(function* () {
      const declared = latest(
        coroutine(function* declared(ms: number) {
          return yield* sleep(ms, ms);
        }),
      );
      expect(yield* declared(3)).toBe(3);
      expect(yield* createTask(declared(4))).toBe(4);
      const plain = latest((ms: number) => sleep(ms, 'slept'));
      expect(yield* plain(3)).toBe('slept');
    }));

  test('keeps name, length, arguments and `this`', () =>
    inLoop(function* () {
      const object = {
        factor: 3,
        times: latest(async function times(this: { factor: number }, a: number, b: number) {
          await sleep(1);
          return this.factor * a * b;
        }),
      };
      expect(yield* object.times(2, 5)).toBe(30);
      expect([object.times.name, object.times.length]).toEqual(['times', 2]);
    }));

  test('throws what the function throws, also at once', () =>
    inLoop(function* () {
      const failing = latest(async () => {
        throw new RangeError('no');
      });
      expect(yield* caught(failing())).toBeInstanceOf(RangeError);
      const failsAtOnce = latest((): Promise<void> => {
        throw new RangeError('at once');
      });
      expect(yield* caught(failsAtOnce())).toBeInstanceOf(RangeError);
    }));

  test('an error in the cleanup of a superseded call comes out there', () =>
    inLoop(function* () {
      const failing = latest(function* (ms: number): Coroutine<void> {
        try {
          yield* sleep(ms);
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: the cleanup fails.
          if (ms > 5) throw new RangeError('cleanup');
        }
      });
      const first = createTask(failing(100));
      yield* sleep(1);
      yield* failing(1);
      expect(yield* caught(first)).toBeInstanceOf(RangeError);
    }));

  test('a superseded call has no result, even if it swallowed the cancellation', () =>
    inLoop(function* () {
      const stubborn = latest(function* (text: string): Coroutine<string> {
        try {
          yield* sleep(10);
        } catch {
          yield* sleep(50);
        }
        return text;
      });
      const first = createTask(stubborn('a'));
      yield* sleep(1);
      expect(yield* stubborn('b')).toBe('b');
      expect(yield* caught(first)).toBeInstanceOf(SupersededError);
    }));

  test('a cancelled caller cancels its call; the next one has nothing to supersede', () =>
    inLoop(function* () {
      const { find, log } = search();
      const task = createTask(find('a'));
      yield* sleep(5);
      task.cancel('enough');
      const error = (yield* caught(task)) as CancelledError;
      expect(error).toBeInstanceOf(CancelledError);
      expect([error.reason, task.cancelled()]).toEqual(['enough', true]);
      expect(log).toEqual(['a begins', 'a ends']);
      expect(yield* find('b')).toBe('b');
    }));

  test('a caller that is cancelled and superseded at once is cancelled', () =>
    inLazyLoop(function* () {
      const { find } = search();
      for (const cancelFirst of [true, false]) {
        const task = createTask(find('a'));
        yield* sleep(5);
        if (cancelFirst) task.cancel();
        const next = createTask(find('b'));
        yield* iterations(1);
        if (!cancelFirst) task.cancel();
        expect(yield* caught(task)).toBeInstanceOf(CancelledError);
        expect(yield* next).toBe('b');
      }
    }));

  test.runIf(inNode)('an async caller that is cancelled cancels its call', () =>
    inLoop(function* () {
      const log: string[] = [];
      const find = latest(async (text: string) => {
        try {
          return await sleep(100, text);
        } finally {
          log.push(`${text} ends`);
        }
      });
      const task = createTask(async () => await find('a'));
      yield* sleep(5);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['a ends']);
    }),
  );

  test('called by its own call, supersedes it', () =>
    inLoop(function* () {
      const nested: (depth: number) => Coroutine<number> = latest(function* (
        depth: number,
      ): Coroutine<number> {
        return depth === 0 ? yield* sleep(1, 0) : yield* nested(depth - 1);
      });
      expect(yield* caught(createTask(nested(2)))).toBeInstanceOf(SupersededError);
      expect(yield* nested(0)).toBe(0);
    }));

  test('called by a listener of the signal that it aborts, has one latest call', () =>
    inLoop(function* () {
      const tasks: Future<string>[] = [];
      const find = latest(async (text: string) => {
        if (text === 'a') {
          currentTask()?.signal.addEventListener('abort', () => tasks.push(find('c')));
        }
        return await sleep(10, text);
      });
      tasks.push(find('a'));
      yield* sleep(1);
      tasks.push(find('b'));
      yield* sleep(100);
      const outcomes = tasks.map((task) => task.exception() ?? task.result());
      const found = outcomes.filter((each) => !(each instanceof SupersededError));
      expect(outcomes).toHaveLength(3);
      expect(found).toHaveLength(1);
    }));

  test('a shielded caller leaves its call running', () =>
    inLoop(function* () {
      const { find, log } = search();
      const task = createTask(function* () {
        return yield* shield(createTask(find('a')));
      });
      yield* sleep(5);
      task.cancel();
      expect(yield* caught(task)).toBeInstanceOf(CancelledError);
      yield* sleep(10);
      expect(log).toEqual(['a begins', 'a is found', 'a ends']);
    }));

  test('has calls of its own in each loop', async () => {
    const { find } = search();
    expect(await inLoop(() => find('a'))).toBe('a');
    const [b, c] = await Promise.all([inLoop(() => find('b')), inLoop(() => find('c'))]);
    expect([b, c]).toEqual(['b', 'c']);
  });

  test.each([undefined, null, 5, 'text', {}, Promise.resolve()])('refuses %s', (fn) => {
    const error = thrownBy(() => latest(fn as never)) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(
      /^`latest\(\)` expected a generator function or an async function, but got /,
    );
  });

  test('the error of a superseded call says which function it was, also of one without a name', () =>
    inLoop(function* () {
      async function search(): Promise<void> {}
      for (const [fn, name] of [
        [search, 'search'],
        [async () => {}, 'the function of latest'],
      ] as const) {
        const find = latest(fn);
        const first = find();
        yield* find();
        const { message } = (yield* caught(first)) as Error;
        expect(message).toBe(`\`${name}()\` was called again before this call was done.`);
      }
    }));

  test('a function that returns nothing to await is told so', () =>
    inLoop(function* () {
      const wrong = latest((() => 5) as unknown as () => Promise<void>);
      expect(yield* caught(wrong())).toBeInstanceOf(TypeError);
    }));
});
