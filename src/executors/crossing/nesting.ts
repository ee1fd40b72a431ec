/**
 * How deep the values in a message may be nested. The host copies values by recursion, in native code: the side that writes
 * a message throws when its stack is used up, and the side that reads it, whose stack may be smaller, cannot read it any more.
 * A process dies of that. So the depth is counted before the host sees the value, and the limit is the same everywhere: about
 * two thirds of what the smallest stack of the runtimes can read (1,500 objects in the main thread of Node 24).
 *
 * Counting costs nothing for primitives and typed arrays, and a loop over the places for flat lists. Nested values are gone
 * through by recursion, up to a depth that any stack has room for: first without a note of what was visited, which is enough
 * for ordinary messages, and then with one, for large or cyclic values. Only what is deeper takes `searchParts()`, which is
 * slow and exact.
 */
import { getPrototypeOf, isArray, isView, KeptSet } from './intrinsics.ts';
import { mayBeOwnCause, placeOfOwnCause } from './own-cause.ts';
import { hasNames, isSparse, Parts, searchParts, Unreadable } from './parts.ts';
import { UnsendableError } from './unsendable.ts';

/** The most objects that may be nested in one another. */
const deepest = 1000;

/** Up to this depth the quick count goes by recursion, which the stack must have room for. */
const quickDepth = 200;
/** The most objects that the first quick count visits: it may meet the same object again and again. */
const quickVisits = 100_000;

/** Why an object cannot cross, as the end of a sentence; undefined if it can. */
export type Refusal = (object: object) => string | undefined;

const accept: Refusal = () => undefined;

const plain = Object.prototype;
const list = Array.prototype;

/**
 * Checks that the other side will be able to read a message.
 *
 * @param refuse - Also refuses single objects.
 * @throws UnsendableError if a value is nested too deep, is an error that is a part of its own cause, or is refused.
 */
export function checkReadable(message: unknown, refuse: Refusal = accept): void {
  if (typeof message !== 'object' || message === null) return;
  if (isSurelyReadable(message, refuse)) return;
  const why = whyUnreadable(message, '', refuse);
  if (why !== undefined) throw new UnsendableError(why.found, refuse);
}

/** Returns the first part that the other side could not read: why, and where it is. */
export function whyUnreadable(
  value: unknown,
  path: string,
  refuse: Refusal = accept,
): { readonly found: string; readonly path: string } | undefined {
  const look = (part: unknown, depth: number): string | undefined => {
    if (typeof part !== 'object' || part === null || Unreadable.is(part)) return undefined;
    if (depth > deepest) return `is nested more than ${deepest} deep; make it flatter, as a list`;
    return refuse(part);
  };
  return searchParts(value, path, look, Number.POSITIVE_INFINITY, (part, way) => {
    const place = placeOfOwnCause(part, way);
    if (place === -1) return undefined;
    return { found: 'is an error that is a part of its own `cause`', way: way.slice(0, place) };
  });
}

/** One quick count. */
interface Count {
  readonly refuse: Refusal;
  /** How many more objects may be visited; counted where those that were visited are not kept. */
  left: number;
  /** The objects that were visited. To keep them costs more than to visit a few of them again. */
  readonly seen: Set<object> | undefined;
}

/** False if that takes a closer look. */
function isSurelyReadable(message: object, refuse: Refusal): boolean {
  try {
    const first: Count = { refuse, left: quickVisits, seen: undefined };
    return isShallow(message, 0, first) || isShallow(message, 0, { ...first, seen: new KeptSet() });
  } catch {
    // A proxy or a getter has thrown. The closer look goes on behind it.
    return false;
  }
}

function isShallow(value: object, depth: number, count: Count): boolean {
  if (depth === quickDepth) return false;
  const { seen } = count;
  if (seen !== undefined) {
    if (seen.has(value)) return true;
    seen.add(value);
  } else if (--count.left < 0) {
    return false;
  }
  if (isArray(value)) {
    const isOrdinary = getPrototypeOf(value) === list && !isSparse(value);
    if (!isOrdinary || (count.refuse !== accept && hasNames(value))) {
      return isOtherShallow(value, depth, count);
    }
    const { length } = value;
    for (let at = 0; at < length; at++) {
      const part: unknown = value[at];
      if (typeof part === 'object' && part !== null && !isShallow(part, depth + 1, count)) {
        return false;
      }
    }
    return true;
  }
  const prototype: unknown = getPrototypeOf(value);
  if (prototype !== plain && prototype !== null) return isOtherShallow(value, depth, count);
  for (const key in value) {
    const part = (value as Record<string, unknown>)[key];
    if (typeof part === 'object' && part !== null && !isShallow(part, depth + 1, count)) {
      return false;
    }
  }
  return true;
}

/** For class instances, Maps, Sets, errors, memory, and for arrays that are no ordinary ones. */
function isOtherShallow(value: object, depth: number, count: Count): boolean {
  if (count.refuse !== accept && count.refuse(value) !== undefined) return false;
  if (isView(value)) return true;
  if (mayBeOwnCause(value)) return false;
  const parts = new Parts(value);
  while (++parts.at < parts.length) {
    const { part } = parts;
    if (typeof part === 'object' && part !== null && !isShallow(part, depth + 1, count)) {
      return false;
    }
  }
  return true;
}
