/** The errors for awaits that cannot work. They say what to write instead, and are thrown into the coroutine. */
import type { Coroutine } from './coroutine.ts';
import { advised } from './expected.ts';
import type { Future } from './future.ts';
import { alreadyDone } from './invalid-state.ts';
import type { Task } from './task.ts';
import { describe, safely } from './text.ts';

export function awaitsForeignLoop(task: Task<unknown>, awaited: Future<unknown>): Error {
  return new Error(
    advised(
      `${task._name()} cannot wait for ${safely(() => `${awaited}`)}: it belongs to another event loop.`,
      'foreign',
    ),
  );
}

export function awaitsItself(task: Task<unknown>): Error {
  return new Error(`${task._name()} cannot await itself: it would wait for ever.`);
}

/** The error for a `value` that was yielded with `yield`, where `yield*` was meant. */
export function yieldedWrongly(task: Task<unknown>, value: unknown): TypeError {
  return new TypeError(advised(`${task._name()} yielded ${describe(value)}.`, 'yielded', value));
}

/** Throws `misuse` into `coroutine`. In `yield*` on an array the host would throw an error of its own: not that one. */
export function throwMisuse<T>(
  coroutine: Coroutine<T>,
  misuse: Error | undefined,
): IteratorResult<unknown, T> {
  try {
    return coroutine.throw(misuse);
  } catch (error) {
    throw error !== misuse && isOfHost(error) ? misuse : error;
  }
}

/** False for an error that throws when it is looked at. */
function isOfHost(error: unknown): boolean {
  try {
    return error instanceof TypeError && /'throw'/.test(error.message);
  } catch {
    return false;
  }
}

/** The error for code that iterates a pending future and cannot wait for it: a spread, `for`, or a comparison of tests. */
export function iteratedWrongly(future: Future<unknown>): Error {
  return new Error(
    advised(
      `${future._name()} is pending, and was iterated by something that cannot wait for it.`,
      'iterated',
    ),
  );
}

/** Reports that a subclass or a foreign future made a step of a task that is done. */
export function reportLateStep(task: Task<unknown>): void {
  task._loop._report({
    message: 'A task was stepped after it was done',
    exception: alreadyDone(task, 'step'),
    future: task,
  });
}
