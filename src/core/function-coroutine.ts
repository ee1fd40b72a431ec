import { AsyncFrame } from './async-frame.ts';
import { callers } from './continuations.ts';
import { isCoroutine, isPromiseLike, type Suspension, type Yieldable } from './coroutine.ts';
import { requirePart } from './current.ts';
import type { RunBy } from './driven.ts';
import { isAsyncFunction } from './function-kind.ts';
import { isFuture } from './is-future.ts';
import { type LibraryCoroutine, makeCoroutines } from './library-coroutine.ts';
import { ended } from './stepped-again.ts';
import type { Task } from './task.ts';
import { describe, functionName } from './text.ts';

/** Returns what the coroutine has to `yield*`: the coroutine or future that `fn` returned, or the frame of its promise. */
export function toAwait<T>(frame: AsyncFrame, fn: unknown, returned: unknown): Yieldable<T> {
  if (isCoroutine(returned) || isFuture(returned)) return returned as Yieldable<T>;
  if (!isPromiseLike(returned)) {
    throw new TypeError(
      `${functionName(fn)} was expected to be a generator function (\`function*\`) or an async function, but it returned ${describe(returned)}.`,
    );
  }
  frame.follow(returned);
  return frame as Yieldable<T>;
}

type AnyFunction<T> = (signal: AbortSignal) => PromiseLike<T>;

/**
 * The coroutine of a function that is no generator function: an async function, or a plain one that returns a coroutine or a
 * promise. It calls the function in its first step, and then stands for what that returned.
 *
 * States: new → waiting → over; or new → over.
 */
export class FunctionCoroutine<T> implements LibraryCoroutine<T> {
  static {
    makeCoroutines(this.prototype);
    Object.defineProperty(this.prototype, '_entersContext', { value: true });
  }

  /** @internal Its first step has the host's async context lead to the function. */
  declare readonly _entersContext: true;
  /** @internal */
  declare _runBy: RunBy;
  /** The function; undefined once it was called. */
  declare _fn: AnyFunction<T> | undefined;
  /** What the function returned; undefined before, and in the end. */
  declare _returned: Iterator<Suspension, T, unknown> | undefined;

  constructor(fn: AnyFunction<T>) {
    this._runBy = null;
    this._fn = fn;
    this._returned = undefined;
  }

  next(sent?: unknown): IteratorResult<Suspension, T> {
    if (this._fn) this._call(this._fn);
    const returned = this._take();
    if (!returned) return ended as IteratorResult<Suspension, never>;
    return this._keep(returned, returned.next(sent));
  }

  throw(error: unknown): IteratorResult<Suspension, T> {
    const returned = this._take();
    if (!returned?.throw) throw error;
    return this._keep(returned, returned.throw(error));
  }

  return(value: T): IteratorResult<Suspension, T> {
    const returned = this._take();
    return this._keep(returned, returned?.return?.(value) ?? { done: true, value });
  }

  /** @internal Takes what the function returned: it is over, unless that goes on. */
  _take(): Iterator<Suspension, T, unknown> | undefined {
    const returned = this._returned;
    this._fn = undefined;
    this._returned = undefined;
    return returned;
  }

  /** @internal */
  _keep(
    returned: Iterator<Suspension, T, unknown> | undefined,
    result: IteratorResult<Suspension, T>,
  ): IteratorResult<Suspension, T> {
    if (!result.done) this._returned = returned;
    return result;
  }

  /** @internal */
  _call(fn: AnyFunction<T>): void {
    this._fn = undefined;
    const part = requirePart(fn);
    const frame = new AsyncFrame(part, fn);
    // An AbortController costs 20 µs, so it is made for functions that take the signal. A closure in place of `bind()` would have
    // each call of `_call()` make an object for its variables.
    const call = (fn.length === 0 ? fn : fn.bind(undefined, part.signal)) as () => PromiseLike<T>;
    const isAsync = isAsyncFunction(fn);
    // A task factory may have put another coroutine around this one. Then the task is not the function's alone.
    const entered =
      (part._coroutine as unknown) === this && enterFrom(part, isAsync ? frame : part, isAsync);
    const returned = toAwait<T>(frame, fn, entered && isAsync ? call() : frame.call(call));
    this._returned = returned[Symbol.iterator]();
  }
}

/**
 * Makes the host's async context lead to `caller` in all steps of `part`, from this one on. Returns false where the host
 * cannot, or where this step runs in the context of the code that started it.
 */
function enterFrom(
  part: Task<unknown>,
  caller: Task<unknown> | AsyncFrame,
  isAsync: boolean,
): boolean {
  const local = callers();
  if (!part._asyncScope || !local.enterWith) return false;
  local.enterWith(caller);
  // A function of the program made later steps. An async function does not: it goes on in jobs of the host.
  if (!isAsync) part._asyncScope = part._loop._host.captureScope();
  return true;
}
