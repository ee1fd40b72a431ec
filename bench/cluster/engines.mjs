/**
 * What the questions about clusters are asked of. Each engine has two ends: a worker that runs `(a, b) => a + b`, up to 100 at a time, in
 * its own process; and a client, whose `call(a, b)` resolves with the sum.
 */
import { randomUUID } from 'node:crypto';

const sum = ({ a, b }) => a + b;
const concurrency = 100;

async function redisOf(port, options = {}) {
  const { Redis } = await import('ioredis');
  return new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null, ...options });
}

/** Calls of one turn travel together. */
function batched(send) {
  let batch = [];
  return (item) => {
    if (batch.push(item) > 1) return;
    queueMicrotask(() => {
      const all = batch;
      batch = [];
      void send(all);
    });
  };
}

/** The futures of a client by the ids of their jobs. */
class Calls {
  #open = new Map();

  wait(id) {
    return new Promise((resolve, reject) => this.#open.set(id, { resolve, reject }));
  }

  settle(id, value) {
    this.#open.get(id)?.resolve(value);
    this.#open.delete(id);
  }
}

const skein = {
  server: 'redis',
  async work({ port, queue, build }) {
    const { serveCluster } = await import(`${build}node/cluster.js`);
    const connection = `redis://127.0.0.1:${port}`;
    const add = (a, b) => a + b;
    await serveCluster({ add }, { connection, queue, executor: 'inline', concurrency });
  },
  async open({ port, queue, build }) {
    const [{ ClusterExecutor }, { declareFunctions }] = await Promise.all([
      import(`${build}node/cluster.js`),
      import(`${build}node/executors.js`),
    ]);
    const { add } = declareFunctions('bench:add', { add: (a, b) => a + b });
    const cluster = new ClusterExecutor({ connection: `redis://127.0.0.1:${port}`, queue });
    return (a, b) => cluster.submit(add, a, b);
  },
};

const bullmqWorker = async ({ port, queue }) => {
  const { Worker } = await import('bullmq');
  const worker = new Worker(queue, async (job) => sum(job.data), {
    connection: await redisOf(port),
    concurrency,
  });
  await worker.waitUntilReady();
};

const ends = { removeOnComplete: true, removeOnFail: true };

const bullmq = {
  server: 'redis',
  work: bullmqWorker,
  async open({ port, queue }) {
    const { Queue, QueueEvents } = await import('bullmq');
    const jobs = new Queue(queue, { connection: await redisOf(port) });
    const events = new QueueEvents(queue, { connection: await redisOf(port), lastEventId: '0' });
    events.setMaxListeners(0);
    await events.waitUntilReady();
    // A job that is removed once it is over may be gone before `waitUntilFinished` looks for it.
    const options = { removeOnComplete: { age: 60 }, removeOnFail: true };
    return async (a, b) => (await jobs.add('add', { a, b }, options)).waitUntilFinished(events);
  },
};

/** One listener for all jobs, and the jobs of a turn together: what one would write oneself. */
const bullmqEvents = {
  server: 'redis',
  work: bullmqWorker,
  async open({ port, queue }) {
    const { Queue, QueueEvents } = await import('bullmq');
    const jobs = new Queue(queue, { connection: await redisOf(port) });
    const events = new QueueEvents(queue, { connection: await redisOf(port), lastEventId: '0' });
    const calls = new Calls();
    events.on('completed', ({ jobId, returnvalue }) => calls.settle(jobId, returnvalue));
    await events.waitUntilReady();
    const send = batched((all) => jobs.addBulk(all));
    return (a, b) => {
      const jobId = randomUUID();
      send({ name: 'add', data: { a, b }, opts: { jobId, ...ends } });
      return calls.wait(jobId);
    };
  },
};

function fieldsOf(list) {
  const fields = {};
  for (let at = 0; at < list.length; at += 2) fields[list[at]] = list[at + 1];
  return fields;
}

/** Without delays, priorities, or anything for a worker that is lost. */
const streams = {
  server: 'redis',
  async work({ port, queue }) {
    const [reader, redis] = [await redisOf(port), await redisOf(port)];
    await redis.xgroup('CREATE', queue, 'workers', '0', 'MKSTREAM').catch(() => {});
    const from = ['COUNT', concurrency, 'BLOCK', 5000, 'STREAMS', queue, '>'];
    const loop = async () => {
      for (;;) {
        const found = await reader.xreadgroup('GROUP', 'workers', 'one', ...from);
        const all = redis.pipeline();
        for (const [entry, list] of found?.[0]?.[1] ?? []) {
          const { id, replyTo, data } = fieldsOf(list);
          all.xadd(replyTo, '*', 'id', id, 'value', JSON.stringify(sum(JSON.parse(data))));
          all.xack(queue, 'workers', entry);
          all.xdel(queue, entry);
        }
        await all.exec();
      }
    };
    void loop();
  },
  async open({ port, queue }) {
    const [reader, redis] = [await redisOf(port), await redisOf(port)];
    const replyTo = `${queue}:${randomUUID()}`;
    const calls = new Calls();
    const loop = async () => {
      for (let last = '0'; ; ) {
        const found = await reader.xread('COUNT', 1000, 'BLOCK', 5000, 'STREAMS', replyTo, last);
        for (const [entry, list] of found?.[0]?.[1] ?? []) {
          last = entry;
          const { id, value } = fieldsOf(list);
          calls.settle(id, JSON.parse(value));
        }
        if (found !== null) redis.xtrim(replyTo, 'MINID', last).catch(() => {});
      }
    };
    void loop();
    const send = batched((all) => {
      const pipeline = redis.pipeline();
      for (const fields of all) pipeline.xadd(queue, '*', ...fields);
      return pipeline.exec();
    });
    return (a, b) => {
      const id = randomUUID();
      send(['id', id, 'replyTo', replyTo, 'data', JSON.stringify({ a, b })]);
      return calls.wait(id);
    };
  },
};

/** pg-boss looks for jobs every half second at most. So a NOTIFY of Postgres tells of jobs, and of those that are done. */
const pgBoss = {
  server: 'postgres',
  /** So much of the calls of the others, as each takes long. */
  share: 0.1,
  async connect({ url }) {
    const [{ PgBoss }, { default: pg }] = await Promise.all([import('pg-boss'), import('pg')]);
    const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
    boss.on('error', (error) => console.error(error));
    await boss.start();
    const bell = new pg.Client(url);
    await bell.connect();
    return { boss, bell };
  },
  async work({ url, queue }) {
    const { boss, bell } = await pgBoss.connect({ url });
    await boss.createQueue(queue);
    let isAsked = false;
    let isBusy = false;
    const take = async () => {
      isAsked = true;
      if (isBusy) return;
      isBusy = true;
      while (isAsked) {
        isAsked = false;
        const jobs = (await boss.fetch(queue, { batchSize: concurrency })) ?? [];
        if (jobs.length === 0) continue;
        isAsked = true;
        for (const job of jobs) job.output = { value: sum(job.data) };
        await Promise.all(jobs.map(({ id, output }) => boss.complete(queue, id, output)));
        const told = JSON.stringify(jobs.map(({ id, output }) => [id, output.value]));
        await bell.query('SELECT pg_notify($1, $2)', [`${queue}_done`, told]);
      }
      isBusy = false;
    };
    bell.on('notification', () => void take());
    await bell.query(`LISTEN "${queue}"`);
  },
  async open({ url, queue }) {
    const { boss, bell } = await pgBoss.connect({ url });
    await boss.createQueue(queue);
    const calls = new Calls();
    bell.on('notification', ({ payload }) => {
      for (const [id, value] of JSON.parse(payload)) calls.settle(id, value);
    });
    await bell.query(`LISTEN "${queue}_done"`);
    const send = batched(async (all) => {
      await boss.insert(queue, all);
      await bell.query('SELECT pg_notify($1, $2)', [queue, '']);
    });
    return (a, b) => {
      const id = randomUUID();
      send({ id, data: { a, b } });
      return calls.wait(id);
    };
  },
};

export const engines = {
  skein,
  'BullMQ, waitUntilFinished': bullmq,
  'BullMQ, QueueEvents': bullmqEvents,
  'Redis streams': streams,
  'pg-boss': pgBoss,
};
