/**
 * Values that cannot cross to a process although the host sends them: they arrive as an empty object, as a copy of memory that
 * was to be shared, or not at all, which ends the process that reads them. They are looked for in all parts of a value by
 * `checkReadable()`.
 */
import { describe } from '../../core/text.ts';
import { isArrayBuffer, isError, isShared, isWasmModule } from './brands.ts';
import { getPrototypeOf, isView, KeptMap, KeptWeakSet, structuredClone } from './intrinsics.ts';
import { builtin, runtime } from './node.ts';
import type { Transferable } from './transfer.ts';

/** Thrown for a value with a part that cannot cross. The message is the end of a sentence that begins with the part's path. */
export class UnsendableError extends TypeError {
  readonly #refuse: ((part: object) => string | undefined) | undefined;

  constructor(why: string, refuse?: (part: object) => string | undefined) {
    super(why);
    this.#refuse = refuse;
  }

  /** Finds the part again; undefined if it is the value itself. Not a property of its own, as those cross with the error. */
  get refuse(): ((part: object) => string | undefined) | undefined {
    return this.#refuse;
  }
}

const plain = Object.prototype;
const host = globalThis as unknown as Record<string, { readonly prototype: object } | undefined>;

/** How to know a class: by the global of its name, by the export of a module of Node, or else by a method that it has. */
type Place = 'global' | 'node:crypto' | 'node:net' | { readonly method: string };

function atPlace(place: Place, names: readonly string[]): [string, Place][] {
  return names.map((name) => [name, place]);
}

/** The classes whose objects can move between threads, and not be copied. */
const movable = new KeptMap<string, Place>([
  ...atPlace('global', ['MessagePort', 'ReadableStream', 'WritableStream', 'TransformStream']),
  ...atPlace({ method: 'readableWebStream' }, ['FileHandle']),
]);

/** The classes whose objects can be copied between threads only. */
const copyable = new KeptMap<string, Place>([
  ...atPlace('global', ['Blob', 'CryptoKey']),
  ...atPlace('node:crypto', ['KeyObject', 'X509Certificate']),
  ...atPlace('node:net', ['BlockList', 'SocketAddress']),
  ...atPlace({ method: 'percentileBigInt' }, ['Histogram']),
]);

/** The classes whose objects arrive empty everywhere: what they are made of is out of reach of the host's copy. */
const emptied = new KeptMap<string, Place>(
  atPlace('global', [
    'AbortController',
    'AbortSignal',
    'BroadcastChannel',
    'Event',
    'EventTarget',
    'FormData',
    'Headers',
    'Request',
    'Response',
    'TextDecoder',
    'TextEncoder',
    'URL',
    'URLSearchParams',
  ]),
);

const domException = new KeptMap<string, Place>(atPlace('global', ['DOMException']));

/** True if an object is of one of these classes of the host, or of a class that extends one of them. */
function isOneOf(classes: ReadonlyMap<string, Place>, object: object): boolean {
  let prototype: object | null = getPrototypeOf(object);
  for (; prototype !== null && prototype !== plain; prototype = parentOf(prototype)) {
    // By name first: Node loads some of these classes when it is asked for one.
    const name: unknown = prototype.constructor?.name;
    const place = typeof name === 'string' ? classes.get(name) : undefined;
    if (place !== undefined && isAt(place, name as string, prototype)) return true;
  }
  return false;
}

function parentOf(prototype: object): object | null {
  return getPrototypeOf(prototype);
}

/** A class of the user may have the same name. */
function isAt(place: Place, name: string, prototype: object): boolean {
  if (typeof place === 'object') return place.method in prototype;
  const classes = place === 'global' ? host : builtin(place);
  return classes?.[name]?.prototype === prototype;
}

/** True if the value can be moved, but not copied. Never throws. */
export function isMovable(value: object): boolean {
  try {
    return isOneOf(movable, value);
  } catch {
    return false;
  }
}

/** True for a DOMException where copying loses all of it, as on Node 20. */
function isEmptiedError(object: object): boolean {
  return isOneOf(domException, object) && !isError(structuredClone(object));
}

/** The prototypes of objects that can cross: those of most classes are met again and again. */
const harmless = new KeptWeakSet<object>([Object.prototype, Array.prototype]);

/** Returns why an object itself cannot cross to a process, as the end of a sentence; undefined if it can. Never throws. */
export function whyUnsendable(object: object): string | undefined {
  try {
    const prototype: object | null = getPrototypeOf(object);
    if (prototype === null || harmless.has(prototype)) return undefined;
    if (isView(object)) return isShared(object.buffer) ? sharedMemory : undefined;
    if (isShared(object)) return sharedMemory;
    if (isWasmModule(object)) {
      return 'is a WebAssembly.Module, which works between threads only; send its bytes, and compile them there';
    }
    if (isOneOf(movable, object))
      return `is ${describe(object)}, which can move between threads only`;
    if (isOneOf(copyable, object)) {
      return `is ${describe(object)}, which can be copied between threads only`;
    }
    if (!isOneOf(emptied, object) && !isEmptiedError(object)) {
      harmless.add(prototype);
      return undefined;
    }
    return `is ${describe(object)}, which would arrive as an empty object`;
  } catch {
    // It refuses to be looked at. If it cannot be copied, the host says so.
    return undefined;
  }
}

/** Deno sends values to processes that cannot be copied, and the other end breaks on them. */
const sendsAnything = runtime === 'Deno';

/** @throws what the host throws for a value that cannot be copied, where `send()` does not. */
export function refuseUncloneable(value: unknown): void {
  if (sendsAnything) structuredClone(value);
}

export const sharedMemory =
  'is memory that is shared (a SharedArrayBuffer), which works between threads only';

/** @throws UnsendableError for a list with what processes cannot move to one another. */
export function refuseThreadsOnly(transfer: readonly Transferable[]): void {
  for (let at = 0; at < transfer.length; at++) {
    const item = transfer[at];
    if (isArrayBuffer(item)) continue;
    throw new UnsendableError(`is ${describe(item)}, which can move between threads only`);
  }
}
