/**
 * Values that belong to a task and travel with it: the task runs in a copy of the context it was created in.
 *
 * A context holds an immutable map, which each `set` replaces. Copying a context therefore copies one reference. A task or a
 * callback keeps only that map until a variable is set in it or its context is asked for: most never need a `Context`.
 */
import { checkOptions } from './checks.ts';
import { current, storedCaller } from './current.ts';
import { unfinishedKind } from './function-kind.ts';
import { printsItself } from './prints-itself.ts';
import { anyShippable, declareShippable } from './shippable.ts';
import { brief, describe } from './text.ts';

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
    checkRunnable(fn);
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

  toString(): string {
    const shown = [...this.#values]
      .slice(0, 3)
      .map(([{ name }, value]) => `${name}=${brief(value)}`);
    if (this.size > shown.length) shown.push(`${this.size - shown.length} more`);
    return `<Context${shown.length === 0 ? ', empty' : ` ${shown.join(', ')}`}>`;
  }

  /** @internal The values that are set in it now. Each `set` replaces the map. */
  get _values(): Values {
    return this.#values;
  }

  /** @internal */
  _with(variable: ContextVar<unknown>, value: unknown): void {
    this.#values = new Map(this.#values).set(variable, value);
  }

  /** @internal */
  _without(variable: ContextVar<unknown>): void {
    const values = new Map(this.#values);
    values.delete(variable);
    this.#values = values;
  }
}

function notValues(given: unknown): TypeError {
  return new TypeError(
    `\`new Context()\` expected no arguments, but got ${describe(given)}. Set variables in it: \`context.run(() => variable.set(value))\`.`,
  );
}

function checkRunnable(fn: unknown): void {
  if (typeof fn !== 'function') {
    throw new TypeError(
      `\`context.run()\` expected a function to call, but got ${describe(fn)}. Write \`context.run(() => …)\`.`,
    );
  }
  if (unfinishedKind(fn) === undefined) return;
  throw new TypeError(
    `\`context.run()\` expected a plain function to call, but got ${describe(fn)}, which would not run in this context to its end. Write \`createTask(${fn.name || 'work'}, { context })\`.`,
  );
}

/** @throws TypeError when it is not a {@link Context}. */
export function checkContext(name: string, context: unknown): void {
  if (context instanceof Context) return;
  throw new TypeError(
    `\`${name}()\` expected \`context\` to be a Context, but got ${describe(context)}. Make one with \`copyContext()\`.`,
  );
}

/** Asks for its shape: a program may have two copies of this package. */
function checkVariable(method: string, variable: unknown): void {
  const { reset, shippable } = (variable ?? {}) as Partial<ContextVar<unknown>>;
  if (typeof reset === 'function' && typeof shippable === 'boolean') return;
  throw new TypeError(
    `\`context.${method}()\` expected a ContextVar, but got ${describe(variable)}.`,
  );
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

/** Returns `fn` bound to a copy of the current context; `fn` itself if the program has no shippable variable. */
export function inContextOfNow<R>(fn: () => R): () => R {
  if (!anyShippable()) return fn;
  const context = copyContext();
  return () => context.run(fn);
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

/**
 * The result of {@link ContextVar.set}: give it to `reset()` to bring back the value from before.
 *
 * @example
 * ```ts
 * import { ContextVar } from 'skein';
 *
 * const level = new ContextVar('level', { defaultValue: 0 });
 * const token = level.set(1);
 * level.reset(token);
 * level.get(); // => 0
 * ```
 *
 * Follows `contextvars.Token`; differs in that `oldValue` is undefined where CPython has `Token.MISSING`.
 */
export class Token<T> {
  static {
    printsItself(this.prototype);
  }

  /** @internal */
  readonly _variable: ContextVar<T>;
  /** @internal */
  readonly _context: Context;
  /** @internal */
  _used = false;
  readonly #had: boolean;
  readonly #old: T | undefined;

  /** @internal */
  constructor(variable: ContextVar<T>, context: Context) {
    this._variable = variable;
    this._context = context;
    this.#had = context.has(variable);
    this.#old = context.get(variable);
  }

  /** The value from before, undefined if there was none. */
  get oldValue(): T | undefined {
    return this.#old;
  }

  /** @internal */
  _restore(): void {
    const variable = this._variable as ContextVar<unknown>;
    if (this.#had) this._context._with(variable, this.#old);
    else this._context._without(variable);
    this._used = true;
  }

  toString(): string {
    return `<Token of ContextVar '${this._variable.name}'${this._used ? ', used' : ''}>`;
  }
}

/**
 * A variable with a value of its own in each task.
 *
 * @example
 * ```ts
 * import { ContextVar, createTask } from 'skein';
 *
 * const user = new ContextVar<string>('user', { defaultValue: 'nobody' });
 * user.set('ada');
 * const task = createTask(function* () {
 *   user.set('grace');
 *   return user.get();
 * });
 * await task; // => 'grace'
 * user.get(); // => 'ada'
 * ```
 *
 * Follows `contextvars.ContextVar`; differs in that one without a value throws a ReferenceError, not a LookupError.
 */
export class ContextVar<T> {
  static {
    printsItself(this.prototype);
  }

  /** Shown in errors and in text forms. */
  readonly name: string;
  /** True if its value travels along with jobs for executors. */
  readonly shippable: boolean;
  readonly #hasDefault: boolean;
  readonly #default: T | undefined;

  /**
   * @param name - Shown in errors and in text forms.
   * @param options - `defaultValue`: what `get()` returns where nothing was set. `shippable`: whether its value travels
   *   along with jobs for executors, as a copy, to the variable of the same name which is declared in a module that the
   *   worker loads. Default: false.
   * @throws TypeError when the name is not a string, `shippable` not a boolean, or there is no name to find it by; Error
   *   when another module has a shippable variable of that name.
   */
  constructor(name: string, options: { defaultValue?: T; shippable?: boolean } = {}) {
    if (typeof name !== 'string') {
      throw new TypeError(`\`new ContextVar()\` expected a name, but got ${describe(name)}.`);
    }
    checkOptions('new ContextVar', options, 'new ContextVar(name, { defaultValue: 0 })');
    this.name = name;
    this.shippable = checkShippable(name, options.shippable);
    if (this.shippable) declareShippable(this as ContextVar<unknown>);
    this.#hasDefault = 'defaultValue' in options;
    this.#default = options.defaultValue;
  }

  /**
   * Returns the value in the current context, else `fallback` if one is given, else the default.
   *
   * @throws ReferenceError when there is none of the three.
   */
  get(...fallback: [fallback?: T]): T {
    const values = currentValues();
    const value = values.get(this as ContextVar<unknown>);
    if (value !== undefined || values.has(this as ContextVar<unknown>)) return value as T;
    if (fallback.length > 0) return fallback[0] as T;
    if (this.#hasDefault) return this.#default as T;
    throw new ReferenceError(
      `ContextVar '${this.name}' has no value here and no default. Call \`set()\` first, or give a fallback: \`get(fallback)\`.`,
    );
  }

  /** Sets the value in the current context. Returns a token, with which `reset()` brings back the value from before. */
  set(value: T): Token<T> {
    const context = currentContext();
    const token = new Token(this, context);
    context._with(this as ContextVar<unknown>, value);
    return token;
  }

  /**
   * Brings back the value from before the `set()` that returned `token`.
   *
   * @throws TypeError when it is not a token; RangeError when it is of another variable, of another context, or was used
   *   before.
   */
  reset(token: Token<T>): void {
    if (!(token instanceof Token)) {
      throw new TypeError(
        `ContextVar '${this.name}' expected what its \`set()\` returned, but got ${describe(token)}.`,
      );
    }
    if (token._variable !== this) {
      throw new RangeError(
        `ContextVar '${this.name}' expected a token of its own \`set()\`, but got one of '${token._variable.name}'.`,
      );
    }
    if (token._context !== currentContext()) {
      throw new RangeError(
        `ContextVar '${this.name}' expected a token made in this context, but it was made in another task or callback.`,
      );
    }
    if (token._used) {
      throw new RangeError(`ContextVar '${this.name}' was already reset with this token.`);
    }
    token._restore();
  }

  toString(): string {
    return `<ContextVar '${this.name}'>`;
  }
}

function checkShippable(name: unknown, shippable: unknown = false): boolean {
  if (typeof shippable !== 'boolean') {
    throw new TypeError(
      `\`new ContextVar()\` expected \`shippable\` to be true or false, but got ${describe(shippable)}.`,
    );
  }
  if (shippable && (typeof name !== 'string' || name === '')) {
    throw new TypeError(
      `\`new ContextVar()\` expected a name for a shippable variable, as workers find it by that, but got ${describe(name)}.`,
    );
  }
  return shippable;
}
