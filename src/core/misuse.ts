/** The errors for awaits that cannot work. They say what to write instead, and are thrown into the coroutine. */
import { type Coroutine, isCoroutine, isPromiseLike } from './coroutine.ts';
import type { Future } from './future.ts';
import { alreadyDone } from './invalid-state.ts';
import { isFuture } from './is-future.ts';
import type { Task } from './task.ts';
import { describe } from './text.ts';

export function awaitsForeignLoop(task: Task<unknown>, awaited: Future<unknown>): Error {
  return new Error(
    `${task._name()} cannot wait for ${awaited}: it belongs to another event loop. Create it on the loop that awaits it.`,
  );
}

export function awaitsItself(task: Task<unknown>): Error {
  return new Error(`${task._name()} cannot await itself: it would wait for ever.`);
}

/** The error for a `value` that was yielded with `yield`, where `yield*` was meant. */
export function yieldedWrongly(task: Task<unknown>, value: unknown): TypeError {
  const yielded = `${task._name()} yielded ${describe(value)}`;
  if (isPromiseLike(value) && !isCoroutine(value) && !isFuture(value)) {
    return new TypeError(`${yielded}. Write \`yield* fromPromise(promise)\` to await it.`);
  }
  return new TypeError(
    `${yielded}. Write \`yield*\`, with the star, and only on coroutines, futures and tasks.`,
  );
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
    `${future._name()} is pending, and was iterated by something that cannot wait for it. Write \`yield* future\` in a coroutine that a task runs, or \`await future\`; compare futures with \`===\`.`,
  );
}

/** Reports that a subclass or a foreign future made a step of a task that is done. */
export function reportLateStep(task: Task<unknown>): void {
  task._loop.callExceptionHandler({
    message: 'A task was stepped after it was done',
    exception: alreadyDone(task, 'step'),
    future: task,
  });
}
