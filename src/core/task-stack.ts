/** `task.getStack()`: the place of a task in the user's own code. */
import { AsyncFrame } from './async-frame.ts';
import { checkNumber, checkOptions } from './checks.ts';
import { currentTask } from './current.ts';
import { awaitedAt, suspendedAt } from './debug/suspension-stack.ts';
import type { Future } from './future.ts';
import { FAILED, PENDING } from './future-state.ts';
import { ownFrames, ownFramesOfAwait, type StackFrame, takeStack } from './stack-frames.ts';
import type { Task } from './task.ts';

function isPart(future: Future<unknown>): future is Task<unknown> {
  return '_task' in future && future._task !== future;
}

/**
 * The frames of the async functions that the coroutine runs, then those of the coroutine itself. Collected from the outermost
 * inwards, without recursion, as parts of tasks may be nested deeper than the stack is.
 */
function framesOfWait(task: Task<unknown>): StackFrame[] {
  const frames: StackFrame[] = [];
  const todo: Future<unknown>[] = [task];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (at !== task) frames.push(...ownFramesOfAwait(awaitedAt(at)?.stack).reverse());
    if (at !== task && !isPart(at)) continue;
    const waiter = (at as Task<unknown>)._waiter;
    frames.push(...ownFrames(suspendedAt(at as Task<unknown>, waiter)?.stack).reverse());
    if (waiter instanceof AsyncFrame) for (const each of waiter.awaited()) todo.push(each);
  }
  return frames.reverse();
}

function framesOfError(error: unknown): StackFrame[] {
  try {
    return error instanceof Error ? ownFrames(error.stack) : [];
  } catch {
    // The error has code of its own, which throws when it is looked at.
    return [];
  }
}

function framesOf(task: Task<unknown>): StackFrame[] {
  if (task._state === FAILED) return framesOfError(task._value);
  if (task._state !== PENDING) return [];
  if (currentTask() === task) return ownFrames(takeStack().stack);
  return framesOfWait(task);
}

/**
 * Returns the greatest number of frames that was asked for.
 *
 * @throws TypeError when it is not a number; RangeError when it is NaN.
 */
function limitOf(options: { limit?: number | undefined }): number | undefined {
  checkOptions('getStack', options, ['limit']);
  const { limit } = options;
  if (limit !== undefined) checkNumber('getStack', '`limit`', limit);
  return limit;
}

/** What `task.getStack()` returns: the innermost `limit` frames; for a negative limit, the outermost. Throws as `limitOf()`. */
export function stackOf(
  task: Task<unknown>,
  options: { limit?: number | undefined },
): readonly StackFrame[] {
  const limit = limitOf(options);
  const frames = framesOf(task);
  if (limit === undefined) return Object.freeze(frames);
  return Object.freeze(limit < 0 ? frames.slice(limit) : frames.slice(0, limit));
}
