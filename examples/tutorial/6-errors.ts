/** A task keeps its error, and an await of the task throws it. No failure gets lost. */
import { createTask, gather, InvalidStateError, sleep, type Task, wait } from 'skein';
import { performIfProgram, say } from './stage.ts';

class OutOfStock extends Error {
  override name = 'OutOfStock';
}

async function order(item: string, ms: number): Promise<string> {
  await sleep(ms);
  if (item.startsWith('blue')) throw new OutOfStock(`there is no ${item}`);
  return `one ${item}`;
}

function start(item: string, ms: number): Task<string> {
  return createTask(() => order(item, ms), { name: item });
}

export async function main(): Promise<void> {
  // try and catch go around an await as around any call.
  const paint = start('blue paint', 30);
  try {
    await paint;
  } catch (error) {
    // A cancellation is none of our failures: it goes on, so that the program can be stopped here.
    if (!(error instanceof OutOfStock)) throw error;
    say(`caught ${error}`);
  }

  // gather() throws the first failure. With returnExceptions, failures take their place among the results.
  const outcomes = await gather([start('brush', 40), start('blue tape', 20), start('ladder', 10)], {
    returnExceptions: true,
  });
  for (const outcome of outcomes) {
    say(outcome instanceof Error ? `failed: ${outcome.message}` : `got ${outcome}`);
  }

  // Or ask a task directly.
  const canvas = start('canvas', 30);
  try {
    canvas.result();
  } catch (error) {
    if (error instanceof InvalidStateError) say(`asked too early: ${error.name}`);
  }
  const ink = start('blue ink', 20);
  await wait([canvas, ink]); // throws nothing
  for (const task of [canvas, ink]) {
    say(`${task.getName()}: done ${task.done()}, exception ${task.exception() ?? 'none'}`);
  }
  say(`the result of canvas is ${canvas.result()}`);

  // A failure that nothing reads is reported by the loop, some ms later.
  start('blue moon', 10);
  await sleep(20);
}

export const title = '6. Errors';
await performIfProgram(import.meta.url, { title, main });
