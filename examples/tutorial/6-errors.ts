/** What a task throws is kept, and thrown again where the task is awaited. No failure gets lost. */
import { type Coroutine, createTask, gather, InvalidStateError, sleep } from 'skein';
import { performIfProgram, say } from './stage.ts';

class OutOfStock extends Error {
  override name = 'OutOfStock';
}

function* order(item: string, ms: number): Coroutine<string> {
  yield* sleep(ms);
  if (item.startsWith('blue')) throw new OutOfStock(`there is no ${item}`);
  return `one ${item}`;
}

export function* main(): Coroutine<void> {
  // try and catch go around an await as around any call.
  const paint = createTask(order('blue paint', 30), { name: 'paint' });
  try {
    yield* paint;
  } catch (error) {
    say(`caught ${error}`);
  }

  // gather() throws the first failure. With returnExceptions, failures take their place among the results.
  const outcomes = yield* gather(
    [order('brush', 40), order('blue tape', 20), order('ladder', 10)],
    { returnExceptions: true },
  );
  for (const outcome of outcomes) {
    say(outcome instanceof Error ? `failed: ${outcome.message}` : `got ${outcome}`);
  }

  // Or ask a task directly.
  const canvas = createTask(order('canvas', 30), { name: 'canvas' });
  try {
    canvas.result();
  } catch (error) {
    if (error instanceof InvalidStateError) say(`asked too early: ${error.name}`);
  }
  const ink = createTask(order('blue ink', 20), { name: 'ink' });
  yield* sleep(50);
  for (const task of [canvas, ink]) {
    say(`${task.getName()}: done ${task.done()}, exception ${task.exception() ?? 'none'}`);
  }
  say(`the result of canvas is ${canvas.result()}`);

  // A failure that nobody looks at is reported by the loop: when its task is collected, or at the end.
  createTask(order('blue moon', 10), { name: 'forgotten' });
  yield* sleep(20);
}

export const title = '6. Errors';
await performIfProgram(import.meta.url, { title, main });
