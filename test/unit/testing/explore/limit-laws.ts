/** Laws of retries and limiters: no place is lost, none is given twice, and nothing is tried again once it was cancelled. */
import {
  CancelledError,
  CapacityLimiter,
  createTask,
  currentTask,
  getEventLoop,
  RateLimiter,
  retry,
  sleep,
  wait,
} from 'skein';
import type { Law } from './laws.ts';

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
          check(time === at * 100, `the one at ${at} was let in after ${time} ms`);
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
    name: 'retry() makes no attempt after a request to cancel, whatever its function makes of that',
    *main(env) {
      const loop = getEventLoop();
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
];
