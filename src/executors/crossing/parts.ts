/**
 * Goes through a value and all its parts as the host does when it copies the value. Never by recursion: a value may be nested
 * deeper than the stack is high. A part that cannot be looked at (a revoked proxy, a getter that throws) has no parts itself.
 */
import { kindOf } from './brands.ts';
import { append, apply, floor, hasOwn, KeptSet, keys } from './intrinsics.ts';

// Taken now: a job may replace what is on the prototypes.
const forEachOfMap = Map.prototype.forEach;
const forEachOfSet = Set.prototype.forEach;

/** An array with more places than this may be sparse. */
const surelyDense = 10_000;
/** V8 stores longer arrays as sparse ones. */
const surelySparse = 2 ** 27;
/** How many places of an array are looked at to tell whether it is sparse. */
const samples = 16;

/** Tells if most places of an array may be empty, so that to visit the places would take far longer than to list the keys. */
export function isSparse(array: readonly unknown[]): boolean {
  const { length } = array;
  if (length <= surelyDense) return false;
  if (length >= surelySparse) return true;
  for (let sample = 0; sample < samples; sample++) {
    if (!hasOwn(array, floor((length / samples) * sample))) return true;
  }
  return false;
}

/** Stands for a part whose getter, or whose proxy, has thrown. */
export class Unreadable {
  readonly #error: unknown;

  constructor(error: unknown) {
    this.#error = error;
  }

  /** What was thrown. */
  get error(): unknown {
    return this.#error;
  }

  /** Not by `instanceof`, which asks a proxy for its prototype. */
  static is(value: unknown): value is Unreadable {
    return typeof value === 'object' && value !== null && #error in value;
  }
}

/** The parts of one object that the host copies, in its order, and which of them is looked at. */
export class Parts {
  readonly object: object;
  /** The keys of the parts; undefined for an array that is visited place by place, and for what has members. */
  #keys: readonly string[] | undefined;
  /** The members of a Set, or each key of a Map and its value. */
  #members: readonly unknown[] | undefined;
  #isMap = false;
  readonly length: number;
  /** The place of the part that is looked at. */
  at = -1;

  constructor(object: object) {
    this.object = object;
    this.length = this.#count(object);
  }

  /** The part that is looked at. */
  get part(): unknown {
    if (this.#members !== undefined) return this.#members[this.at];
    const key = this.#keys === undefined ? this.at : (this.#keys[this.at] as string);
    try {
      return (this.object as Record<string | number, unknown>)[key];
    } catch (error) {
      return new Unreadable(error);
    }
  }

  #count(object: object): number {
    try {
      switch (kindOf(object)) {
        case 'array': {
          const array = object as readonly unknown[];
          if (!isSparse(array) && !hasNames(array)) return array.length;
          return this.#useKeys(keys(array));
        }
        case 'map':
          this.#isMap = true;
          return this.#useMembers(membersOfMap(object));
        case 'set':
          return this.#useMembers(membersOfSet(object));
        case 'error':
          return this.#useKeys(ownOf(object, 'cause', 'errors'));
        case 'memory':
          return 0;
        case 'keys':
          return this.#useKeys(keys(object));
      }
    } catch {
      // It refuses to be looked at. If it cannot be copied, the host says so.
      return 0;
    }
  }

  #useKeys(keys: readonly string[]): number {
    this.#keys = keys;
    return keys.length;
  }

  #useMembers(members: readonly unknown[]): number {
    this.#members = members;
    return members.length;
  }

  /** The step from the object to the part that is looked at: ".name", "[3]", ".get("key")". */
  get step(): string {
    if (this.#members !== undefined) {
      if (!this.#isMap) return ' (a member)';
      return this.at % 2 === 0 ? ' (a key)' : `.get(${textOfKey(this.#members[this.at - 1])})`;
    }
    if (this.#keys === undefined) return `[${this.at}]`;
    const key = this.#keys[this.at] as string;
    if (/^[A-Za-z_$][\w$]*$/.test(key)) return `.${key}`;
    return /^(?:0|[1-9]\d{0,9})$/.test(key) ? `[${key}]` : `[${JSON.stringify(key)}]`;
  }
}

function add(list: unknown[], first: unknown, ...rest: unknown[]): void {
  append(list, first);
  if (rest.length > 0) append(list, rest[0]);
}

/** Returns those of the two keys that the object has itself. */
function ownOf(object: object, first: string, second: string): string[] {
  const own: string[] = [];
  if (hasOwn(object, first)) append(own, first);
  if (hasOwn(object, second)) append(own, second);
  return own;
}

function membersOfMap(map: object): unknown[] {
  const members: unknown[] = [];
  apply(forEachOfMap, map, [(item: unknown, key: unknown) => add(members, key, item)]);
  return members;
}

function membersOfSet(set: object): unknown[] {
  const members: unknown[] = [];
  apply(forEachOfSet, set, [(item: unknown) => add(members, item)]);
  return members;
}

/** True for a small array that has properties with names too, as the result of a match. Large ones would cost too much. */
export function hasNames(array: readonly unknown[]): boolean {
  return array.length <= 64 && keys(array).length > array.length;
}

/** How a key of a Map is written in a path. It may have no text form, or a very long one. */
function textOfKey(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(shortened(key));
  if (typeof key === 'function' || (typeof key === 'object' && key !== null)) return 'an object';
  return shortened(String(key));
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}...` : text;
}

/** Returned by `look()`: the parts of this value need not be looked at. */
export const skip: unique symbol = Symbol('skip');

export interface Finding<Found> {
  readonly found: Found;
  /** The way from the value to the part. */
  readonly path: string;
}

/**
 * Looks at `value` and then at its parts, each object once. Returns the first finding.
 *
 * @param path - The name of `value` itself.
 * @param look - Is given each part, and how many objects it is in. Returns what it has found, `skip`, or undefined.
 * @param limit - The most parts to look at.
 * @param again - Is given each object that is met again, and the way to it. Returns what it has found, and the way to that.
 */
export function searchParts<Found>(
  value: unknown,
  path: string,
  look: (part: unknown, depth: number) => Found | typeof skip | undefined,
  limit: number = Number.POSITIVE_INFINITY,
  again?: (
    part: unknown,
    way: readonly Parts[],
  ) => { readonly found: Found; readonly way: readonly Parts[] } | undefined,
): Finding<Found> | undefined {
  const seen = new KeptSet<unknown>();
  const way: Parts[] = [];
  let part = value;
  let left = limit;
  for (;;) {
    const isObject = typeof part === 'object' && part !== null && !Unreadable.is(part);
    const isNewObject = isObject && !seen.has(part);
    if (isNewObject || !isObject) {
      const found = look(part, way.length);
      if (found !== undefined && found !== skip) return { found, path: path + wayText(way) };
      if (isNewObject) {
        seen.add(part);
        if (found === undefined) append(way, new Parts(part as object));
      }
    } else {
      const found = again?.(part, way);
      if (found !== undefined) return { found: found.found, path: path + wayText(found.way) };
    }
    let parts = way[way.length - 1];
    while (parts !== undefined && ++parts.at >= parts.length) {
      way.length--;
      parts = way[way.length - 1];
    }
    if (parts === undefined || --left < 0) return undefined;
    part = parts.part;
  }
}

/** How many steps of a path are shown from its beginning, and as many from its end. */
const stepsShown = 8;

/** The steps of a way. Those in the middle of a long one are left out. */
function wayText(way: readonly Parts[]): string {
  const steps = (from: readonly Parts[]): string => from.map(({ step }) => step).join('');
  if (way.length <= 2 * stepsShown) return steps(way);
  const left = way.length - 2 * stepsShown;
  return `${steps(way.slice(0, stepsShown))} … ${left} steps … ${steps(way.slice(-stepsShown))}`;
}
