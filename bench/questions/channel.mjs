/** A producer and a consumer, and a channel between them that has room for 100. One operation is one item: sent, and received. */
const room = 100;
const sumOfAll = (n) => (n * (n - 1)) / 2;

export default {
  name: 'channel',
  question: 'Send an item through a channel of 100, and receive it in another task',
  n: 100_000,
  sizes: { effection: 20_000 },
  answer: sumOfAll,
  contestants: {
    /** A channel of the host, whose chunks are the items. */
    async native(n) {
      const { readable, writable } = new TransformStream(
        undefined,
        new CountQueuingStrategy({ highWaterMark: room }),
      );
      const produce = async () => {
        const writer = writable.getWriter();
        for (let i = 0; i < n; i++) {
          await writer.ready;
          void writer.write(i);
        }
        await writer.close();
      };
      const producing = produce();
      let sum = 0;
      for await (const item of readable) sum += item;
      await producing;
      return sum;
    },

    skein(n, { channel, createTask, run }) {
      return run(function* () {
        const { sender, receiver } = channel(room);
        const producing = createTask(function* () {
          for (let i = 0; i < n; i++) yield* sender.send(i);
        });
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* receiver.receive();
        yield* producing;
        return sum;
      });
    },

    'skein, async'(n, { channel, createTask, run }) {
      return run(async () => {
        const { sender, receiver } = channel(room);
        const producing = createTask(async () => {
          for (let i = 0; i < n; i++) await sender.send(i);
          sender.close();
        });
        let sum = 0;
        for await (const item of receiver) sum += item;
        await producing;
        return sum;
      });
    },

    'skein, its Queue'(n, { Queue, createTask, run }) {
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

    'skein, no room'(n, { channel, createTask, run }) {
      return run(function* () {
        const { sender, receiver } = channel(0);
        const producing = createTask(function* () {
          for (let i = 0; i < n; i++) yield* sender.send(i);
        });
        let sum = 0;
        for (let i = 0; i < n; i++) sum += yield* receiver.receive();
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

    /** Its channel has no bound, and its `send()` waits for nothing. */
    effection(n, { createChannel, run, spawn }) {
      return run(function* () {
        const channel = createChannel();
        const subscription = yield* channel;
        const producing = yield* spawn(function* () {
          for (let i = 0; i < n; i++) yield* channel.send(i);
          yield* channel.close();
        });
        let sum = 0;
        for (let step = yield* subscription.next(); !step.done; step = yield* subscription.next()) {
          sum += step.value;
        }
        yield* producing;
        return sum;
      });
    },
  },
};
