/** Subclasses of futures and tasks that override public methods: which of these are asked by what waits for them. */
import {
  asCompleted,
  type Coroutine,
  createTask,
  type DoneCallback,
  Future,
  gather,
  getEventLoop,
  shield,
  sleep,
  Task,
  taskGroup,
  wait,
  waitFor,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inNode } from '../hosts.ts';
import { inLoop } from '../loops.ts';

/** Counts what is asked of it. Its result is 10 times as large as what it was set to. */
class Asked extends Future<number> {
  readonly asked: string[] = [];

  override addDoneCallback(callback: DoneCallback<this>): void {
    this.asked.push('addDoneCallback');
    super.addDoneCallback(callback);
  }

  override removeDoneCallback(callback: DoneCallback<this>): number {
    this.asked.push('removeDoneCallback');
    return super.removeDoneCallback(callback);
  }

  override result(): number {
    this.asked.push('result');
    return super.result() * 10;
  }

  override cancel(reason?: unknown): boolean {
    this.asked.push('cancel');
    return super.cancel(reason);
  }
}

/** An await of an async function. */
const awaitIn = (future: Asked) => createTask(async () => await future);

describe('a subclass of Future that overrides addDoneCallback() and result()', () => {
  const waits: [string, (future: Asked) => unknown, string][] = [
    ['a task', (future) => future, '20'],
    ['an async function', awaitIn, '20'],
    ['then()', (future) => createTask(async () => await future.then((value) => value)), '20'],
    ['gather()', (future) => gather([sleep(0, 1), future]), '1,20'],
    ['shield()', (future) => shield(future), '20'],
    ['waitFor()', (future) => waitFor(future, 100), '20'],
    [
      'wait()',
      function* (future): Coroutine<unknown> {
        const { done } = yield* wait([future]);
        return [...done].map((each) => each.result());
      },
      '20',
    ],
    [
      'asCompleted()',
      function* (future): Coroutine<unknown> {
        for (const next of asCompleted([future])) return yield* next;
        return 'none';
      },
      '20',
    ],
  ];

  test.each(waits)('is asked both by %s', async (_, start, expected) => {
    await inLoop(function* () {
      const future = new Asked();
      getEventLoop().callLater(5, () => future.setResult(2));
      const result: unknown = yield* start(future) as Coroutine<unknown>;
      expect(String(result)).toBe(expected);
      expect(future.asked).toContain('addDoneCallback');
      expect(future.asked).toContain('result');
    });
  });

  const cancelled = ['a task', 'an async function', 'gather()', 'waitFor()'];

  test.runIf(inNode).each(waits.filter(([name]) => cancelled.includes(name)))(
    'is asked to cancel by way of %s',
    async (_, start) => {
      await inLoop(function* () {
        const future = new Asked();
        const task = createTask(function* () {
          return yield* start(future) as Coroutine<unknown>;
        });
        yield* sleep(5);
        task.cancel();
        yield* sleep(5);
        expect([task.cancelled(), future.asked.includes('cancel')]).toEqual([true, true]);
      });
    },
  );

  test('throws the error of its result() into what awaits it', async () => {
    class Refuses extends Future<number> {
      override result(): number {
        throw new RangeError(`not ${super.result()}`);
      }
    }
    await inLoop(function* () {
      for (const start of [(f: Refuses) => f, (f: Refuses) => createTask(async () => await f)]) {
        const future = new Refuses();
        getEventLoop().callLater(5, () => future.setResult(2));
        let error: unknown;
        try {
          yield* start(future);
        } catch (thrown) {
          error = thrown;
        }
        expect(error).toEqual(new RangeError('not 2'));
      }
    });
  });

  test('has its callback taken away by removeDoneCallback()', async () => {
    await inLoop(function* () {
      const future = new Asked();
      yield* wait([future], { timeout: 5 });
      expect(future.asked).toEqual(['addDoneCallback', 'removeDoneCallback']);
    });
  });

  test('may never call back: then what awaits it waits on', async () => {
    class Silent extends Future<number> {
      override addDoneCallback(): void {}
    }
    await inLoop(function* () {
      const future = new Silent();
      const task = createTask(function* () {
        return yield* future;
      });
      yield* sleep(1);
      future.setResult(1);
      yield* sleep(1);
      expect(task.done()).toBe(false);
    });
  });
});

describe('a subclass of Task that overrides addDoneCallback() and result()', () => {
  class AskedTask extends Task<number> {
    readonly asked: string[] = [];

    override addDoneCallback(callback: DoneCallback<this>): void {
      this.asked.push('addDoneCallback');
      super.addDoneCallback(callback);
    }

    override result(): number {
      this.asked.push('result');
      return super.result() * 10;
    }
  }

  test('is asked both by what awaits it', async () => {
    await inLoop(function* () {
      const task = new AskedTask(sleep(5, 2));
      expect(yield* task).toBe(20);
      expect(task.asked).toEqual(['addDoneCallback', 'result']);
    });
  });

  test('is asked both by its group', async () => {
    await inLoop(function* (loop) {
      let task: AskedTask | undefined;
      yield* taskGroup(function* (tg) {
        const factory = loop.getTaskFactory();
        loop.setTaskFactory((of, coroutine) => {
          task = new AskedTask(coroutine as Coroutine<number>, { loop: of });
          return task as unknown as Task<never>;
        });
        tg.createTask(sleep(5, 2));
        loop.setTaskFactory(factory);
        yield* sleep(1);
      });
      expect(task?.asked).toEqual(['addDoneCallback', 'result']);
    });
  });
});
