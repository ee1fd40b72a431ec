import {
  Context,
  ContextVar,
  createTask,
  currentTask,
  EventLoop,
  Future,
  getEventLoop,
  type Handle,
  sleep,
  type Task,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { inLoop, recordReports } from '../loops.ts';

/** Three callbacks that note their name, and a future that has them. */
function withThree() {
  const future = new Future<string>();
  const log: string[] = [];
  const [a, b, c] = ['a', 'b', 'c'].map((name) => () => void log.push(name));
  for (const callback of [a, b, c]) future.addDoneCallback(callback!);
  return { future, log, a: a!, b: b!, c: c! };
}

describe('done callbacks', () => {
  test('run in the next iteration, in the order of registration, with the future [fut.cb.run_on_result_in_order]', async () => {
    await inLoop(function* () {
      const future = new Future<string>();
      const log: unknown[] = [];
      future.addDoneCallback((...args) => log.push(['first', ...args]));
      future.addDoneCallback((...args) => log.push(['second', ...args]));
      future.setResult('there');
      expect(log).toEqual([]);
      yield;
      expect(log).toEqual([
        ['first', future],
        ['second', future],
      ]);
    });
  });

  test('run after a failure too [fut.cb.run_on_exception]', async () => {
    await inLoop(function* () {
      const { future, log } = withThree();
      future.setException(new Error('boom'));
      future.exception();
      expect(log).toEqual([]);
      yield;
      expect(log).toEqual(['a', 'b', 'c']);
    });
  });

  test('run after a cancellation too', async () => {
    await inLoop(function* () {
      const { future, log } = withThree();
      future.cancel();
      expect(log).toEqual([]);
      yield;
      expect(log).toEqual(['a', 'b', 'c']);
    });
  });

  test('run in the next iteration when registered on a future that is done', async () => {
    await inLoop(function* () {
      const future = new Future<number>();
      future.setResult(1);
      const log: unknown[] = [];
      future.addDoneCallback((done) => log.push(done.result()));
      expect(log).toEqual([]);
      yield;
      expect(log).toEqual([1]);
    });
  });

  test('share one queue with the tasks that await', async () => {
    await inLoop(function* () {
      const future = new Future<void>();
      const log: string[] = [];
      const waiter = (name: string) =>
        createTask(function* () {
          yield* future;
          log.push(name);
        });
      future.addDoneCallback(() => log.push('callback A'));
      waiter('waiter 1');
      yield;
      yield;
      future.addDoneCallback(() => log.push('callback B'));
      waiter('waiter 2');
      yield;
      yield;
      future.setResult();
      expect(log).toEqual([]);
      yield;
      expect(log).toEqual(['callback A', 'waiter 1', 'callback B', 'waiter 2']);
    });
  });

  test('may be registered while another one runs', async () => {
    await inLoop(function* () {
      const future = new Future<void>();
      const log: string[] = [];
      future.addDoneCallback(() => {
        log.push('outer');
        future.addDoneCallback(() => log.push('inner'));
      });
      future.setResult();
      yield;
      expect(log).toEqual(['outer']);
      yield;
      expect(log).toEqual(['outer', 'inner']);
    });
  });

  test('know the name, the outcome and the end of a task, and run outside of it', async () => {
    await inLoop(function* () {
      const log: unknown[] = [];
      const note = (task: Task<unknown>): void => {
        log.push(task.getName(), task.cancelled() ? 'cancelled' : task.exception(), currentTask());
      };
      const error = new Error('boom');
      const good = createTask(sleep(1, 'fine'), { name: 'good' });
      const bad = createTask(
        function* () {
          yield* sleep(2);
          throw error;
        },
        { name: 'bad' },
      );
      const stopped = createTask(sleep(3), { name: 'stopped' });
      for (const task of [good, bad, stopped]) task.addDoneCallback(note);
      yield;
      yield* sleep(2.5);
      stopped.cancel();
      yield* sleep(5);
      expect(log).toEqual([
        ...['good', undefined, undefined],
        ...['bad', error, undefined],
        ...['stopped', 'cancelled', undefined],
      ]);
    });
  });
});

describe('removeDoneCallback()', () => {
  test('takes out the first, as often as it is called [fut.cb.remove_first]', async () => {
    await inLoop(function* () {
      const { future, log, a } = withThree();
      expect(future.removeDoneCallback(a)).toBe(1);
      expect(future.removeDoneCallback(a)).toBe(0);
      future.setResult('');
      yield;
      expect(log).toEqual(['b', 'c']);
    });
  });

  test('takes out the first two [fut.cb.remove_first_two]', async () => {
    await inLoop(function* () {
      const { future, log, a, b } = withThree();
      future.removeDoneCallback(a);
      future.removeDoneCallback(b);
      future.setResult('');
      yield;
      expect(log).toEqual(['c']);
    });
  });

  test('takes out the last [fut.cb.remove_last]', async () => {
    await inLoop(function* () {
      const { future, log, c } = withThree();
      future.removeDoneCallback(c);
      future.setResult('');
      yield;
      expect(log).toEqual(['a', 'b']);
    });
  });

  test('takes out every registration and counts them [fut.cb.remove_returns_count]', async () => {
    await inLoop(function* () {
      const future = new Future<void>();
      const log: string[] = [];
      const twice = () => log.push('twice');
      const once = () => log.push('once');
      const never = () => log.push('never');
      for (const callback of [twice, once, twice]) future.addDoneCallback(callback);
      expect(future.removeDoneCallback(never)).toBe(0);
      expect(future.removeDoneCallback(twice)).toBe(2);
      expect(future.removeDoneCallback(twice)).toBe(0);
      future.addDoneCallback(once);
      future.setResult();
      yield;
      expect(log).toEqual(['once', 'once']);
    });
  });

  test('takes out the only one', async () => {
    await inLoop(function* () {
      const future = new Future<void>();
      const log: string[] = [];
      const only = () => log.push('only');
      future.addDoneCallback(only);
      expect(future.removeDoneCallback(only)).toBe(1);
      future.setResult();
      yield;
      expect(log).toEqual([]);
    });
  });

  test('leaves the tasks that await alone', async () => {
    await inLoop(function* () {
      const future = new Future<string>();
      const callback = () => {};
      const task = createTask(function* () {
        return yield* future;
      });
      yield;
      yield;
      future.addDoneCallback(callback);
      expect(future.removeDoneCallback(callback)).toBe(1);
      future.setResult('there');
      expect(yield* task).toBe('there');
    });
  });

  test('changes nothing for callbacks that are on their way [fut.cb.mutation_while_dispatching]', async () => {
    await inLoop(function* () {
      const future = new Future<void>();
      const log: string[] = [];
      const second = () => log.push('second');
      future.addDoneCallback(() => {
        log.push('first');
        log.push(`removed ${future.removeDoneCallback(second)}`);
      });
      future.addDoneCallback(second);
      future.setResult();
      yield;
      expect(log).toEqual(['first', 'removed 0', 'second']);
    });
  });

  test('may be called by the loop itself, while the callbacks are put into its queue [fut.cb.reentrant_schedule]', async () => {
    class Meddler extends EventLoop {
      meddle: (() => void) | undefined;
      override _enqueue(runnable: Handle): void {
        this.meddle?.();
        super._enqueue(runnable);
      }
    }
    const loop = new Meddler();
    const future = loop.createFuture<void>();
    const log: string[] = [];
    const note = () => log.push('called');
    const other = () => log.push('other');
    for (const callback of [note, other, note]) future.addDoneCallback(callback);
    loop.meddle = () => {
      expect(future.removeDoneCallback(note)).toBe(0);
      expect(future.removeDoneCallback(other)).toBe(0);
    };
    future.setResult();
    loop.meddle = undefined;
    expect(future.removeDoneCallback(note)).toBe(0);
    await future;
    expect(log).toEqual(['called', 'other', 'called']);
    loop.close();
  });
});

describe('the context of a done callback', () => {
  const colour = new ContextVar('colour', { defaultValue: 'none' });

  test('is a copy of the one at its registration, not that of who settles', async () => {
    await inLoop(function* () {
      const future = new Future<void>();
      const seen: string[] = [];
      colour.set('red');
      future.addDoneCallback(() => seen.push(colour.get()));
      colour.set('green');
      createTask(function* () {
        colour.set('blue');
        future.setResult();
      });
      yield* future;
      yield;
      expect(seen).toEqual(['red']);
    });
  });

  test('is the one given, not a copy, if one is given', async () => {
    await inLoop(function* () {
      const future = new Future<void>();
      const context = new Context();
      context.run(() => colour.set('red'));
      const seen: string[] = [];
      const paint = (next: string) => () => {
        seen.push(colour.get());
        colour.set(next);
      };
      future.addDoneCallback(paint('green'), { context });
      future.addDoneCallback(paint('blue'), { context });
      future.setResult();
      yield;
      expect([seen, context.get(colour), colour.get()]).toEqual([['red', 'green'], 'blue', 'none']);
    });
  });

  test('is of its own for each callback', async () => {
    await inLoop(function* () {
      const future = new Future<void>();
      const seen: string[] = [];
      for (const paint of ['red', 'green']) {
        future.addDoneCallback(() => {
          seen.push(colour.get());
          colour.set(paint);
        });
      }
      future.setResult();
      yield;
      expect([seen, colour.get()]).toEqual([['none', 'none'], 'none']);
    });
  });
});

test('a done callback that throws is reported, and the next one runs', async () => {
  await inLoop(function* (loop) {
    const reports = recordReports(loop);
    const future = new Future<void>();
    const log: string[] = [];
    const error = new Error('boom');
    future.addDoneCallback(function notify() {
      throw error;
    });
    future.addDoneCallback(() => log.push('next'));
    future.setResult();
    yield;
    expect(log).toEqual(['next']);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.exception).toBe(error);
    expect(reports[0]?.message).toMatchInlineSnapshot(`"Exception in callback notify()"`);
  });
});

test('a done callback runs with its loop as the running one', async () => {
  const loop = new EventLoop();
  const future = loop.createFuture<void>();
  const seen: EventLoop[] = [];
  future.addDoneCallback(() => seen.push(getEventLoop()));
  future.setResult();
  await future;
  expect(seen).toEqual([loop]);
  loop.close();
});
