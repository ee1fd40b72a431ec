/**
 * Takes thrown values apart, and puts them together again on the other side. The host's own copy of an error loses the
 * class and the own properties, and copying fails if one of them is a function.
 */
import { setStackLimit } from '../../core/stack-limit.ts';
import { brief } from '../../core/text.ts';
import { isArray, isError } from './brands.ts';
import { checkCopyable, isCloneable } from './cloneable.ts';
import { classNamed, knownClassOf } from './error-classes.ts';
import {
  append,
  getPrototypeOf,
  hasOwn,
  KeptMap,
  KeptSet,
  kept,
  keys,
  structuredClone,
} from './intrinsics.ts';
import { isSparse } from './parts.ts';
import type { ErrorRecord, Part, Thrown } from './protocol.ts';

/** These properties have fields of their own in an `ErrorRecord`. */
const withFields = new KeptSet<string>()
  .add('name')
  .add('message')
  .add('stack')
  .add('cause')
  .add('errors');

/**
 * The most values that are encoded of one thrown value: causes, members of `errors`, properties. An error may have endless
 * ones, as getters may make them.
 */
const mostValues = 10_000;

/** Takes a thrown value apart. Never throws, whatever was thrown, and goes through it without recursion. */
export function encodeThrown(thrown: unknown): Thrown {
  const found: Error[] = [];
  const places = new KeptMap<Error, number>();
  let left = mostValues;

  const encode = (value: unknown): Part => {
    if (!isError(value) || --left < 0) return { value: copyOf(value) };
    let place = places.get(value);
    if (place === undefined) {
      place = found.length;
      found[place] = value;
      places.set(value, place);
    }
    return { error: place };
  };
  const encodeList = (list: readonly unknown[]): Part[] => {
    const at = isSparse(list) ? keys(list) : undefined;
    const { length } = at ?? list;
    const parts: Part[] = [];
    while (parts.length < length && --left >= 0) {
      const next = parts.length;
      parts[next] = encode(list[at === undefined ? next : +(at[next] as string)]);
    }
    const rest = length - parts.length;
    if (rest > 0) append(parts, { value: `… and ${rest} more, which were left out` });
    return parts;
  };

  const root = encode(thrown);
  const errors: ErrorRecord[] = [];
  // The list grows meanwhile.
  for (let at = 0; at < found.length; at++) {
    // To look at the error may throw, as it may be a proxy. An empty error crosses then.
    try {
      errors[at] = record(found[at] as Error, encode, encodeList);
    } catch {
      errors[at] = empty;
    }
  }
  return { root, errors };
}

const empty: ErrorRecord = {
  known: 'Error',
  name: 'Error',
  message: '',
  stack: undefined,
  cause: undefined,
  members: undefined,
  properties: [],
};

/** Returns a copy, as a getter may return another value the next time; the text of a value that cannot be copied. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return isCloneable(value) ? value : brief(value);
  try {
    checkCopyable(value);
    return structuredClone(value);
  } catch {
    return brief(value);
  }
}

function record(
  error: Error,
  encode: (value: unknown) => Part,
  encodeList: (list: readonly unknown[]) => Part[],
): ErrorRecord {
  const known = knownClassOf(error);
  const members: unknown = read(error, 'errors');
  const properties: [string, Part][] = [];
  const names = keys(error);
  for (let at = 0; at < names.length && at < mostValues; at++) {
    const key = names[at] as string;
    if (!withFields.has(key)) append(properties, [key, encode(read(error, key))]);
  }
  return {
    known,
    name: nameOf(error, known),
    message: stringOf(read(error, 'message')),
    stack: stackText(error),
    cause: hasOwn(error, 'cause') ? encode(read(error, 'cause')) : undefined,
    members: isArray(members) ? encodeList(members) : undefined,
    properties,
  };
}

/** Reads a property. A getter that throws counts as undefined, so that the rest of the error still crosses. */
function read(error: object, key: string): unknown {
  try {
    return (error as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Returns the text of a value, also if its `toString()` throws. */
function stringOf(value: unknown): string {
  try {
    return kept.String(value);
  } catch {
    return brief(value);
  }
}

function stackText(error: Error): string | undefined {
  const stack = read(error, 'stack');
  return typeof stack === 'string' ? stack : undefined;
}

/** Returns the `name` of the error. If its class is lost on the way and inherits its `name`, returns the name of the class. */
function nameOf(error: Error, known: string): string {
  const given = read(error, 'name');
  const name = given === undefined ? known : stringOf(given);
  const made = read(error, 'constructor');
  const className = typeof made === 'function' ? read(made, 'name') : undefined;
  const { prototype } = classNamed(known);
  if (getPrototypeOf(error) === prototype) return name;
  const inherited = name === read(prototype, 'name');
  return inherited && typeof className === 'string' && className !== '' ? className : name;
}

/**
 * Puts a thrown value together again.
 *
 * @param stackOf - Is given the stack of each error, and true for the error that was thrown. Returns the stack to show.
 */
export function decodeThrown(
  thrown: Thrown,
  stackOf: (stack: string, isRoot: boolean) => string = (stack) => stack,
): unknown {
  const errors = thrown.errors.map(revive);
  const decode = (part: Part): unknown => ('error' in part ? errors[part.error] : part.value);
  thrown.errors.forEach((from, place) => {
    const error = errors[place] as Error;
    if (from.stack !== undefined) {
      const isRoot = 'error' in thrown.root && thrown.root.error === place;
      define(error, 'stack', stackOf(from.stack, isRoot));
    }
    if (from.cause !== undefined) define(error, 'cause', decode(from.cause));
    if (from.members !== undefined) define(error, 'errors', from.members.map(decode));
    for (const [key, value] of from.properties) define(error, key, decode(value), true);
  });
  return decode(thrown.root);
}

function revive(from: ErrorRecord): Error {
  if (from.known === 'DOMException') return new DOMException(from.message, from.name);
  const limit = setStackLimit(0);
  // `new Error()` for every class: so it is an error to the host too, and no constructor of the user runs.
  const error = new Error(from.message);
  setStackLimit(limit);
  Object.setPrototypeOf(error, classNamed(from.known).prototype);
  // A class of the program may have a getter there.
  if (read(error, 'name') !== from.name) define(error, 'name', from.name);
  return error;
}

function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}
