/** Being told that a task is done, without waiting for it. */
import { createTask, type Future, sleep, type Task } from 'skein';
import { performIfProgram, say } from './stage.ts';

async function print(pages: number): Promise<string> {
  await sleep(pages * 20);
  if (pages > 3) throw new RangeError(`out of paper on page 4 of ${pages}`);
  return `${pages} pages`;
}

/** A done callback is given the task. It is done, so nothing here has to wait. */
function report(task: Task<string>): void {
  if (task.cancelled()) {
    say(`${task.getName()} was cancelled`);
  } else if (task.exception() !== undefined) {
    say(`${task.getName()} failed: ${task.exception()}`);
  } else {
    say(`${task.getName()} printed ${task.result()}`);
  }
}

export async function main(): Promise<void> {
  const letter = createTask(() => print(2), { name: 'letter' });
  const novel = createTask(() => print(5), { name: 'novel' });
  const poster = createTask(() => print(3), { name: 'poster' });
  for (const task of [letter, novel, poster]) task.addDoneCallback(report);
  say('started three jobs, and awaits none of them');

  // Callbacks run on the loop, never inside the call that made them due.
  await sleep(10);
  poster.cancel();
  say('cancelled the poster; no callback has run yet');

  await sleep(150);

  // Several callbacks run in the order of their registration. One can be taken back.
  const ignore = (future: Future<string>): void => say(`${future} should not be seen`);
  const memo = createTask(() => print(1), { name: 'memo' });
  memo.addDoneCallback(() => say('first callback'));
  memo.addDoneCallback(ignore);
  memo.addDoneCallback(() => say('second callback'));
  say(`took back ${memo.removeDoneCallback(ignore)} callback`);
  await memo;

  // The callback of a task that is done already runs soon, but never inside of addDoneCallback().
  memo.addDoneCallback(() => say('called for a task that was done long ago'));
  say('has registered a late callback');
  await sleep(0);
}

export const title = '3. Done callbacks';
await performIfProgram(import.meta.url, { title, main });
