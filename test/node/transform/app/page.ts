/** The program of the page: it prints what it found, as JSON. */
import { run } from 'skein';
import { VirtualEventLoop } from 'skein/testing';
import { scenarios } from '../../../unit/async-functions/scenarios.ts';
import { lostPlaces, stopped } from './awaits.ts';

/** A scenario that hangs has waited this long in vain. */
const hangsMs = 5_000;

async function logOf(scenario: (typeof scenarios)[number]): Promise<string[]> {
  const loop = new VirtualEventLoop();
  loop.setExceptionHandler(() => {});
  const late = new Promise<string[]>((resolve) => setTimeout(resolve, hangsMs, ['(it hangs)']));
  try {
    return await Promise.race([scenario.run(loop), late]);
  } catch (error) {
    return [`(it throws ${error})`];
  }
}

const failed: string[] = [];
for (const scenario of scenarios) {
  const log = JSON.stringify(await logOf(scenario));
  if (log !== JSON.stringify(scenario.expected)) failed.push(scenario.title);
}
const places = await run(lostPlaces);
const answer = { failed, places, stopped: await run(stopped) };
console.log(`answer ${JSON.stringify(answer)}`);
