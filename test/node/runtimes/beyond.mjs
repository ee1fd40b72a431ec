/**
 * Combinators, limiters and channels in whatever runtime this is, in async functions: results, and that what is not needed ends.
 *
 *     node beyond.mjs <dist/node/index.js> <dist/node/testing.js>
 */
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [library, testing] = process.argv.slice(2).map((file) => pathToFileURL(file).href);
const skein = await import(library);
const { VirtualEventLoop } = await import(testing);
const { all, allSettled, any, channel, createTask, latest, mapConcurrent, race, run } = skein;
const { CapacityLimiter, RateLimiter, retry, singleFlight, sleep, SupersededError } = skein;

/** Waits for a minute, and notes that it was stopped. */
const slow = (log) => async () => {
  try {
    await sleep(60_000);
  } finally {
    log.push('stopped');
  }
};
const fails = async () => {
  await sleep(1);
  throw new RangeError('too far');
};

const programs = {
  async all(log) {
    await all([slow(log), fails]).catch((error) => log.push(error.name));
    return await all({ a: async () => 1, b: sleep(1, 2) }, { concurrency: 1 });
  },
  race: async (log) => await race([slow(log), async () => await sleep(1, 'fast')]),
  any: async (log) => await any([fails, slow(log), async () => await sleep(2, 'near')]),
  allSettled: async () => (await allSettled([fails, sleep(1)])).map(({ status }) => status),
  async mapConcurrent(log) {
    const work = async (item) => (item < 3 ? await sleep(1, item) : await slow(log)());
    for await (const item of mapConcurrent([1, 2, 3, 4], work, { concurrency: 2 })) {
      if (item === 2) return item;
    }
  },
  async retry(log) {
    const attempt = async ({ number }) => {
      log.push(number);
      return number < 3 ? await fails() : await sleep(1, 'third');
    };
    return await retry(attempt, { attempts: 3, delay: 1 });
  },
  async latest(log) {
    const search = latest(async (text) => await sleep(5, text));
    const first = search('a').catch((error) => log.push(error instanceof SupersededError));
    const found = await search('b');
    await first;
    return found;
  },
  async singleFlight(log) {
    const load = singleFlight(async (id) => {
      log.push('loads');
      return await sleep(5, id);
    });
    return await all([load(1), load(1)]);
  },
  async channel() {
    const { sender, receiver } = channel(0);
    createTask(async () => {
      for (let i = 0; i < 3; i++) await sender.send(i);
      sender.close();
    });
    const items = [];
    for await (const item of receiver) items.push(item);
    return items;
  },
  async limiters() {
    const rate = new RateLimiter({ limit: 2, interval: 1000 });
    const tokens = new CapacityLimiter(1);
    const work = (id) => async () => {
      await rate.acquire();
      return id;
    };
    return await all([1, 2, 3].map((id) => () => tokens.with(work(id))));
  },
};

for (const [name, program] of Object.entries(programs)) {
  const log = [];
  const main = async () => await program(log);
  const result = await run(main, { loop: () => new VirtualEventLoop() });
  console.log(name, JSON.stringify(result), JSON.stringify(log));
}
