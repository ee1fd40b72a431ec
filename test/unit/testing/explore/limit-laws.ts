/**
 * Laws of retries, limiters, and controlled calls: no place is lost, none is given twice, and nothing is tried again once it was
 * cancelled; never do two calls run at once, and none is cancelled that a caller waits for.
 */
import {
  CancelledError,
  CapacityLimiter,
  createTask,
  currentTask,
  getEventLoop,
  latest,
  RateLimiter,
  retry,
  SupersededError,
  singleFlight,
  sleep,
  type Task,
  wait,
} from 'skein';
import type { Law } from './laws.ts';
import { deliversLate } from './style-of-laws.ts';

function check(isRight: boolean, text: string): void {
  if (!isRight) throw new Error(text);
}

const names = ['a', 'b', 'c'] as const;

export const limitLaws: readonly Law[] = [
  ...(['sliding-window', 'token-bucket'] as const).map(
    (strategy): Law => ({
      name: `a rate limiter lets in in order, in time and no task too many (${strategy})`,
      *main(env) {
        const loop = getEventLoop();
        const limiter = new RateLimiter({ limit: 1, interval: 100, strategy });
        const start = loop.time();
        const came: string[] = [];
        const letIn: { readonly name: string; readonly time: number }[] = [];
        const tasks = names.map((name) =>
          env.mayCancel(
            createTask(
              function* () {
                came.push(name);
                yield* limiter.acquire();
                letIn.push({ name, time: loop.time() - start });
              },
              { name },
            ),
          ),
        );
        yield* wait(tasks);
        const order = came.filter((name) => letIn.some((each) => each.name === name));
        check(
          letIn.map(({ name }) => name).join() === order.join(),
          `${letIn.map(({ name }) => name)} came as ${order}`,
        );
        letIn.forEach(({ time }, at) => {
          check(
            deliversLate ? time >= at * 100 : time === at * 100,
            `the one at ${at} was let in after ${time} ms`,
          );
        });
        check(limiter.statistics().waiting === 0, 'a waiter was left');
        yield* sleep(100);
        check(limiter.statistics().available === 1, 'a place was lost');
      },
    }),
  ),
  {
    name: 'a capacity limiter loses no token, and lends none twice, while it shrinks and grows',
    *main(env) {
      const limiter = new CapacityLimiter(1);
      const inside = new Set<string>();
      let most = 1;
      const visits = names.map((name) =>
        env.mayCancel(
          createTask(
            function* () {
              yield* limiter.with(function* () {
                inside.add(name);
                check(inside.size <= most, `${[...inside]} are in, of ${most}`);
                try {
                  yield* env.answer(`the work of ${name}`);
                } finally {
                  inside.delete(name);
                }
              });
            },
            { name },
          ),
        ),
      );
      const resizer = createTask(
        function* () {
          yield* env.answer('grow');
          most = 2;
          limiter.totalTokens = 2;
          yield* env.answer('shrink');
          // Those that hold a token keep it.
          limiter.totalTokens = 0;
          yield* sleep(0);
          limiter.totalTokens = 1;
        },
        { name: 'resizes' },
      );
      yield* wait([...visits, resizer]);
      const { borrowedTokens, waiting } = limiter.statistics();
      check(borrowedTokens === 0 && waiting === 0, `${limiter} after all`);
      check(limiter.availableTokens === 1, 'a token was lost');
    },
  },
  {
    name: 'a token of a capacity limiter is never left lying while a task waits',
    *main(env) {
      const limiter = new CapacityLimiter(1);
      const tasks = names.map((name) =>
        env.mayCancel(
          createTask(
            function* () {
              yield* limiter.with(() => env.answer(`the work of ${name}`));
            },
            { name },
          ),
        ),
      );
      // Without the token the others would wait for ever: a deadlock.
      yield* wait(tasks);
      check(limiter.availableTokens === 1, `${limiter} after all`);
    },
  },
  {
    name: 'retry() makes no attempt after a request to cancel, whatever its function makes of that',
    *main(env) {
      const loop = getEventLoop();
      // An attempt that has failed when the request comes is cancelled, and its error reported.
      if (deliversLate) loop.setExceptionHandler(() => {});
      const start = loop.time();
      let attempts = 0;
      const task = env.mayCancel(
        createTask(
          function* () {
            yield* retry(
              function* () {
                check(
                  currentTask()?.cancelling() === 0,
                  'an attempt begins in a task that was cancelled',
                );
                attempts++;
                try {
                  yield* env.answer(`attempt ${attempts}`);
                } catch (error) {
                  check(error instanceof CancelledError, 'another error');
                  throw new RangeError('hidden');
                }
                throw new RangeError('busy');
              },
              { attempts: 3, delay: 10, within: 1000 },
            );
          },
          { name: 'retries' },
        ),
      );
      yield* wait([task]);
      const error = task.cancelled() ? undefined : task.exception();
      check(
        task.cancelled() || error instanceof RangeError,
        `it ended with ${String(error)} after ${attempts} attempts`,
      );
      const isLate = loop.time() - start > 900;
      check(
        task.cancelling() > 0 || isLate || attempts === 3,
        `it gave up after ${attempts} attempts`,
      );
    },
  },
  {
    name: 'latest() never runs two calls at once, and supersedes all but the latest',
    *main(env) {
      const running = new Set<string>();
      const began: string[] = [];
      const work = latest(function* (name: string) {
        check(running.size === 0, `${name} begins while ${[...running]} runs`);
        running.add(name);
        try {
          yield* env.answer(`the work of ${name}`);
          return name;
        } finally {
          // May be cancelled too.
          try {
            yield* sleep(0);
          } finally {
            running.delete(name);
          }
        }
      });
      const superseded = new Set<string>();
      const tasks = names.map((name) =>
        env.mayCancel(
          createTask(
            function* () {
              began.push(name);
              try {
                check((yield* work(name)) === name, 'the result of another call');
                check(
                  began.at(-1) === name || deliversLate,
                  `${name} has a result, but ${began.at(-1)} came later`,
                );
              } catch (error) {
                if (!(error instanceof SupersededError)) throw error;
                superseded.add(name);
              }
              yield* sleep(1);
            },
            { name },
          ),
        ),
      );
      yield* wait(tasks);
      check(running.size === 0, `${[...running]} has no end`);
      check(!superseded.has(began.at(-1) as string), 'the latest call was superseded');
      for (const task of tasks) {
        check(
          task.cancelled() === task.cancelling() > 0,
          `${task} has ${task.cancelling()} requests`,
        );
        check(task.cancelled() || task.exception() === undefined, `${task} failed`);
      }
    },
  },
  {
    name: 'singleFlight() runs one at a time, and none is cancelled that a caller waits for',
    *main(env) {
      const waiting = new Set<string>();
      let isRunning = false;
      let count = 0;
      const load = singleFlight(function* () {
        check(!isRunning, 'two run at once');
        isRunning = true;
        const number = ++count;
        try {
          yield* env.answer(`load ${number}`);
          return number;
        } catch (error) {
          const left = [...waiting].filter((name) => tasks.get(name)?.cancelling() === 0);
          // One that came after the last caller had left waits for the next load.
          check(!left.some((name) => joined.get(name) === number), `${left} wait for it`);
          throw error;
        } finally {
          // May be cancelled too.
          try {
            yield* sleep(0);
          } finally {
            isRunning = false;
          }
        }
      });
      const joined = new Map<string, number>();
      const tasks = new Map<string, Task<void>>();
      for (const name of names) {
        const caller = createTask(
          function* () {
            waiting.add(name);
            if (isRunning) joined.set(name, count);
            try {
              check((yield* load()) >= 1, 'no result');
            } finally {
              waiting.delete(name);
            }
          },
          { name },
        );
        tasks.set(name, env.mayCancel(caller));
      }
      yield* wait(tasks.values());
      for (const task of tasks.values()) {
        check(
          task.cancelled() === task.cancelling() > 0,
          `${task} has ${task.cancelling()} requests, and nobody cancelled it`,
        );
        check(task.cancelled() || task.exception() === undefined, `${task} failed`);
      }
      check(!isRunning, 'a load has no end');
    },
  },
];
