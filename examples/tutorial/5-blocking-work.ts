/** Blocking work holds up everything on the loop. In a thread it holds up nothing. */
import { asCompleted, createTask, getEventLoop, sleep } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';
import { performIfProgram, say, watch } from './stage.ts';
import { sha256 } from './work.mjs';

/** Blocks for as long as it takes. It uses nothing from around it, so its source can be sent to a thread. */
function compress(file: string, from: number, size: number): string {
  const { openSync, readSync, closeSync } = process.getBuiltinModule('node:fs');
  const { gzipSync } = process.getBuiltinModule('node:zlib');
  const data = Buffer.alloc(size);
  const fd = openSync(file, 'r');
  const length = readSync(fd, data, 0, size, from);
  closeSync(fd);
  const share = gzipSync(data.subarray(0, length)).length / length;
  return `${(length / 1e6).toFixed(1)} MB shrink to ${Math.round(share * 100)} %`;
}

/** Shows that the loop gets its turns, and how late it gets them. */
async function heartbeat(): Promise<void> {
  const loop = getEventLoop();
  for (;;) {
    const due = loop.time() + 100;
    await sleep(100);
    const late = loop.time() - due;
    say(late < 50 ? '♥' : `♥ ${Math.round(late)} ms late`);
  }
}

export async function main(): Promise<void> {
  const loop = getEventLoop();
  const file = process.execPath; // the program of Node: a big file that is surely there
  const part = 8_000_000;
  const heart = createTask(heartbeat, { name: 'heartbeat' });
  await sleep(250);

  // The broken version: called like any function, it has the loop for itself, in a task as everywhere.
  say('compresses 8 MB on the loop');
  await createTask(async () => say(`done: ${compress(file, 0, part)}`), { name: 'blocking' });
  await sleep(150);

  // The same in threads: four parts, two at a time. `await using` closes the pool on every way out of the block.
  await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  say('compresses four times 8 MB in two threads');
  const jobs = [0, 1, 2, 3].map((n) =>
    watch(`part ${n}`, loop.runInExecutor(pool, compress, file, n * part, part)),
  );
  for await (const job of asCompleted(jobs)) say(`done: ${job.result()}`);

  // A function declared in a module of its own may use what that module imports.
  const hash = await watch('sha256', pool.submit(sha256, file));
  say(`the SHA-256 of all of Node begins with ${hash.slice(0, 8)}`);

  heart.cancel();
}

export const title = '5. Blocking work';
await performIfProgram(import.meta.url, { title, main });
