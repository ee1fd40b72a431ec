/** Checks of what futures are given. Each option is read once. */
import { checkEventLoop, checkOptions } from './checks.ts';
import { type Context, checkContext } from './context.ts';
import type { EventLoop } from './event-loop.ts';

interface LoopOption {
  readonly loop?: EventLoop | undefined;
}

/**
 * Returns the loop among the options of `new Future()`.
 *
 * @throws TypeError
 */
export function loopAmong(options: LoopOption): EventLoop | undefined {
  checkOptions('new Future', options, ['loop']);
  return loopIn('new Future', options);
}

/**
 * Returns the loop among options that may have others, those of `new Task()`.
 *
 * @throws TypeError when it is not a loop.
 */
export function loopIn(name: string, options: LoopOption | undefined): EventLoop | undefined {
  const loop = options?.loop ?? undefined;
  if (loop !== undefined) checkEventLoop(name, loop);
  return loop;
}

/**
 * Returns the context among the options of `addDoneCallback()`.
 *
 * @throws TypeError
 */
export function contextAmong(options: { context?: Context | undefined }): Context | undefined {
  checkOptions('addDoneCallback', options, ['context']);
  const { context } = options;
  if (context !== undefined) checkContext('addDoneCallback', context);
  return context;
}
