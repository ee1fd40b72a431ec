/** So many at once that no call waits: the cost of the limiter itself. */
const free = {
  name: 'rate limiter',
  question: 'Pass a rate limiter that lets all in',
  n: 100_000,
  answer: (n) => n,
  reference: 'skein',
  contestants: {
    skein(n, { RateLimiter, run }) {
      const limiter = new RateLimiter({ limit: n, interval: 1000 });
      return run(async () => {
        let passed = 0;
        for (let i = 0; i < n; i++) {
          await limiter.acquire();
          passed++;
        }
        return passed;
      });
    },

    'skein, coroutines'(n, { RateLimiter, run }) {
      const limiter = new RateLimiter({ limit: n, interval: 1000 });
      return run(function* () {
        let passed = 0;
        for (let i = 0; i < n; i++) {
          yield* limiter.acquire();
          passed++;
        }
        return passed;
      });
    },

    'skein, a body'(n, { RateLimiter, run }) {
      const limiter = new RateLimiter({ limit: n, interval: 1000 });
      const body = async () => 1;
      return run(async () => {
        let passed = 0;
        for (let i = 0; i < n; i++) passed += await limiter.with(body);
        return passed;
      });
    },

    'skein, token bucket'(n, { RateLimiter, run }) {
      const limiter = new RateLimiter({ limit: n, interval: 1000, strategy: 'token-bucket' });
      return run(async () => {
        let passed = 0;
        for (let i = 0; i < n; i++) {
          await limiter.acquire();
          passed++;
        }
        return passed;
      });
    },

    async 'p-throttle'(n, pThrottle) {
      const throttled = pThrottle({ limit: n, interval: 1000, strict: true })(async () => 1);
      let passed = 0;
      for (let i = 0; i < n; i++) passed += await throttled();
      return passed;
    },

    async 'p-queue'(n, PQueue) {
      const queue = new PQueue({ intervalCap: n, interval: 1000 });
      const work = async () => 1;
      let passed = 0;
      for (let i = 0; i < n; i++) passed += await queue.add(work);
      return passed;
    },
  },
};

/** All come at once, and 1,000 are let in each ms: most of the time the limiter wakes those that wait. */
const perMs = 1000;

const waiting = {
  name: 'rate limiter waiting',
  question: 'Wait at a rate limiter with all others',
  metric: 'cpu',
  n: 50_000,
  growsBecause: 'a thousand are let in at once: of a thousand none waits',
  answer: (n) => n,
  reference: 'skein',
  contestants: {
    async skein(n, { RateLimiter, gather, run }) {
      const limiter = new RateLimiter({ limit: perMs, interval: 1 });
      const body = async () => 1;
      return run(async () => {
        const passed = await gather(Array.from({ length: n }, () => limiter.with(body)));
        return passed.length;
      });
    },

    'skein, coroutines'(n, { RateLimiter, gather, run }) {
      const limiter = new RateLimiter({ limit: perMs, interval: 1 });
      return run(function* () {
        const passed = yield* gather(Array.from({ length: n }, () => limiter.acquire()));
        return passed.length;
      });
    },

    async 'p-throttle'(n, pThrottle) {
      const throttled = pThrottle({ limit: perMs, interval: 1 })(async () => 1);
      const passed = await Promise.all(Array.from({ length: n }, () => throttled()));
      return passed.length;
    },

    async 'p-queue'(n, PQueue) {
      const queue = new PQueue({ intervalCap: perMs, interval: 1 });
      const work = async () => 1;
      const passed = await Promise.all(Array.from({ length: n }, () => queue.add(work)));
      return passed.length;
    },
  },
};

export default [free, waiting];
