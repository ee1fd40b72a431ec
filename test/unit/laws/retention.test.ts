import {
  asCompleted,
  CapacityLimiter,
  Condition,
  type Coroutine,
  channel,
  createTask,
  Event,
  type EventLoop,
  Future,
  gather,
  Lock,
  latest,
  Queue,
  RateLimiter,
  retry,
  Semaphore,
  shield,
  singleFlight,
  sleep,
  type Task,
  type TaskGroup,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from 'skein';
import { expect, test } from 'vitest';
import { caught, iterations } from '../combinators/helpers.ts';
import { virtualLoop } from '../loops.ts';
import { expectCollectable } from './collectable.ts';

test('the check itself finds what is kept', async () => {
  const kept = { kept: true };
  await expect(expectCollectable(() => ({ kept }))).rejects.toThrow('still there');
  expect(kept.kept).toBe(true);
});

/** What is alive all the time, to keep what it should not. */
const loop = virtualLoop();
const longLived = {
  future: new Future<void>({ loop }),
  lock: new Lock(),
  semaphore: new Semaphore(0),
  event: new Event(),
  condition: new Condition(),
  empty: new Queue<object>(),
  full: new Queue<object>(1),
  channel: channel<object>(0),
  rate: new RateLimiter({ limit: 1, interval: 1e9 }),
  capacity: new CapacityLimiter(0),
  find: latest(() => sleep(1e9)),
  load: singleFlight((_key: object) => sleep(1e9)),
};

function onLoop<T>(main: (loop: EventLoop) => Coroutine<T>): Promise<T> {
  return loop.runUntilComplete(main(loop));
}

test('a finished task, its coroutine, its result and its callbacks', () =>
  expectCollectable(() =>
    onLoop(function* () {
      const result = { result: true };
      const coroutine = sleep(1, result);
      const callback = (): object => result;
      const task = createTask(coroutine);
      task.addDoneCallback(callback);
      yield* task;
      yield* iterations(2);
      return { task, coroutine, result, callback };
    }),
  ));

test('a failed task whose error was seen, and one that was cancelled', () =>
  expectCollectable(() =>
    onLoop(function* () {
      const oops = new Error('oops');
      const failed = createTask(function* (): Coroutine<void> {
        yield* sleep(1);
        throw oops;
      });
      const cancelled = createTask(sleep(1_000_000));
      yield* caught(failed);
      cancelled.cancel();
      yield* caught(cancelled);
      return { failed, oops, cancelled };
    }),
  ));

const { lock, semaphore, event, condition, empty, full } = longLived;

/** Another task, as a lock knows who holds it. */
function* holdLock(): Coroutine<void> {
  yield* lock.acquire();
}

test.each<[string, () => Coroutine<unknown>]>([
  ['a lock', () => lock.acquire()],
  ['a semaphore', () => semaphore.acquire()],
  ['an event', () => event.wait()],
  [
    'a condition',
    function* () {
      yield* condition.with(() => condition.wait());
    },
  ],
  ['an empty queue', () => empty.get()],
  ['a full queue', () => full.put({})],
  ['queue.join()', () => full.join()],
  ['a channel, as its receiver', () => longLived.channel.receiver.receive()],
  ['a channel, as its sender', () => longLived.channel.sender.send({})],
  ['a rate limiter', () => longLived.rate.acquire()],
  ['a capacity limiter', () => longLived.capacity.acquire({})],
  [
    'a `latest()`',
    function* () {
      yield* longLived.find();
    },
  ],
  [
    'a `singleFlight()`, with its key',
    function* () {
      yield* longLived.load({});
    },
  ],
  [
    'retry()',
    () =>
      retry(
        function* (): Coroutine<void> {
          yield;
          throw new Error('busy');
        },
        { attempts: 2, delay: 1e6 },
      ),
  ],
  ['a sleep', () => sleep(1_000_000)],
  ['wait() with a time', () => wait([longLived.future], { timeout: 1_000_000 })],
  ['waitFor()', () => waitFor(shield(longLived.future), 1_000_000)],
  ['timeout()', () => timeout(1_000_000, () => shield(longLived.future))],
])('a cancelled waiter at %s that lives on', (_, waiting) =>
  expectCollectable(() =>
    onLoop(function* () {
      if (!lock.locked()) yield* createTask(holdLock());
      if (!full.full()) full.putNowait({});
      if (longLived.rate.statistics().available > 0) yield* longLived.rate.acquire();
      const coroutine = waiting();
      const task = createTask(coroutine);
      yield* iterations(3);
      expect(task.done()).toBe(false);
      task.cancel();
      yield* caught(task);
      yield* iterations(2);
      return { task, coroutine };
    }),
  ),
);

test('a settled gather, a finished asCompleted, and what went through them', () =>
  expectCollectable(() =>
    onLoop(function* () {
      const children = [createTask(sleep(1, {})), createTask(sleep(2, {}))];
      const gathered = gather(children);
      const results = yield* gathered;
      const completed = asCompleted([createTask(sleep(1, {})), createTask(sleep(2, {}))]);
      for (const next of completed) yield* next;
      yield* iterations(2);
      return { gathered, completed, first: results[0] as object, child: children[0] as object };
    }),
  ));

test('those who stopped waiting for a future that stays pending', () =>
  expectCollectable(() =>
    onLoop(function* () {
      const made: Record<string, object> = {};
      for (let i = 0; i < 3; i++) {
        const waiter = wait([longLived.future], { timeout: 1 });
        const outer = shield(longLived.future);
        made[`wait ${i}`] = waiter;
        made[`shield ${i}`] = outer;
        yield* waiter;
        outer.cancel();
        yield* iterations(2);
      }
      return made;
    }),
  ));

test('the finished tasks of a group that lives on', async () => {
  const closing = new Future<void>({ loop });
  let open!: Task<void>;
  await expectCollectable(() =>
    onLoop(function* () {
      const holder: { made: Record<string, object> } = { made: {} };
      function* child(group: TaskGroup, i: number): Coroutine<void> {
        const task = group.createTask(sleep(1, { i }));
        holder.made[`task ${i}`] = task;
        holder.made[`result ${i}`] = yield* task;
      }
      open = createTask(
        taskGroup(function* (group) {
          for (let i = 0; i < 3; i++) yield* child(group, i);
          yield* closing;
        }),
      );
      yield* sleep(10);
      const { made } = holder;
      // The body of the group lives on, and so does what it refers to.
      holder.made = {};
      return made;
    }),
  );
  expect(open.done()).toBe(false);
  closing.setResult();
  await loop.runUntilComplete(open);
});

test('a loop that is not used any more, even with a timer and a waiting task', () =>
  expectCollectable(async () => {
    const other = virtualLoop();
    function* main(): Coroutine<void> {
      createTask(sleep(1_000_000));
      yield* sleep(1);
    }
    await other.runUntilComplete(main());
    return { other };
  }));
