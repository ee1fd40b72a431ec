/** The programs that the playground begins with. */
export interface StartProgram {
  readonly title: string;
  readonly code: string;
}

const stopped = `import { createTask, gather, run, sleep, timeout } from 'skein';

async function download(file: string, ms: number) {
  try {
    await sleep(ms); // stands for the network
    return \`\${file} is here\`;
  } finally {
    await sleep(40);
    console.log(\`\${file}: connection closed\`);
  }
}

await run(async () => {
  const start = (file: string, ms: number) => createTask(() => download(file, ms), { name: file });
  const film = start('film', 60_000);
  const both = gather([start('news', 300), start('weather', 150)]);
  console.log(await timeout(5000, async () => await both));
  await film.stop('the user left');
  console.log(film.getName(), film.cancelled() ? 'was cancelled' : 'is done');
});
`;

const race = `import { createTask, race, run, sleep } from 'skein';

// Three mirrors have the same file. The first that has it wins; the others are stopped, and clean up.
async function mirror(name: string, ms: number) {
  try {
    await sleep(ms);
    return name;
  } finally {
    await sleep(20);
  }
}

await run(async () => {
  const mirrors = { berlin: 320, osaka: 180, lima: 450 };
  const tasks = Object.entries(mirrors).map(([name, ms]) => createTask(() => mirror(name, ms), { name }));
  console.log(await race(tasks), 'was first');
});
`;

const queue = `import { createTask, Queue, run, sleep, taskGroup } from 'skein';

// Two workers take from one queue. A group waits for all, and stops all if one fails.
await run(async () => {
  const queue = new Queue<number>(3);
  async function worker() {
    for (;;) {
      const item = await queue.get();
      await sleep(40 + item * 15);
      console.log('done', item);
      queue.taskDone();
    }
  }
  const workers = ['ann', 'bob'].map((name) => createTask(worker, { name }));
  await taskGroup(async (group) => {
    group.createTask(async () => {
      for (let item = 1; item <= 8; item++) await queue.put(item);
    }, { name: 'producer' });
  });
  await queue.join();
  for (const each of workers) await each.stop('no more work');
});
`;

const again = `import { createTask, retry, run, sleep } from 'skein';

let calls = 0;
async function unreliable() {
  await sleep(30);
  if (++calls < 4) throw new Error(\`failure \${calls}\`);
  return 'at last';
}

await run(async () => {
  const task = createTask(async () => await retry(unreliable, { attempts: 5, delay: 50 }), { name: 'request' });
  console.log(await task, 'after', calls, 'calls');
});
`;

const threads = `import { createTask, gather, run, sleep } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';

// It computes without a pause, so it gets a worker of its own. The heart beats on meanwhile.
function countPrimes(limit: number) {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) { isPrime = false; break; }
    if (isPrime) count++;
  }
  return count;
}

await run(async () => {
  const heart = createTask(async () => {
    for (;;) await sleep(50);
  }, { name: 'heart' });
  await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  const jobs = [400_000, 500_000, 600_000].map((limit) => pool.submit(countPrimes, limit));
  console.log(await gather(jobs));
  await heart.stop();
});
`;

const lost = `import { createTask, run, sleep } from 'skein';

// Nothing awaits this task, and it fails. The failure is not lost.
await run(async () => {
  createTask(async () => {
    await sleep(50);
    throw new RangeError('out of paper');
  }, { name: 'printer' });
  await sleep(200);
});
`;

export const programs: readonly StartProgram[] = [
  { title: 'work that stops', code: stopped },
  { title: 'the first of three', code: race },
  { title: 'a queue and two workers', code: queue },
  { title: 'again after a failure', code: again },
  { title: 'functions in workers', code: threads },
  { title: 'a failure that nothing reads', code: lost },
];
