import { checkOptions, checkPlainFunction, iteratorOf } from '../core/checks.ts';
import { isErrorClass } from '../core/error-of.ts';
import { unexpected } from '../core/expected.ts';
import { isClass } from '../core/function-kind.ts';
import { knownAcrossCopies, nameErrors } from '../errors.ts';

/** Chooses errors: those of a class, of any of several classes, or those for which a function returns true. */
export type ErrorMatcher =
  | (abstract new (
      ...args: never[]
    ) => unknown)
  | readonly (abstract new (
      ...args: never[]
    ) => unknown)[]
  | ((error: unknown) => boolean);

/** Tells whether `instanceof` takes it. */
function isAnyClass(each: unknown): boolean {
  return typeof each === 'function' && typeof each.prototype === 'object';
}

function predicate(matcher: ErrorMatcher): (error: unknown) => boolean {
  if (isErrorClass(matcher) || (typeof matcher === 'function' && isClass(matcher))) {
    return (error) => error instanceof (matcher as abstract new (...args: never[]) => unknown);
  }
  if (Array.isArray(matcher) && matcher.length <= mostMembers && matcher.every(isAnyClass)) {
    return (error) => matcher.some((each) => error instanceof each);
  }
  if (typeof matcher === 'function') {
    checkPlainFunction('split', matcher);
    return matcher as (error: unknown) => boolean;
  }
  throw unexpected('split', 'an error class, a list of them or a function', matcher);
}

/** The members of a group. Looks at all that its constructor was given. */
function membersOf(message: unknown, errors: unknown, options: unknown): unknown[] {
  if (typeof message !== 'string') {
    throw unexpected('new ExceptionGroup', 'a message', message);
  }
  if (typeof errors !== 'object' || errors === null || !(Symbol.iterator in errors)) {
    throw notErrors(errors);
  }
  if (options !== undefined) {
    checkOptions('new ExceptionGroup', options, ['cause']);
  }
  const members: unknown[] = [];
  const list = errors as Iterable<unknown>;
  const iterator = iteratorOf(list, () => notErrors(errors));
  for (const error of { [Symbol.iterator]: () => iterator }) {
    members.push(error);
    // A sparse array may have four thousand million places.
    if (members.length > mostMembers)
      throw unexpected('new ExceptionGroup', `at most ${mostMembers} errors`, errors);
  }
  return members;
}

const mostMembers = 2 ** 20;

function notErrors(errors: unknown): TypeError {
  return unexpected('new ExceptionGroup', 'a list of errors', errors);
}

type SplitGroup = [matching: ExceptionGroup | undefined, rest: ExceptionGroup | undefined];

/** A group whose members are being split. */
interface Splitting {
  readonly group: ExceptionGroup;
  readonly errors: Iterator<unknown>;
  readonly matching: unknown[];
  readonly rest: unknown[];
}

function splitting(group: ExceptionGroup): Splitting {
  return { group, errors: [...group.errors].values(), matching: [], rest: [] };
}

function collect(into: Splitting, [matching, rest]: SplitGroup): void {
  if (matching !== undefined) into.matching.push(matching);
  if (rest !== undefined) into.rest.push(rest);
}

/**
 * Several errors at once, perhaps with groups among them. Thrown by `taskGroup()`.
 *
 * It is an `AggregateError`, which consoles and reporters know. In the place of Python's `except*`, use
 * {@link ExceptionGroup.split}.
 *
 * @example
 * ```ts
 * import { ExceptionGroup } from 'skein';
 *
 * const group = new ExceptionGroup('both failed', [new TypeError('a'), new RangeError('b')]);
 * const [types, others] = group.split(TypeError);
 * types?.errors.length; // => 1
 * others?.message; // => 'both failed'
 * ```
 *
 * Follows `ExceptionGroup`; differs in that any thrown value can be a member, as JavaScript has no base tier of errors.
 */
export class ExceptionGroup extends AggregateError {
  /** Stays the same in all versions: for logs, and for errors that come from other processes. */
  readonly code = 'exception-group';

  static {
    nameErrors(this, 'ExceptionGroup');
    knownAcrossCopies(this);
  }

  /**
   * @param message - A sentence about all of the errors.
   * @param errors - At least one.
   * @param options - `cause`: as for any error.
   * @throws RangeError when there are none; TypeError when they are no list, or the message is no string.
   */
  constructor(message: string, errors: Iterable<unknown>, options?: ErrorOptions) {
    const members = membersOf(message, errors, options);
    if (members.length === 0) {
      throw new RangeError('`new ExceptionGroup()` expected at least one error, but got none.');
    }
    super(members, message, options);
  }

  /**
   * Returns the part that matches, nested as it is here, or undefined if nothing does.
   *
   * @throws TypeError when the matcher is not an error class, a list of them or a function.
   */
  subgroup(matcher: ErrorMatcher): ExceptionGroup | undefined {
    return this.split(matcher)[0];
  }

  /**
   * Returns the part that matches and the rest, each nested as it is here, or undefined where it is empty.
   *
   * @throws TypeError when the matcher is not an error class, a list of them or a function.
   */
  split(
    matcher: ErrorMatcher,
  ): [matching: ExceptionGroup | undefined, rest: ExceptionGroup | undefined] {
    const matches = predicate(matcher);
    if (matches(this)) return [this, undefined];
    // Without recursion: groups may be nested deeper than the stack is.
    const path = [splitting(this)];
    for (;;) {
      const inner = path.at(-1) as Splitting;
      const { done: isDone = false, value: error } = inner.errors.next();
      if (isDone) {
        path.pop();
        const parts = inner.group.#parts(inner);
        const outer = path.at(-1);
        if (outer === undefined) return parts;
        collect(outer, parts);
      } else if (!(error instanceof ExceptionGroup)) {
        (matches(error) ? inner.matching : inner.rest).push(error);
      } else if (matches(error)) {
        inner.matching.push(error);
      } else if (#part in error) {
        path.push(splitting(error));
      } else {
        // Of another copy of this package.
        collect(inner, (error as ExceptionGroup).split(matcher));
      }
    }
  }

  /** Returns a group like this one with other members. Override it in a subclass to keep that class. */
  derive(errors: readonly unknown[]): ExceptionGroup {
    return new ExceptionGroup(this.message, errors);
  }

  #parts({ matching, rest }: Splitting): SplitGroup {
    return [this.#part(matching), this.#part(rest)];
  }

  #part(errors: readonly unknown[]): ExceptionGroup | undefined {
    if (errors.length === 0) return undefined;
    const part = this.derive(errors);
    if (this.cause !== undefined) part.cause = this.cause;
    if (this.stack !== undefined) part.stack = this.stack;
    return part;
  }
}
