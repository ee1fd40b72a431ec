/** Checks of what futures are given. Each option is read once. */
import { checkEventLoop, checkOptions, checkPlainFunction } from './checks.ts';
import { type Context, checkContext } from './context.ts';
import type { EventLoop } from './event-loop.ts';
import { unexpected } from './expected.ts';
import { checkKnownOptions } from './known-options.ts';

/**
 * Returns the loop among the options of `new Future()`.
 *
 * @throws TypeError
 */
export function loopAmong(options: { loop?: EventLoop | undefined }): EventLoop | undefined {
  if (typeof options !== 'object' || options === null) {
    throw unexpected('new Future', 'an options object', options);
  }
  checkKnownOptions('new Future', options, ['loop']);
  const loop = options.loop ?? undefined;
  if (loop !== undefined) checkEventLoop('new Future', loop);
  return loop;
}

/**
 * Returns the loop among the options of `new Task()`.
 *
 * @throws TypeError when it is not a loop.
 */
export function loopOfTask(options: { loop?: EventLoop } | undefined): EventLoop | undefined {
  const loop = options?.loop ?? undefined;
  if (loop !== undefined) checkEventLoop('new Task', loop);
  return loop;
}

/**
 * Returns the context among the options of `addDoneCallback()`.
 *
 * @throws TypeError
 */
export function contextAmong(options: { context?: Context }): Context | undefined {
  checkOptions('addDoneCallback', options, ['context']);
  const { context } = options;
  if (context !== undefined) checkContext('addDoneCallback', context);
  return context;
}

/** @throws TypeError when it is not a function, or one whose work goes on after the call has returned. */
export function checkDoneCallback(callback: unknown): void {
  if (typeof callback !== 'function') {
    throw unexpected('addDoneCallback', 'a function', callback);
  }
  checkPlainFunction('addDoneCallback', callback);
}
