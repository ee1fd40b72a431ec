/**
 * Values that belong to a task and travel with it: the task runs in a copy of the context it was created in.
 *
 * A context holds an immutable map, which each `set` replaces. Copying a context therefore copies one reference. A task or a
 * callback keeps only that map until a variable is set in it or its context is asked for: most never need a `Context`.
 */

import { checkCallback } from './checks.ts';
import type { ContextVar } from './context-var.ts';
import { current, storedCaller } from './current.ts';
import { unexpected } from './expected.ts';
import { printsItself } from './prints-itself.ts';
import { seams } from './seams.ts';

/** The values of a context, by variable. */
export type Values = ReadonlyMap<ContextVar<unknown>, unknown>;

const none: Values = new Map();

/**
 * A set of values of {@link ContextVar}s. Made by {@link copyContext}; `new Context()` is an empty one.
 *
 * @example
 * ```ts
 * import { Context, ContextVar } from 'skein';
 *
 * const user = new ContextVar<string>('user');
 * const context = new Context();
 * context.run(() => user.set('ada'));
 * context.get(user); // => 'ada'
 * user.get('nobody'); // => 'nobody'
 * ```
 *
 * Follows `contextvars.Context`; differs in that a context may be entered while it is entered.
 */
export class Context {
  static {
    printsItself(this.prototype);
  }

  #values: Values;

  /** Makes one in which no variable is set. */
  constructor();
  /** @internal */
  constructor(values: Values);
  constructor(values: Values = none) {
    if (!isValues(values)) throw notValues(values);
    this.#values = values;
  }

  /**
   * Calls `fn` with `args` in this context: what it sets stays here. Returns what `fn` returns.
   *
   * @throws TypeError when `fn` is not a function, or is a generator function or an async function: those would not run in
   *   this context to their end. Write `createTask(work, { context })`.
   */
  run<Args extends unknown[], R>(fn: (...args: Args) => R, ...args: Args): R {
    checkCallback('context.run', fn);
    const outer = current.context;
    current.context = this;
    try {
      return fn(...args);
    } finally {
      current.context = outer;
    }
  }

  /** Returns an independent copy. */
  copy(): Context {
    return new Context(this.#values);
  }

  /** Returns the value that `variable` was set to in this context, or undefined. Throws a TypeError if it is no ContextVar. */
  get<T>(variable: ContextVar<T>): T | undefined {
    checkVariable('get', variable);
    return this.#values.get(variable as ContextVar<unknown>) as T | undefined;
  }

  /** Tells whether `variable` was set in this context. Throws a TypeError if it is no ContextVar. */
  has<T>(variable: ContextVar<T>): boolean {
    checkVariable('has', variable);
    return this.#values.has(variable as ContextVar<unknown>);
  }

  /** The variables set in this context, each with its value. */
  entries(): IterableIterator<[ContextVar<unknown>, unknown]> {
    return this.#values.entries() as IterableIterator<[ContextVar<unknown>, unknown]>;
  }

  /** The number of variables that are set in this context. */
  get size(): number {
    return this.#values.size;
  }

  /** Names the context and its variables. */
  toString(): string {
    return `<Context${seams.texts?.valuesText(this.#values) ?? ''}>`;
  }

  /** @internal The values that are set in it now. Each `set` replaces the map. */
  get _values(): Values {
    return this.#values;
  }

  /** @internal */
  set _values(values: Values) {
    this.#values = values;
  }
}

/** Sets a variable in `context`. */
export function setIn(context: Context, variable: ContextVar<unknown>, value: unknown): void {
  context._values = new Map(context._values).set(variable, value);
}

function notValues(given: unknown): TypeError {
  return unexpected('new Context', 'no arguments', given);
}

/** @throws TypeError when it is not a {@link Context}. */
export function checkContext(name: string, context: unknown): void {
  if (context instanceof Context) return;
  throw unexpected(name, '`context` to be a Context', context);
}

/** Asks for its shape: a program may have two copies of this package. */
function checkVariable(method: string, variable: unknown): void {
  const { reset, shippable } = (variable ?? {}) as Partial<ContextVar<unknown>>;
  if (typeof reset === 'function' && typeof shippable === 'boolean') return;
  throw unexpected(`context.${method}`, 'a ContextVar', variable);
}

/** The context of code that runs in no task and no callback. */
const outermost = new Context();

/** Returns the context of code that no loop runs: of the task that it continues, else the one that came with a job. */
function outerContext(): Context {
  return storedCaller()?._part.getContext() ?? current.carried?.getStore() ?? outermost;
}

/** Asks for a Map, not for a `Context`: the current context may be an instance of another copy of this package. */
function isValues(context: Context | Values): context is Values {
  return context instanceof Map;
}

/** Returns the current context itself, not a copy. */
export function currentContext(): Context {
  const { context, task } = current;
  if (context === undefined) return outerContext();
  if (!isValues(context)) return context;
  current.context = task?.getContext() ?? new Context(context);
  return current.context;
}

/** Returns the values of the current context, without making a `Context` for them. */
export function currentValues(): Values {
  const { context, task } = current;
  if (context === undefined) return outerContext()._values;
  if (!isValues(context)) return context._values;
  // The task's context may have been made since its step began, and a variable set in it.
  return task === undefined ? context : task._valuesOfNow();
}

/**
 * Returns a copy of the current context.
 *
 * @example
 * ```ts
 * import { ContextVar, copyContext } from 'skein';
 *
 * const user = new ContextVar('user', { defaultValue: 'nobody' });
 * user.set('ada');
 * const before = copyContext();
 * user.set('grace');
 * before.run(() => user.get()); // => 'ada'
 * ```
 *
 * Follows `contextvars.copy_context()`.
 */
export function copyContext(): Context {
  return new Context(currentValues());
}
