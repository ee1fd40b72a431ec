/** The public names that hand out a loop: it can make tasks. */
import './loop-executors.ts';
import './register-tasks.ts';
import { getEventLoop as loopOfNow } from './current.ts';
import { EventLoop as Loop } from './event-loop.ts';

/**
 * Returns the loop that work started here belongs to: the running one, else that of the async function this is
 * called from, else the one that `run()` drives, else a default loop, which lives as long as the program.
 *
 * @example
 * ```ts
 * import { getEventLoop, run } from 'skein';
 *
 * await run(async () => {
 *   const loop = getEventLoop();
 *   const ready = loop.createFuture<string>();
 *   loop.callLater(5, () => ready.setResult('ready'));
 *   return await ready;
 * }); // => 'ready'
 * ```
 *
 * Follows `asyncio.get_event_loop()`; differs in that there always is a loop, as JavaScript's own is always there.
 */
export function getEventLoop(): Loop {
  return loopOfNow();
}

/** Runs callbacks and the steps of tasks: `new EventLoop()` makes a loop beside the current one. */
const PublicLoop: typeof Loop = Loop;
type PublicLoop = Loop;

// Not declared as `EventLoop`: where a bundler puts both into one file, the class would lose its name.
export { PublicLoop as EventLoop };
