/**
 * Takes thrown values apart, and puts them together again on the other side. The host's own copy of an error loses the
 * class and the own properties, and copying fails if one of them is a function.
 */
import { setStackLimit } from '../core/stack-limit.ts';
import { brief } from '../core/text.ts';
import { isCloneable } from './cloneable.ts';
import { classNamed, knownClassOf } from './error-classes.ts';
import type { ErrorRecord, Part, Thrown } from './protocol.ts';

/** These properties have fields of their own in an `ErrorRecord`. */
const kept = new Set(['name', 'message', 'stack', 'cause', 'errors']);

/** False for a proxy that throws when asked. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    return false;
  }
}

/** Takes a thrown value apart. Never throws, whatever was thrown. */
export function encodeThrown(thrown: unknown): Thrown {
  const errors: ErrorRecord[] = [];
  const places = new Map<Error, number>();

  const encode = (value: unknown): Part => {
    if (!isError(value)) return { value: isCloneable(value) ? value : brief(value) };
    let place = places.get(value);
    if (place === undefined) {
      place = errors.push(unfinished) - 1;
      places.set(value, place);
      errors[place] = recordSafely(value, encode);
    }
    return { error: place };
  };
  return { root: encode(thrown), errors };
}

/** Takes the place of an error in the list while its cause is encoded. */
const unfinished: ErrorRecord = {
  known: 'Error',
  name: 'Error',
  message: '',
  stack: undefined,
  cause: undefined,
  members: undefined,
  properties: [],
};

/** If looking at the error throws (it may be a proxy), an empty error crosses instead. */
function recordSafely(error: Error, encode: (value: unknown) => Part): ErrorRecord {
  try {
    return record(error, encode);
  } catch {
    return unfinished;
  }
}

function record(error: Error, encode: (value: unknown) => Part): ErrorRecord {
  const known = knownClassOf(error);
  const members: unknown = read(error, 'errors');
  const properties: [string, Part][] = [];
  for (const key of Object.keys(error)) {
    if (!kept.has(key)) properties.push([key, encode(read(error, key))]);
  }
  return {
    known,
    name: nameOf(error, known),
    message: textOf(read(error, 'message')),
    stack: stackText(error),
    cause: Object.hasOwn(error, 'cause') ? encode(read(error, 'cause')) : undefined,
    members: Array.isArray(members) ? members.map(encode) : undefined,
    properties,
  };
}

/** Reads a property. A getter that throws counts as undefined, so that the rest of the error still crosses. */
function read(error: Error, key: string): unknown {
  try {
    return (error as unknown as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

/** Returns the text of a value, also if its `toString()` throws. */
function textOf(value: unknown): string {
  try {
    return String(value);
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
  const name = textOf(read(error, 'name'));
  const className: unknown = (read(error, 'constructor') as { name?: unknown } | undefined)?.name;
  const { prototype } = classNamed(known);
  if (Object.getPrototypeOf(error) === prototype) return name;
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
  if (error.name !== from.name) define(error, 'name', from.name);
  return error;
}

function define(error: Error, key: string, value: unknown, enumerable = false): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}
