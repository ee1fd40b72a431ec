/**
 * n tasks wait for something that never comes. They are cancelled, their `finally` runs, and they are joined. Starting them
 * does not count. A native async function is stopped by an AbortController of its own, as one for all could not stop one of
 * them.
 */
export default {
  name: 'cancel',
  question: 'Cancel a task that waits, run its cleanup, and join it',
  n: 10_000,
  sizes: { effection: 2_000 },
  marks: { effect: '²', effection: '¹', 'redux-saga': '¹', bluebird: '¹' },
  notes: [
    '¹ Cancels by `return()`: the `finally` of the task runs, and no `catch` hears of it, so the task can neither tell why it ends nor clean up in one place for failures and cancellations.',
    '² Drops the generator of `Effect.gen`: neither its `catch` nor its `finally` runs. The cleanup is what `Effect.ensuring()` was given.',
  ],
  answer: (n) => 2 * n,
  contestants: {
    async native(n, _, watch) {
      let cleaned = 0;
      const aborted = (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      const work = async (signal) => {
        try {
          await aborted(signal);
        } finally {
          cleaned++;
        }
      };
      const controllers = Array.from({ length: n }, () => new AbortController());
      const tasks = controllers.map(({ signal }) => work(signal));
      await null;
      watch.start();
      for (const controller of controllers) controller.abort();
      const outcomes = await Promise.allSettled(tasks);
      watch.stop();
      return cleaned + outcomes.filter(({ status }) => status === 'rejected').length;
    },

    skein(n, { Future, createTask, gather, run, sleep }, watch) {
      let cleaned = 0;
      function* work() {
        try {
          yield* new Future();
        } finally {
          cleaned++;
        }
      }
      return run(function* () {
        const tasks = Array.from({ length: n }, () => createTask(work()));
        yield* sleep(0);
        watch.start();
        for (const task of tasks) task.cancel();
        yield* gather(tasks, { returnExceptions: true });
        watch.stop();
        return cleaned + tasks.filter((task) => task.cancelled()).length;
      });
    },

    effect(n, { Effect, Exit, Fiber }, watch) {
      let cleaned = 0;
      const cleanup = Effect.sync(() => {
        cleaned++;
      });
      let started = 0;
      const work = Effect.suspend(() => {
        started++;
        return Effect.ensuring(
          Effect.callback(() => undefined),
          cleanup,
        );
      });
      const main = Effect.gen(function* () {
        const fibers = [];
        for (let i = 0; i < n; i++) fibers.push(yield* Effect.forkChild(work));
        while (started < n) yield* Effect.yieldNow;
        watch.start();
        yield* Fiber.interruptAll(fibers);
        const exits = yield* Fiber.awaitAll(fibers);
        watch.stop();
        return cleaned + exits.filter(Exit.isFailure).length;
      });
      return Effect.runPromise(main);
    },

    effection(n, { all, run, sleep, spawn, suspend }, watch) {
      let cleaned = 0;
      function* work() {
        try {
          yield* suspend();
        } finally {
          cleaned++;
        }
      }
      return run(function* () {
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(yield* spawn(work));
        yield* sleep(1);
        watch.start();
        const halted = yield* all(tasks.map((task) => task.halt()));
        watch.stop();
        return cleaned + halted.length;
      });
    },

    /** `cancel` returns when all cleanups have run. Tasks are detached: in attached ones it looks for each in a list. */
    'redux-saga'(n, { cancel, runSaga, spawn }, watch) {
      let cleaned = 0;
      function* work() {
        try {
          yield new Promise(() => undefined);
        } finally {
          cleaned++;
        }
      }
      function* main() {
        const tasks = [];
        for (let i = 0; i < n; i++) tasks.push(yield spawn(work));
        watch.start();
        yield cancel(tasks);
        watch.stop();
        return cleaned + tasks.filter((task) => task.isCancelled()).length;
      }
      return runSaga({}, main).toPromise();
    },

    /** A cancelled promise never settles, so the last cleanup tells that all are done. */
    async bluebird(n, Bluebird, watch) {
      let cleaned = 0;
      let allCleaned;
      const end = new Bluebird((resolve) => {
        allCleaned = resolve;
      });
      const work = Bluebird.coroutine(function* () {
        try {
          yield new Bluebird(() => undefined);
        } finally {
          cleaned++;
          if (cleaned === n) allCleaned();
        }
      });
      const tasks = Array.from({ length: n }, () => work());
      await Bluebird.delay(1);
      watch.start();
      for (const task of tasks) task.cancel();
      await end;
      watch.stop();
      return cleaned + tasks.filter((task) => task.isCancelled()).length;
    },

    async limit(n, { List, Place, Stepped, interruption }, watch) {
      const list = new List();
      let cleaned = 0;
      function* work() {
        try {
          yield* new Place();
        } finally {
          cleaned++;
        }
      }
      const tasks = Array.from({ length: n }, () => new Stepped(work(), list));
      await list.run(() => n);
      watch.start();
      for (const task of tasks) list.throwInto(task, interruption());
      const failed = await list.run(() => tasks.filter((task) => task.error !== undefined).length);
      watch.stop();
      return cleaned + failed;
    },

    asyncio: 'cpython.py',
  },
};
