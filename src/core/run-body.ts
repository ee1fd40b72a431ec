/**
 * Makes coroutines of the functions that programs give as a body or as a task: generator functions, async functions, and
 * plain functions that return a coroutine or a promise.
 */
import { AsyncFrame } from './async-frame.ts';
import { type Body, type Coroutine, isCoroutine } from './coroutine.ts';
import { requirePart } from './current.ts';
import { unexpected } from './expected.ts';
import { FunctionCoroutine, toAwait } from './function-coroutine.ts';
import { isAsyncFunction, isCoroutineFunction, isGeneratorFunction } from './function-kind.ts';

/** Source of a task: a coroutine, a generator function, or an async function, which is given the task's signal. */
export type TaskSource<T> =
  | Coroutine<T>
  | (() => Coroutine<T>)
  | ((signal: AbortSignal) => PromiseLike<T>);

/**
 * Runs `body(...args)` as a part of the running task. The awaits of the body are awaits of the task, both `yield*` and
 * `await`.
 */
export function runBody<Args extends unknown[], T>(
  body: Body<Args, T>,
  ...args: Args
): Coroutine<T> {
  // Returns the coroutine of the body itself: another one around it would cost time at each wait.
  if (isGeneratorFunction(body) || isCoroutineFunction(body)) return body(...args) as Coroutine<T>;
  return runFunction(body, args);
}

function* runFunction<Args extends unknown[], T>(body: Body<Args, T>, args: Args): Coroutine<T> {
  const frame = new AsyncFrame(requirePart(body), body, args[0]);
  return yield* toAwait(
    frame,
    body,
    frame.call(() => body(...args)),
  );
}

/** Makes the coroutine that a task is to drive. */
export function coroutineOf<T>(source: TaskSource<T>): Coroutine<T> {
  return isCoroutine(source) ? (source as Coroutine<T>) : coroutineOfFunction(source);
}

function coroutineOfFunction<T>(source: TaskSource<T>): Coroutine<T> {
  if (!isAsyncFunction(source) && isGeneratorFunction(source)) {
    if (source.length > 0) {
      throw unexpected('createTask', 'a coroutine', source);
    }
    return source() as Coroutine<T>;
  }
  // One with a parameter is given the signal, as an async function is.
  if (isCoroutineFunction(source) && source.length === 0) return source() as Coroutine<T>;
  if (typeof source === 'function') {
    return new FunctionCoroutine(
      source as (signal: AbortSignal) => PromiseLike<T>,
    ) as unknown as Coroutine<T>;
  }
  throw unexpected('createTask', 'a coroutine, a generator function or an async function', source);
}
