/** The inputs of `all()`, `race()`, `any()` and `allSettled()`: what can be awaited, and functions. */
import {
  type Awaitable,
  type Coroutine,
  isCoroutine,
  isPromiseLike,
  type ResultOf,
} from '../core/coroutine.ts';
import { unexpected } from '../core/expected.ts';
import { isGeneratorFunction } from '../core/function-kind.ts';
import type { Future } from '../core/future.ts';
import { isFuture } from '../core/is-future.ts';
import type { TaskSource } from '../core/run-body.ts';
import { seams } from '../core/seams.ts';
import { watch } from '../core/watch.ts';
import { isYieldable, yieldableOf } from '../interop/ensure-future.ts';
import { inputsOf } from './inputs.ts';

/** An input: something to await, or a function, which is run in a task of its own as `createTask()` does. */
export type Startable<T> = Awaitable<T> | TaskSource<T>;

/** The result of a {@link Startable}: what it is awaited for, or what the function returns is. */
export type StartedResult<Input> = Input extends (...args: never) => infer Returned
  ? ResultOf<Returned>
  : ResultOf<Input>;

/** The results of inputs: a tuple for a tuple, a record for a record. */
export type StartedResults<Inputs> = {
  -readonly [Key in keyof Inputs]: StartedResult<Inputs[Key]>;
};

/** An input that was checked. A promise is a future by now, and what can be awaited with `yield*` a coroutine. */
export type Checked = Coroutine<unknown> | Future<unknown> | ((signal: AbortSignal) => never);

/**
 * Returns the inputs of a list, checked.
 *
 * @throws TypeError when it is no list, or one of its inputs can be neither awaited nor called.
 */
export function startablesIn(name: string, list: unknown, second: unknown): Checked[] {
  if (
    typeof second === 'function' ||
    isFuture(second) ||
    isCoroutine(second) ||
    isPromiseLike(second)
  ) {
    throw new TypeError(
      `\`${name}()\` expected one list, but got the inputs one by one. Write \`${name}([a, b])\`.`,
    );
  }
  return inputsOf(name, list as Iterable<unknown>, (input) => checked(name, input));
}

/** Returns the inputs of a list as {@link startablesIn} does. Throws a TypeError when there are none too. */
export function someStartablesIn(name: string, list: unknown, second: unknown): Checked[] {
  const inputs = startablesIn(name, list, second);
  if (inputs.length > 0) return inputs;
  throw new TypeError(`\`${name}()\` expected at least one input, but got none.`);
}

/** Returns the inputs of a record by their names, checked; undefined if it is no record. Throws as {@link startablesIn}. */
export function startablesByName(
  name: string,
  given: unknown,
): Map<PropertyKey, Checked> | undefined {
  if (!isRecord(given)) return undefined;
  // Symbols among the names are copied too.
  const inputs = { ...given };
  return new Map(Reflect.ownKeys(inputs).map((key) => [key, checked(name, inputs[key])]));
}

function checked(name: string, input: unknown): Checked {
  if (isFuture(input) || isCoroutine(input) || isPromiseLike(input) || isYieldable(input)) {
    if (watch.on) seams.debug?.noteGiven(input as object);
    return yieldableOf(input as Awaitable<unknown>, name);
  }
  if (typeof input !== 'function') {
    throw unexpected(name, 'coroutines, functions, futures or promises', input);
  }
  if (isGeneratorFunction(input) && input.length > 0) {
    throw unexpected(name, 'functions without parameters', input);
  }
  return input as Checked;
}

/** Tells whether it is a plain object, of any realm, that is nothing to await. */
function isRecord(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  if (typeof value !== 'object' || value === null || Symbol.iterator in value) return false;
  if (isPromiseLike(value) || isCoroutine(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
