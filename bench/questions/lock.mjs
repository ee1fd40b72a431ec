/** A hundred tasks want the same lock, n / 100 times each, and give way once while they have it. */
const tasks = 100;

export default {
  name: 'lock',
  question: 'Get a lock that 100 tasks want, give way once, and release it',
  n: 100_000,
  answer: (n) => n,
  contestants: {
    /** There is none: this is what one writes by hand, without cancelling. */
    async native(n) {
      let locked = false;
      const waiting = [];
      const acquire = async () => {
        if (locked) await new Promise((resolve) => waiting.push(resolve));
        locked = true;
      };
      const release = () => {
        const next = waiting.shift();
        if (next === undefined) locked = false;
        else next();
      };
      const { entered, critical } = section();
      const work = async () => {
        for (let i = 0; i < n / tasks; i++) {
          await acquire();
          try {
            await critical();
          } finally {
            release();
          }
        }
      };
      await Promise.all(Array.from({ length: tasks }, work));
      return entered();
    },

    skein(n, { Lock, createTask, gather, run, sleep }) {
      const lock = new Lock();
      let entered = 0;
      let inside = 0;
      function* work() {
        for (let i = 0; i < n / tasks; i++) {
          yield* lock.acquire();
          try {
            if (++inside !== 1) throw new Error('The lock let in a second task.');
            yield* sleep(0);
            inside--;
            entered++;
          } finally {
            lock.release();
          }
        }
      }
      return run(function* () {
        yield* gather(Array.from({ length: tasks }, () => createTask(work())));
        return entered;
      });
    },

    effect(n, { Effect, Fiber, Semaphore }) {
      const lock = Semaphore.makeUnsafe(1);
      let entered = 0;
      let inside = 0;
      const critical = Effect.gen(function* () {
        if (++inside !== 1) throw new Error('The lock let in a second task.');
        yield* Effect.yieldNow;
        inside--;
        entered++;
      });
      const work = Effect.gen(function* () {
        for (let i = 0; i < n / tasks; i++) yield* lock.withPermits(1)(critical);
      });
      const main = Effect.gen(function* () {
        const fibers = [];
        for (let i = 0; i < tasks; i++) fibers.push(yield* Effect.forkChild(work));
        yield* Fiber.joinAll(fibers);
        return entered;
      });
      return Effect.runPromise(main);
    },

    /** A limit of one is a lock. */
    async 'p-limit'(n, pLimit) {
      const limit = pLimit(1);
      const { entered, critical } = section();
      const work = async () => {
        for (let i = 0; i < n / tasks; i++) await limit(critical);
      };
      await Promise.all(Array.from({ length: tasks }, work));
      return entered();
    },

    async 'p-queue'(n, PQueue) {
      const queue = new PQueue({ concurrency: 1 });
      const { entered, critical } = section();
      const work = async () => {
        for (let i = 0; i < n / tasks; i++) await queue.add(critical);
      };
      await Promise.all(Array.from({ length: tasks }, work));
      return entered();
    },

    asyncio: 'cpython.py',
  },
};

function section() {
  let entered = 0;
  let inside = 0;
  const critical = async () => {
    if (++inside !== 1) throw new Error('The lock let in a second task.');
    await null;
    inside--;
    entered++;
  };
  return { entered: () => entered, critical };
}
