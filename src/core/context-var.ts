/**
 * Variables with a value of their own in each task. In a file of their own, as a program that has none should not load this:
 * a bundler keeps a class with a static block, used or not.
 */
import { checkOptions } from './checks.ts';
import { type Context, currentContext, currentValues, setIn } from './context.ts';
import { current } from './current.ts';
import { unexpected } from './expected.ts';
import { printsItself } from './prints-itself.ts';
import { declareShippable } from './shippable.ts';
import { describe } from './text.ts';

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
    if (this.#had) {
      setIn(this._context, variable, this.#old);
    } else {
      const values = new Map(this._context._values);
      values.delete(variable);
      this._context._values = values;
    }
    this._used = true;
  }

  /** Names the variable. */
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
 * const task = createTask(async () => {
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
  constructor(name: string, options: { defaultValue?: T; shippable?: boolean | undefined } = {}) {
    if (typeof name !== 'string') {
      throw unexpected('new ContextVar', 'a name', name);
    }
    checkOptions('new ContextVar', options, ['defaultValue', 'shippable']);
    current.hasVariables = true;
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
    setIn(context, this as ContextVar<unknown>, value);
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

  /** Names the variable that the token belongs to. */
  toString(): string {
    return `<ContextVar '${this.name}'>`;
  }
}

function checkShippable(name: unknown, shippable: unknown = false): boolean {
  if (typeof shippable !== 'boolean') {
    throw unexpected('new ContextVar', '`shippable` to be true or false', shippable);
  }
  if (shippable && (typeof name !== 'string' || name === '')) {
    throw unexpected(
      'new ContextVar',
      'a name for a shippable variable, as workers find it by that',
      name,
    );
  }
  return shippable;
}
