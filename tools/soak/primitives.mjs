/**
 * One operation of each primitive, in both styles: `coroutine` is a generator function, `async` an async function. Each is
 * given the library and what lives as long as the program: a future that never settles, locks, queues.
 */
export const makeShared = (skein, executors) => ({
  inline: new executors.InlineExecutor(),
  capacity: new skein.CapacityLimiter(2),
  rate: new skein.RateLimiter({ limit: 1e9, interval: 1000 }),
  latest: skein.latest(() => skein.sleep(0)),
  singleFlight: skein.singleFlight(() => skein.sleep(0)),
  forever: new skein.Future(),
  lock: new skein.Lock(),
  event: new skein.Event(),
  condition: new skein.Condition(),
  semaphore: new skein.Semaphore(2),
  bounded: new skein.BoundedSemaphore(2),
  barrier: new skein.Barrier(2),
  queue: new skein.Queue(2),
  lifo: new skein.LifoQueue(2),
  priority: new skein.PriorityQueue(2),
  channel: skein.channel(1),
  rendezvous: skein.channel(),
  variable: new skein.ContextVar('soak'),
  controller: new AbortController(),
});

const later = (future) => () => {
  if (!future.done()) future.setResult(1);
};

/** Those that take an awaitable or make one: the coroutine is written once, and awaited in either style. */
const awaitables = {
  'sleep(0)': (s) => s.sleep(0),
  createTask: (s) => s.createTask(s.sleep(0)),
  Future: (s) => {
    const future = new s.Future();
    s.getEventLoop().callSoon(later(future));
    return future;
  },
  gather: (s) => s.gather([s.createTask(s.sleep(0)), s.sleep(0)]),
  wait: (s, { forever }) =>
    s.wait([forever, s.createTask(s.sleep(0))], { returnWhen: s.FIRST_COMPLETED }),
  'waitFor, in time': (s) => s.waitFor(s.sleep(0), 1000),
  'waitFor, too late': (s, { forever }) =>
    s.gather([s.waitFor(s.shield(forever), 0)], { returnExceptions: true }),
  shield: (s) => s.shield(s.createTask(s.sleep(0))),
  timeout: (s) => s.timeout(1000, () => s.sleep(0)),
  taskGroup: (s) =>
    s.taskGroup((tg) => {
      tg.createTask(s.sleep(0));
      return s.sleep(0);
    }),
  staggeredRace: (s) => s.staggeredRace([() => s.sleep(0), () => s.sleep(0)], 1000),
  fromPromise: (s) => s.fromPromise(Promise.resolve(1)),
  Lock: (s, { lock }) => lock.with(() => s.sleep(0)),
  Semaphore: (s, { semaphore }) => semaphore.with(() => s.sleep(0)),
  BoundedSemaphore: (s, { bounded }) => bounded.with(() => s.sleep(0)),
  Barrier: (s, { barrier }) => s.gather([barrier.wait(), barrier.wait()]),
  Event: (s, { event }) => {
    event.clear();
    s.getEventLoop().callSoon(() => event.set());
    return event.wait();
  },
  Condition: (s, { condition }) => {
    const waiting = condition.with(() => condition.wait());
    const notifying = condition.with(() => {
      condition.notify();
      return s.sleep(0);
    });
    return s.gather([waiting, notifying]);
  },
  Queue: (s, { queue }) => s.gather([queue.get(), queue.put(1)]),
  channel: (s, { channel }) => s.gather([channel.receiver.receive(), channel.sender.send(1)]),
  'a channel without capacity': (s, { rendezvous }) =>
    s.gather([rendezvous.sender.send(1), rendezvous.receiver.next()]),
  'a channel, cloned and closed': (s, { channel }) => {
    channel.sender.clone().close();
    channel.receiver.clone().close();
    return s.sleep(0);
  },
  mapConcurrent: (s) => s.mapConcurrent([1, 2], () => s.sleep(0), { concurrency: 1 }).toArray(),
  'mapConcurrent(), left': (s) => {
    const results = s.mapConcurrent([1, 2], () => s.sleep(1000));
    s.getEventLoop().callSoon(() => s.createTask(results.return()));
    return results.next();
  },
  all: (s) => s.all([s.sleep(0), s.sleep(0)], { concurrency: 1 }),
  allSettled: (s) => s.allSettled([s.sleep(0), s.sleep(0)]),
  any: (s) => s.any([s.sleep(0), s.sleep(1000)]),
  race: (s, { forever }) => s.race([s.sleep(0), s.shield(forever)]),
  retry: (s) => {
    let calls = 0;
    const call = () => {
      if (calls++ === 0) throw new Error('soak');
      return s.sleep(0);
    };
    return s.retry(call, { attempts: 2, delay: 0 });
  },
  CapacityLimiter: (s, { capacity }) => capacity.with(() => s.sleep(0)),
  RateLimiter: (_s, { rate }) => rate.acquire(),
  latest: (_s, { latest }) => latest(),
  'latest(), superseded': (s, { latest }) => s.allSettled([latest(), latest()]),
  singleFlight: (s, { singleFlight }) => s.gather([singleFlight(1), singleFlight(1)]),
  moveOnAfter: (s) => s.moveOnAfter(0, () => s.sleep(1000)),
  cancelScope: (s) => s.cancelScope({}, () => s.sleep(0)),
  'a group with background and start()': (s) =>
    s.taskGroup(function* (tg) {
      tg.createTask(s.sleep(1000), { background: true });
      yield* tg.start(function* (started) {
        started(1);
        yield* s.sleep(0);
      });
    }),
  LifoQueue: (s, { lifo }) => s.gather([lifo.get(), lifo.put(1)]),
  PriorityQueue: (s, { priority }) => s.gather([priority.get(), priority.put(1)]),
  'task under a signal': (s, { controller }) =>
    s.createTask(() => s.sleep(0), { signal: controller.signal }),
  cancel: (s, { forever }) => {
    const task = s.createTask(function* () {
      yield* s.shield(forever);
    });
    s.getEventLoop().callSoon(() => task.cancel());
    return s.wait([task]);
  },
  'a failure that is caught': (s) =>
    s.gather(
      [
        s.createTask(function* () {
          yield* s.sleep(0);
          throw new Error('soak');
        }),
      ],
      { returnExceptions: true },
    ),
};

/** Those that look different in the two styles. */
const apart = {
  'asCompleted, left by a break': {
    *coroutine(s, { forever }) {
      for (const next of s.asCompleted([forever, s.sleep(0)])) {
        yield* next;
        break;
      }
    },
    async async(s, { forever }) {
      for await (const _done of s.asCompleted([forever, s.createTask(s.sleep(0))])) break;
    },
  },
  'map() of an executor': {
    *coroutine(_s, { inline }) {
      for (const result of inline.map((n) => n + 1, [1, 2])) yield* result;
    },
    async async(_s, { inline }) {
      for await (const _result of inline.map((n) => n + 1, [1, 2]));
    },
  },
  ContextVar: {
    *coroutine(s, { variable }) {
      const token = variable.set(1);
      yield* s.sleep(0);
      variable.reset(token);
    },
    async async(s, { variable }) {
      const token = variable.set(1);
      await s.sleep(0);
      variable.reset(token);
    },
  },
  'an async function as a task': {
    *coroutine(s) {
      yield* s.createTask(async () => await s.sleep(0));
    },
    async async(s) {
      await s.createTask(async () => await s.sleep(0));
    },
  },
};

const both = (make) => ({
  *coroutine(skein, shared) {
    yield* make(skein, shared);
  },
  async async(skein, shared) {
    await make(skein, shared);
  },
});

/** `{ name, coroutine, async }` each. */
export const primitives = [
  ...Object.entries(awaitables).map(([name, make]) => ({ name, ...both(make) })),
  ...Object.entries(apart).map(([name, styles]) => ({ name, ...styles })),
];
