/** A producer and a consumer, and a queue between them that has room for 100. One operation is one item: put, and taken. */
const room = 100;

export default {
  name: 'queue',
  question: 'Put an item into a queue of 100, and take it out in another task',
  n: 100_000,
  sizes: { 'effection, no bound': 20_000 },
  answer: (n) => (n * (n - 1)) / 2,
  contestants: {
    /** There is none: this is what one writes by hand, without cancelling. */
    async native(n) {
      const items = [];
      const takers = [];
      const putters = [];
      const put = async (item) => {
        if (items.length >= room) await new Promise((resolve) => putters.push(resolve));
        items.push(item);
        takers.shift()?.();
      };
      const take = async () => {
        if (items.length === 0) await new Promise((resolve) => takers.push(resolve));
        putters.shift()?.();
        return items.shift();
      };
      const produce = async () => {
        for (let i = 0; i < n; i++) await put(i);
      };
      const producing = produce();
      let sum = 0;
      for (let i = 0; i < n; i++) sum += await take();
      await producing;
      return sum;
    },

    skein(n, { Queue, createTask, run }) {
      return run(function* () {
        const queue = new Queue(room);
        const producing = createTask(function* () {
          for (let i = 0; i < n; i++) yield* queue.put(i);
        });
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* queue.get();
        yield* producing;
        return sum;
      });
    },

    effect(n, { Effect, Fiber, Queue }) {
      const main = Effect.gen(function* () {
        const queue = yield* Queue.bounded(room);
        const producing = yield* Effect.forkChild(
          Effect.gen(function* () {
            for (let i = 0; i < n; i++) yield* Queue.offer(queue, i);
          }),
        );
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* Queue.take(queue);
        yield* Fiber.join(producing);
        return sum;
      });
      return Effect.runPromise(main);
    },

    /** Its queue has no bound, so the producer never waits. */
    'effection, no bound'(n, { createQueue, run, spawn }) {
      return run(function* () {
        const queue = createQueue();
        const producing = yield* spawn(function* () {
          for (let i = 0; i < n; i++) queue.add(i);
        });
        let sum = 0;
        for (let i = 0; i < n; i++) sum += (yield* queue.next()).value;
        yield* producing;
        return sum;
      });
    },

    asyncio: 'cpython.py',
  },
};
