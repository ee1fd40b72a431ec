/** Many tasks at once: all of them, the first of them, those that are done in time. And how to stop the rest. */
import { CancelledError, createTask, FIRST_COMPLETED, gather, sleep, type Task, wait } from 'skein';
import { performIfProgram, say } from './stage.ts';

async function download(file: string, ms: number): Promise<string> {
  say('starts');
  try {
    await sleep(ms);
    say('is complete');
    return `${file} (${ms} kB)`;
  } finally {
    // Runs on every way out: done, failed or cancelled. It may even wait.
    await sleep(10);
    say('has closed its connection');
  }
}

function start(file: string, ms: number): Task<string> {
  return createTask(() => download(file, ms), { name: file });
}

export async function main(): Promise<void> {
  // gather() waits for all. The results come in the order of the list, whichever was first.
  const files = await gather([start('a.txt', 60), start('b.txt', 20)]);
  say(`gathered ${files.join(' and ')}`);

  // wait() divides tasks into those that are done and those that are not. It cancels nothing.
  const mirrors = [start('mirror-1', 200), start('mirror-2', 50)];
  const first = await wait(mirrors, { returnWhen: FIRST_COMPLETED });
  for (const winner of first.done) say(`takes ${winner.result()}`);

  // cancel() asks a task to stop. A CancelledError comes out of its `await`, so its `finally` runs.
  for (const loser of first.pending) loser.cancel('another mirror was faster');
  await wait(first.pending);
  for (const loser of first.pending) say(`${loser.getName()} is cancelled: ${loser.cancelled()}`);

  // With a timeout, wait() returns when the time is up.
  const parts = [start('part-1', 30), start('part-2', 60), start('part-3', 500)];
  const { done, pending } = await wait(parts, { timeout: 100 });
  say(`waited 100 ms: ${done.size} done, ${pending.size} pending`);
  for (const task of pending) task.cancel('out of time');

  // A cancelled task can be awaited: it throws what stopped it.
  try {
    await gather(pending);
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    say(`caught ${error}`);
  }
}

export const title = '2. Managing many';
await performIfProgram(import.meta.url, { title, main });
