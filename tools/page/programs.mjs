/** Programs whose recordings the page is shown with, in tests and in the documents. */
import { createTask, gather, Lock, Queue, Semaphore, sleep, taskGroup } from 'skein';

/** A server that answers twelve requests, writes a log, and warms caches up. */
export async function server() {
  const log = new Lock({ name: 'log' });
  const database = new Semaphore(3, { name: 'database' });
  const lines = new Queue(8, { name: 'lines' });

  async function writeLog() {
    for (;;) {
      await lines.get();
      await log.with(() => sleep(4));
    }
  }

  async function query(ms) {
    await database.acquire();
    try {
      await sleep(ms);
    } finally {
      database.release();
    }
  }

  function* page(number) {
    work(0.6);
    yield* sleep(2 + (number % 5));
    const rows = createTask(() => query(14 + (number % 4) * 5), { name: `rows of page ${number}` });
    const user = createTask(() => query(9), { name: `user of page ${number}` });
    yield* gather([rows, user]);
    work(1.5);
    if (number === 7) throw new Error('page 7 has no template');
    yield* lines.put(`GET /pages/${number}`);
    return number;
  }

  const writer = createTask(writeLog, { name: 'log writer' });
  const cache = createTask(
    () =>
      taskGroup(async (group) => {
        for (let shard = 1; shard <= 3; shard++) {
          group.createTask(() => sleep(30 + shard * 22), { name: `shard ${shard}` });
        }
      }),
    { name: 'warm-up' },
  );
  const requests = [];
  for (let number = 1; number <= 12; number++) {
    const request = createTask(() => page(number), { name: `GET /pages/${number}` });
    if (number === 9) setTimeout(() => request.cancel('the browser has gone'), 12);
    requests.push(request);
    await sleep(7);
  }
  await gather(requests, { returnExceptions: true });
  await cache;
  await sleep(10);
  writer.cancel('the server closes');
}

/** Two transfers that take the same two locks, each in its own order. */
export async function deadlock() {
  const accounts = { A: new Lock({ name: 'account A' }), B: new Lock({ name: 'account B' }) };

  async function transfer(from, to) {
    await accounts[from].with(async () => {
      await sleep(20);
      await accounts[to].with(() => sleep(5));
    });
  }

  async function rates() {
    for (;;) await sleep(15);
  }

  createTask(rates, { name: 'exchange rates' });
  const left = createTask(() => transfer('A', 'B'), { name: 'transfer A to B' });
  const right = createTask(() => transfer('B', 'A'), { name: 'transfer B to A' });
  const report = createTask(
    async () => {
      await sleep(40);
      await accounts.A.acquire();
    },
    { name: 'report' },
  );
  createTask(() => gather([left, right, report]), { name: 'settlement' });
  await sleep(120);
}

/** Keeps the thread busy. */
function work(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
