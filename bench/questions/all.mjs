/** Runs n small jobs, at most ten at a time, and has all their results. */
const concurrency = 10;
const answer = (n) => (n * (n - 1)) / 2;
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
const jobs = (n) => Array.from({ length: n }, (_, i) => async () => i);

export default {
  name: 'all',
  question: 'Run small jobs, ten at a time, and have all results',
  n: 100_000,
  sizes: { effection: 2_000 },
  reference: 'p-limit',
  answer,
  contestants: {
    async 'p-limit'(n, pLimit) {
      const limit = pLimit(concurrency);
      return sumOf(await Promise.all(jobs(n).map((job) => limit(job))));
    },

    skein(n, { all, run }) {
      return run(async () => sumOf(await all(jobs(n), { concurrency })));
    },

    'skein, coroutines'(n, { all, run }) {
      function* job(i) {
        return i;
      }
      return run(function* () {
        const coroutines = Array.from({ length: n }, (_, i) => job(i));
        return sumOf(yield* all(coroutines, { concurrency }));
      });
    },

    async 'p-map'(n, pMap) {
      return sumOf(await pMap(jobs(n), (job) => job(), { concurrency }));
    },

    async 'p-queue'(n, PQueue) {
      const queue = new PQueue({ concurrency });
      return sumOf(await queue.addAll(jobs(n)));
    },

    effect(n, { Effect }) {
      const all = jobs(n).map((job) => Effect.promise(job));
      return Effect.runPromise(Effect.map(Effect.all(all, { concurrency }), sumOf));
    },

    'effect, effects'(n, { Effect }) {
      const all = Array.from({ length: n }, (_, i) => Effect.sync(() => i));
      return Effect.runPromise(Effect.map(Effect.all(all, { concurrency }), sumOf));
    },

    /** It has no limit of its own: ten operations take the jobs from one list. */
    effection(n, { all, call, run }) {
      return run(function* () {
        const results = [];
        const waiting = jobs(n).values();
        function* worker() {
          for (const job of waiting) results.push(yield* call(job));
        }
        yield* all(Array.from({ length: concurrency }, worker));
        return sumOf(results);
      });
    },
  },
};
