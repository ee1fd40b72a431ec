/** n tasks wait for the same thing, each under a timeout of its own. It comes, and no timeout fires. */
export default {
  name: 'timeouts',
  question: 'Wait under a timeout that does not fire, beside all others',
  n: 100_000,
  sizes: { 'effection, race with sleep': 1_000, bluebird: 50_000, asyncio: 20_000 },
  answer: (n) => n,
  contestants: {
    async native(n) {
      const within = (ms, promise) => {
        const signal = AbortSignal.timeout(ms);
        return new Promise((resolve, reject) => {
          const abort = () => reject(signal.reason);
          signal.addEventListener('abort', abort, { once: true });
          promise.then((value) => {
            signal.removeEventListener('abort', abort);
            resolve(value);
          }, reject);
        });
      };
      let open;
      const gate = new Promise((resolve) => {
        open = resolve;
      });
      const tasks = Array.from({ length: n }, async () => within(60_000, gate));
      open(1);
      return (await Promise.all(tasks)).length;
    },

    /** Nobody listens to the signal: it is only asked at the end. What is not done cannot be stopped. */
    async 'native, signal made only'(n) {
      let open;
      const gate = new Promise((resolve) => {
        open = resolve;
      });
      const work = async () => {
        const signal = AbortSignal.timeout(60_000);
        await gate;
        signal.throwIfAborted();
      };
      const tasks = Array.from({ length: n }, work);
      open(1);
      return (await Promise.all(tasks)).length;
    },

    async 'native, race with setTimeout'(n) {
      const within = async (ms, promise) => {
        let timer;
        const late = new Promise((_, reject) => {
          timer = setTimeout(() => reject(new Error('late')), ms);
        });
        try {
          return await Promise.race([promise, late]);
        } finally {
          clearTimeout(timer);
        }
      };
      let open;
      const gate = new Promise((resolve) => {
        open = resolve;
      });
      const tasks = Array.from({ length: n }, () => within(60_000, gate));
      open(1);
      return (await Promise.all(tasks)).length;
    },

    skein(n, { Future, createTask, gather, run, sleep, timeout }) {
      return run(function* () {
        const gate = new Future();
        function* wait() {
          return yield* gate;
        }
        function* work() {
          return yield* timeout(60_000, wait);
        }
        const tasks = Array.from({ length: n }, () => createTask(work()));
        yield* sleep(0);
        gate.setResult(1);
        return (yield* gather(tasks)).length;
      });
    },

    effect(n, { Deferred, Effect, Fiber }) {
      const main = Effect.gen(function* () {
        const gate = yield* Deferred.make();
        const work = Effect.timeout(Deferred.await(gate), 60_000);
        const fibers = [];
        for (let i = 0; i < n; i++) fibers.push(yield* Effect.forkChild(work));
        yield* Effect.yieldNow;
        yield* Deferred.succeed(gate, 1);
        return (yield* Fiber.joinAll(fibers)).length;
      });
      return Effect.runPromise(main);
    },

    /** It has no timeout; its guide shows this. */
    'effection, race with sleep'(n, { all, race, run, sleep, spawn, withResolvers }) {
      return run(function* () {
        const gate = withResolvers();
        function* work() {
          return yield* race([gate.operation, sleep(60_000)]);
        }
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(yield* spawn(work));
        yield* sleep(0);
        gate.resolve(1);
        return (yield* all(tasks)).length;
      });
    },

    /** With more than 65,535 waiting for one promise, it forgets some. */
    async bluebird(n, Bluebird) {
      let open;
      const gate = new Bluebird((resolve) => {
        open = resolve;
      });
      const work = Bluebird.coroutine(function* () {
        return yield gate.timeout(60_000);
      });
      const tasks = Array.from({ length: n }, () => work());
      open(1);
      return (await Bluebird.all(tasks)).length;
    },

    async 'p-queue'(n, PQueue) {
      let open;
      const gate = new Promise((resolve) => {
        open = resolve;
      });
      const queue = new PQueue({ timeout: 60_000 });
      const tasks = Array.from({ length: n }, () => queue.add(() => gate));
      open(1);
      return (await Promise.all(tasks)).length;
    },

    async limit(n, { List, Place, Stepped }) {
      const list = new List();
      const gate = new Place();
      function* wait() {
        return yield* gate;
      }
      function* within(ms, body) {
        const deadline = list.setDeadline(ms);
        try {
          return yield* body();
        } finally {
          deadline.done = true;
        }
      }
      function* work() {
        return yield* within(60_000, wait);
      }
      const tasks = Array.from({ length: n }, () => new Stepped(work(), list));
      await list.run(() => n);
      list.settle(gate);
      return list.run(() => tasks.filter((task) => task.coroutine === undefined).length);
    },

    asyncio: 'cpython.py',
  },
};
