/** An async function says what is to be done. A task does it, beside other tasks. */
import { type Coroutine, createTask, sleep } from 'skein';
import { performIfProgram, say } from './stage.ts';

async function brew(drink: string, ms: number): Promise<string> {
  say(`puts the water on for ${drink}`);
  await sleep(ms); // Python: await asyncio.sleep(…)
  say(`${drink} is ready`);
  return `a cup of ${drink}`;
}

/** A generator function can be run as a task too. `yield*` is its `await`. */
function* toast(slices: number): Coroutine<string> {
  say(`toasts ${slices} slices`);
  yield* sleep(90);
  return `${slices} slices of toast`;
}

export async function main(): Promise<void> {
  // A call of an async function runs at once. So a task is given a function, and calls it at our next await.
  const tea = createTask(() => brew('tea', 120), { name: 'tea' });
  const coffee = createTask(() => brew('coffee', 60), { name: 'coffee' });
  say('has two tasks, and no water is boiling');

  // A call of a generator function makes a coroutine, of which nothing has run yet. A task can be given that.
  const coroutine = toast(2);
  const bread = createTask(coroutine, { name: 'toast' });
  say(`has three tasks. Is "${tea.getName()}" done? ${tea.done()}`);

  // Await a task for its result; the others go on meanwhile.
  const cup = await coffee;
  say(`got ${cup}. Is "${tea.getName()}" done? ${tea.done()}`);
  say(`sees ${tea}`);

  say(`got ${await bread} and ${await tea}`);
  say(`got the tea again, at once: ${await tea}`);
}

export const title = '1. Tasks';
await performIfProgram(import.meta.url, { title, main });
