/** What coroutines do wrong when they wait, and what to write instead. Thrown into the coroutine at that place. */
import { type Coroutine, isCoroutine, isPromiseLike } from './coroutine.ts';
import type { Future } from './future.ts';
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

/** A coroutine yielded `value`, which is nothing that `yield*` on something awaitable yields. */
export function yieldedWrongly(task: Task<unknown>, value: unknown): TypeError {
  const yielded = `${task._name()} yielded ${describe(value)}`;
  if (isPromiseLike(value) && !isCoroutine(value) && !isFuture(value)) {
    return new TypeError(`${yielded}. Write \`yield* fromPromise(promise)\` to await it.`);
  }
  return new TypeError(
    `${yielded}. Write \`yield*\`, with the star, and only on coroutines, futures and tasks.`,
  );
}

/** `yield*` on a mere list lets nothing be thrown in: then the host complains of that, which helps nobody. */
export function throwMisuse<T>(
  coroutine: Coroutine<T>,
  misuse: Error | undefined,
): IteratorResult<unknown, T> {
  try {
    return coroutine.throw(misuse);
  } catch (error) {
    const hosts = error instanceof TypeError && error !== misuse && /'throw'/.test(error.message);
    throw hosts ? misuse : error;
  }
}

/** A pending future was iterated by something that cannot wait. */
export function iteratedWrongly(future: Future<unknown>): Error {
  return new Error(
    `${future._name()} is pending, and was iterated by something that cannot wait for it. Write \`yield* future\` in a coroutine that a task runs, or \`await future\`; compare futures with \`===\`.`,
  );
}

/** A subclass, or a future of another make, had a task go on that is done. */
export function reportLateStep(task: Task<unknown>): void {
  task._loop.callExceptionHandler({
    message: 'A task was stepped after it was done',
    exception: task._alreadyDone('step'),
    future: task,
  });
}
