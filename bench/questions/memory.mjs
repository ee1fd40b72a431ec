/** n tasks wait, each for a future of its own; handles and futures are kept. What each takes of the heap, in bytes. */
export default {
  name: 'memory',
  question: 'Memory of a task that waits',
  n: 100_000,
  sizes: { effection: 10_000 },
  metric: 'bytes',
  answer: (n) => n,
  contestants: {
    async native(n, _, watch) {
      const resolvers = new Array(n).fill(undefined);
      const tasks = new Array(n).fill(undefined);
      const work = async (i) =>
        await new Promise((resolve) => {
          resolvers[i] = resolve;
        });
      watch.start();
      for (let i = 0; i < n; i++) tasks[i] = work(i);
      watch.stop();
      for (const resolve of resolvers) resolve(1);
      return (await Promise.all(tasks)).length;
    },

    /** What it takes to be able to cancel it. */
    async 'native, with AbortController'(n, _, watch) {
      const resolvers = new Array(n).fill(undefined);
      const controllers = new Array(n).fill(undefined);
      const tasks = new Array(n).fill(undefined);
      const work = async (i, signal) =>
        await new Promise((resolve, reject) => {
          resolvers[i] = resolve;
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      watch.start();
      for (let i = 0; i < n; i++) {
        controllers[i] = new AbortController();
        tasks[i] = work(i, controllers[i].signal);
      }
      watch.stop();
      for (const resolve of resolvers) resolve(1);
      return (await Promise.all(tasks)).length;
    },

    skein: blocked(() => undefined),

    'skein, given a name': blocked((i) => ({ name: `worker ${i}` })),

    effect(n, { Deferred, Effect, Fiber }, watch) {
      const futures = new Array(n).fill(undefined);
      const fibers = new Array(n).fill(undefined);
      const work = (i) =>
        Effect.gen(function* () {
          futures[i] = yield* Deferred.make();
          return yield* Deferred.await(futures[i]);
        });
      const main = Effect.gen(function* () {
        watch.start();
        for (let i = 0; i < n; i++) fibers[i] = yield* Effect.forkChild(work(i));
        while (futures.includes(undefined)) yield* Effect.yieldNow;
        watch.stop();
        for (const future of futures) yield* Deferred.succeed(future, 1);
        return (yield* Fiber.joinAll(fibers)).length;
      });
      return Effect.runPromise(main);
    },

    effection(n, { all, run, sleep, spawn, withResolvers }, watch) {
      const futures = new Array(n).fill(undefined);
      const tasks = new Array(n).fill(undefined);
      function* work(i) {
        futures[i] = withResolvers();
        return yield* futures[i].operation;
      }
      return run(function* () {
        watch.start();
        for (let i = 0; i < n; i++) tasks[i] = yield* spawn(() => work(i));
        yield* sleep(1);
        watch.stop();
        for (const future of futures) future.resolve(1);
        return (yield* all(tasks)).length;
      });
    },

    bluebird: blockedOnPromises((Bluebird) => [Bluebird, Bluebird.coroutine]),

    co: blockedOnPromises((co) => [Promise, co.wrap]),

    async 'p-limit'(n, pLimit, watch) {
      const limit = pLimit(Number.POSITIVE_INFINITY);
      const resolvers = new Array(n).fill(undefined);
      const tasks = new Array(n).fill(undefined);
      const work = async (i) =>
        await new Promise((resolve) => {
          resolvers[i] = resolve;
        });
      watch.start();
      for (let i = 0; i < n; i++) tasks[i] = limit(work, i);
      await new Promise(setImmediate);
      watch.stop();
      for (const resolve of resolvers) resolve(1);
      return (await Promise.all(tasks)).length;
    },

    async 'p-queue'(n, PQueue, watch) {
      const queue = new PQueue();
      const resolvers = new Array(n).fill(undefined);
      const tasks = new Array(n).fill(undefined);
      const work = async (i) =>
        await new Promise((resolve) => {
          resolvers[i] = resolve;
        });
      watch.start();
      for (let i = 0; i < n; i++) tasks[i] = queue.add(() => work(i));
      await new Promise(setImmediate);
      watch.stop();
      for (const resolve of resolvers) resolve(1);
      return (await Promise.all(tasks)).length;
    },

    asyncio: 'cpython.py',
  },
};

function blocked(options) {
  return (n, { Future, createTask, gather, run, sleep }, watch) =>
    run(function* () {
      const futures = new Array(n).fill(undefined);
      const tasks = new Array(n).fill(undefined);
      function* work(i) {
        futures[i] = new Future();
        return yield* futures[i];
      }
      watch.start();
      for (let i = 0; i < n; i++) tasks[i] = createTask(work(i), options(i));
      yield* sleep(0);
      watch.stop();
      for (const future of futures) future.setResult(1);
      return (yield* gather(tasks)).length;
    });
}

function blockedOnPromises(parts) {
  return async (n, library, watch) => {
    const [PromiseClass, coroutine] = parts(library);
    const resolvers = new Array(n).fill(undefined);
    const tasks = new Array(n).fill(undefined);
    const work = coroutine(function* (i) {
      return yield new PromiseClass((resolve) => {
        resolvers[i] = resolve;
      });
    });
    watch.start();
    for (let i = 0; i < n; i++) tasks[i] = work(i);
    await new Promise(setImmediate);
    watch.stop();
    for (const resolve of resolvers) resolve(1);
    return (await PromiseClass.all(tasks)).length;
  };
}
