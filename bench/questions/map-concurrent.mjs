/** Maps n items by an async function that waits one turn, ten at a time, and sums up the results. */
const concurrency = 10;
const numbers = function* (n) {
  for (let i = 0; i < n; i++) yield i;
};
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
const work = async (i) => {
  await null;
  return i;
};

export default {
  name: 'map concurrent',
  question: 'Map an item by an async function, ten at a time',
  n: 100_000,
  answer: (n) => (n * (n - 1)) / 2,
  reference: 'p-map',
  contestants: {
    'p-map': async (n, pMap) => sumOf(await pMap(numbers(n), work, { concurrency })),

    async 'p-map, one by one'(n, _) {
      const { pMapIterable } = await import('p-map');
      let sum = 0;
      for await (const each of pMapIterable(numbers(n), work, { concurrency })) sum += each;
      return sum;
    },

    skein(n, { mapConcurrent, run }) {
      return run(function* () {
        return sumOf(yield* mapConcurrent(numbers(n), work, { concurrency }).toArray());
      });
    },

    'skein, one by one'(n, { mapConcurrent, run }) {
      return run(async () => {
        let sum = 0;
        for await (const each of mapConcurrent(numbers(n), work, { concurrency })) sum += each;
        return sum;
      });
    },

    'skein, coroutines'(n, { mapConcurrent, run }) {
      const coroutine = function* (i) {
        yield;
        return i;
      };
      return run(function* () {
        return sumOf(yield* mapConcurrent(numbers(n), coroutine, { concurrency }).toArray());
      });
    },

    effect(n, { Effect }) {
      const main = Effect.forEach(numbers(n), (i) => Effect.promise(() => work(i)), {
        concurrency,
      });
      return Effect.runPromise(Effect.map(main, sumOf));
    },

    'effect, without promises'(n, { Effect }) {
      const one = (i) => Effect.as(Effect.yieldNow, i);
      const main = Effect.forEach(numbers(n), one, { concurrency });
      return Effect.runPromise(Effect.map(main, sumOf));
    },
  },
};
