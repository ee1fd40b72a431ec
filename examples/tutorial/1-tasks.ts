/** A coroutine is a recipe; a task is somebody cooking it. */
import { type Coroutine, createTask, sleep } from 'skein';
import { performIfProgram, say } from './stage.ts';

function* brew(drink: string, ms: number): Coroutine<string> {
  say(`puts the water on for ${drink}`);
  yield* sleep(ms); // Python: await asyncio.sleep(…)
  say(`${drink} is ready`);
  return `a cup of ${drink}`;
}

async function toast(slices: number): Promise<string> {
  say(`toasts ${slices} slices`);
  await sleep(90); // the same sleep, awaited by an async function
  return `${slices} slices of toast`;
}

export function* main(): Coroutine<void> {
  // Calling a generator function makes a coroutine. Nothing of it has run yet.
  const coroutine = brew('tea', 120);
  say('has a coroutine, and no water is boiling');

  // A task runs it, beside whatever else runs. It is scheduled now, and starts at our next wait.
  const tea = createTask(coroutine, { name: 'tea' });
  const coffee = createTask(brew('coffee', 60), { name: 'coffee' });
  // An async function can be run as a task too.
  const bread = createTask(() => toast(2), { name: 'toast' });
  say(`has three tasks. Is "${tea.getName()}" done? ${tea.done()}`);

  // Await a task for its result; the others go on meanwhile.
  const cup = yield* coffee;
  say(`got ${cup}. Is "${tea.getName()}" done? ${tea.done()}`);
  say(`sees ${tea}`);

  say(`got ${yield* bread} and ${yield* tea}`);
  say(`got the tea again, at once: ${yield* tea}`);
}

export const title = '1. Tasks';
await performIfProgram(import.meta.url, { title, main });
