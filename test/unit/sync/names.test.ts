import {
  Barrier,
  BoundedSemaphore,
  CapacityLimiter,
  Condition,
  type Coroutine,
  createTask,
  Event,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  RateLimiter,
  Semaphore,
  sleep,
  wait,
} from 'skein';
import { describe, expect, test } from 'vitest';
import { thrownBy } from '../combinators/helpers.ts';
import { inLoop } from '../loops.ts';

interface NamedThing {
  readonly name: string | undefined;
  statistics(): { readonly name: string | undefined };
}

/** Each makes one with the options given. */
const makers: readonly { kind: string; make: (options?: { name?: string }) => NamedThing }[] = [
  { kind: 'Lock', make: (options) => new Lock(options) },
  { kind: 'Semaphore', make: (options) => new Semaphore(1, options) },
  { kind: 'BoundedSemaphore', make: (options) => new BoundedSemaphore(1, options) },
  { kind: 'CapacityLimiter', make: (options) => new CapacityLimiter(1, options) },
  {
    kind: 'RateLimiter',
    make: (options) => {
      if (typeof options === 'string') return new RateLimiter(options as never);
      // Its other options are read before.
      const limiter = Object.defineProperties(
        { limit: 1, interval: 5 },
        Object.getOwnPropertyDescriptors(options ?? {}),
      );
      return new RateLimiter(limiter);
    },
  },
  { kind: 'Condition', make: (options) => new Condition(undefined, options) },
  { kind: 'Event', make: (options) => new Event(options) },
  { kind: 'Barrier', make: (options) => new Barrier(1, options) },
  { kind: 'Queue', make: (options) => new Queue(0, options) },
  { kind: 'LifoQueue', make: (options) => new LifoQueue(0, options) },
  { kind: 'PriorityQueue', make: (options) => new PriorityQueue(0, options) },
];

describe.each(makers)('the name of a $kind', ({ kind, make }) => {
  test('is kept, and stands in its text form and in its statistics', () => {
    const thing = make({ name: 'orders' });
    expect(thing.name).toBe('orders');
    expect(String(thing)).toMatch(new RegExp(`^<${kind} 'orders' `));
    expect(thing.statistics().name).toBe('orders');
  });

  test('is undefined if none is given, and changes nothing then', () => {
    for (const thing of [make(), make({}), make({ name: undefined } as never)]) {
      expect(thing.name).toBeUndefined();
      expect(thing.statistics().name).toBeUndefined();
      expect(String(thing)).toBe(String(make()));
      expect(String(thing)).not.toContain("'");
    }
  });

  test('is turned into a string, as the name of a task is', () => {
    expect(make({ name: 5 as never }).name).toBe('5');
    expect(make({ name: '' }).name).toBe('');
  });

  test('is refused if it has no text form', () => {
    const error = thrownBy(() => make({ name: Object.create(null) })) as Error;
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(`\`new ${kind}()\` expected a name with a text form, but got `);
  });

  test('is read once', () => {
    let reads = 0;
    make({
      get name() {
        reads++;
        return 'a';
      },
    });
    expect(reads).toBe(1);
  });

  test('is the only option', () => {
    const error = thrownBy(() => make({ title: 'a' } as never)) as Error;
    expect(error.message).toMatch(`\`new ${kind}()\` expected options that it knows, but got`);
  });

  test('in the place of the options is refused, and the error says what to write', () => {
    const error = thrownBy(() => make('orders' as never)) as Error;
    expect(error.message).toMatch(`\`new ${kind}()\` expected an options object, but got "orders"`);
    expect(error.message).toMatch(new RegExp(`Write \`new ${kind}\\(.*\\{ .*\\}\\)\`\\.$`));
  });

  test('comes with statistics that are frozen', () => {
    expect(Object.isFrozen(make().statistics())).toBe(true);
  });
});

test('a subclass may have a name of its own making', () => {
  class Mutex extends Lock {
    constructor() {
      super({ name: 'mutex' });
    }
  }
  expect(new Mutex().name).toBe('mutex');
});

function* holdFor(held: Lock | Semaphore | Condition, ms: number): Coroutine<void> {
  yield* held.acquire();
  yield* sleep(ms);
  held.release();
}

describe('statistics()', () => {
  test('of a lock tells its holder, since when it has the lock, and how many tasks wait', () =>
    inLoop(function* (loop) {
      const lock = new Lock({ name: 'log' });
      const free = { name: 'log', locked: false, holder: undefined, since: undefined, waiting: 0 };
      expect(lock.statistics()).toEqual(free);
      const begun = loop.time();
      const tasks = ['a', 'b', 'c'].map((name) => createTask(holdFor(lock, 10), { name }));
      yield* sleep(5);
      expect(lock.statistics()).toEqual({
        name: 'log',
        locked: true,
        holder: 'a',
        since: begun,
        waiting: 2,
      });
      yield* sleep(10);
      expect(lock.statistics()).toMatchObject({ holder: 'b', since: begun + 10, waiting: 1 });
      yield* wait(tasks);
      expect(lock.statistics()).toEqual(free);
    }));

  test('of a lock without a name leaves out since when: it does not read the clock', () =>
    inLoop(function* () {
      const lock = new Lock();
      const task = createTask(holdFor(lock, 10), { name: 'a' });
      yield* sleep(5);
      expect(lock.statistics()).toEqual({
        name: undefined,
        locked: true,
        holder: 'a',
        since: undefined,
        waiting: 0,
      });
      yield* task;
    }));

  test('of a lock forgets a waiter that is cancelled', () =>
    inLoop(function* () {
      const lock = new Lock();
      yield* lock.acquire();
      const waiter = createTask(lock.acquire());
      yield* sleep(1);
      expect(lock.statistics().waiting).toBe(1);
      waiter.cancel();
      yield* wait([waiter]);
      expect(lock.statistics()).toMatchObject({ locked: true, waiting: 0 });
      lock.release();
    }));

  test('of a semaphore tells its free slots and who holds the others', () =>
    inLoop(function* () {
      const semaphore = new Semaphore(3, { name: 'downloads' });
      const tasks = ['a', 'b'].map((name) => createTask(holdFor(semaphore, 10), { name }));
      yield* sleep(5);
      expect(semaphore.statistics()).toEqual({
        name: 'downloads',
        value: 1,
        holders: ['a', 'b'],
        waiting: 0,
      });
      expect(Object.isFrozen(semaphore.statistics().holders)).toBe(true);
      const more = ['c', 'd'].map((name) => createTask(holdFor(semaphore, 10), { name }));
      yield* sleep(1);
      expect(semaphore.statistics()).toMatchObject({ value: 0, waiting: 1 });
      yield* wait([...tasks, ...more]);
      expect(semaphore.statistics()).toMatchObject({ value: 3, holders: [], waiting: 0 });
    }));

  test('of a condition has those of its lock', () =>
    inLoop(function* () {
      const condition = new Condition(new Lock({ name: 'rows' }), { name: 'rows changed' });
      const waiters = [1, 2].map(() => createTask(condition.with(() => condition.wait())));
      const holder = createTask(holdFor(condition, 10), { name: 'writer' });
      yield* sleep(5);
      expect(condition.statistics()).toMatchObject({
        name: 'rows changed',
        lock: { name: 'rows', locked: true, holder: 'writer' },
        waiting: 2,
      });
      yield* holder;
      yield* condition.with(function* () {
        condition.notifyAll();
        yield* sleep(0);
      });
      yield* wait(waiters);
      expect(condition.statistics()).toMatchObject({ lock: { locked: false }, waiting: 0 });
    }));

  test('of an event tells whether it is set', () =>
    inLoop(function* () {
      const event = new Event({ name: 'ready' });
      const waiter = createTask(event.wait());
      yield* sleep(1);
      expect(event.statistics()).toEqual({ name: 'ready', set: false, waiting: 1 });
      event.set();
      yield* waiter;
      expect(event.statistics()).toEqual({ name: 'ready', set: true, waiting: 0 });
    }));

  test('of a barrier tells how many have come', () =>
    inLoop(function* () {
      const barrier = new Barrier(2, { name: 'start' });
      const early = createTask(barrier.wait());
      yield* sleep(1);
      const statistics = { name: 'start', parties: 2, waiting: 1, broken: false };
      expect(barrier.statistics()).toEqual(statistics);
      yield* barrier.abort();
      yield* wait([early]);
      expect(early.exception()).toBeDefined();
      expect(barrier.statistics()).toEqual({ ...statistics, waiting: 0, broken: true });
    }));

  test('of a queue tells what is in it, and how many wait at both ends', () =>
    inLoop(function* () {
      const queue = new Queue<number>(1, { name: 'jobs' });
      const getters = [1, 2].map(() => createTask(queue.get()));
      yield* sleep(1);
      expect(queue.statistics()).toEqual({
        name: 'jobs',
        size: 0,
        maxsize: 1,
        unfinished: 0,
        getters: 2,
        putters: 0,
        shutDown: false,
      });
      const putters = [1, 2, 3, 4, 5].map((item) => createTask(queue.put(item)));
      yield* wait(getters);
      yield* sleep(1);
      expect(queue.statistics()).toMatchObject({ size: 1, unfinished: 3, getters: 0, putters: 2 });
      queue.shutdown(true);
      yield* wait(putters);
      for (const putter of putters) putter.exception();
      expect(queue.statistics()).toMatchObject({ size: 0, unfinished: 2, shutDown: true });
    }));
});
