/**
 * Tells what an object is by what only the engine can put into it. `instanceof` alone cannot: it is false for the objects of
 * another realm (`node:vm`, jest), and true for whatever inherits from the class. None of these functions throws.
 */
import { apply, getPrototypeOf, isArray as isArrayOf, isView, kept } from './intrinsics.ts';

type Getter = (this: unknown) => unknown;

function getterOf(prototype: object | undefined, name: string | symbol): Getter | undefined {
  return prototype && Object.getOwnPropertyDescriptor(prototype, name)?.get;
}

const host = globalThis as {
  SharedArrayBuffer?: { readonly prototype: object };
  WebAssembly?: { readonly Module: { exports(module: unknown): unknown } };
};

// Taken now: a job may replace what is on the prototypes.
const lengthOfBuffer = getterOf(ArrayBuffer.prototype, 'byteLength') as Getter;
const lengthOfShared = getterOf(host.SharedArrayBuffer?.prototype, 'byteLength');
const sizeOfMap = getterOf(Map.prototype, 'size') as Getter;
const sizeOfSet = getterOf(Set.prototype, 'size') as Getter;
const exportsOfModule = host.WebAssembly?.Module.exports;

function accepts(
  check: ((this: never, value?: never) => unknown) | undefined,
  value: unknown,
): boolean {
  if (check === undefined || typeof value !== 'object' || value === null) return false;
  try {
    apply(check, value, [value]);
    return true;
  } catch {
    return false;
  }
}

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return accepts(lengthOfBuffer, value);
}

export function isShared(value: unknown): value is SharedArrayBuffer {
  return (
    lengthOfShared !== undefined &&
    mayBe(host.SharedArrayBuffer, '[object SharedArrayBuffer]', value) &&
    accepts(lengthOfShared, value)
  );
}

/** True for a `WebAssembly.Module`. */
export function isWasmModule(value: unknown): boolean {
  return (
    exportsOfModule !== undefined &&
    mayBe(host.WebAssembly?.Module, '[object WebAssembly.Module]', value) &&
    accepts(exportsOfModule, value)
  );
}

/** Asked first where most values are of other classes: a check that fails costs an exception. */
function mayBe(ownClass: unknown, tag: string, value: unknown): boolean {
  try {
    return value instanceof (ownClass as new () => unknown) || tagOf(value) === tag;
  } catch {
    return false;
  }
}

/** True for an array; false for a proxy that was revoked, where `Array.isArray()` throws. */
export function isArray(value: unknown): value is readonly unknown[] {
  try {
    return isArrayOf(value);
  } catch {
    return false;
  }
}

/** True for an error, also one of another realm. */
export function isError(value: unknown): value is Error {
  return mayBe(kept.Error, '[object Error]', value);
}

const plain = Object.prototype;
const toTag = plain.toString;

/** Returns what `Object.prototype.toString()` says: "[object Map]". A getter of the user may say anything here. */
export function tagOf(value: unknown): string {
  try {
    return apply(toTag, value, []);
  } catch {
    return '';
  }
}

/** What the parts of an object are: its places, its members, its keys, or what belongs to an error; memory has none. */
export type Kind = 'array' | 'map' | 'set' | 'error' | 'memory' | 'keys';

/** Tells how the host copies an object. May throw for a proxy. */
export function kindOf(object: object): Kind {
  if (isArrayOf(object)) return 'array';
  if (isView(object)) return 'memory';
  const prototype: unknown = getPrototypeOf(object);
  if (prototype === plain || prototype === null) return 'keys';
  const tag = tagOf(object);
  if ((tag === '[object Map]' || object instanceof kept.Map) && accepts(sizeOfMap, object))
    return 'map';
  if ((tag === '[object Set]' || object instanceof kept.Set) && accepts(sizeOfSet, object))
    return 'set';
  return tag === '[object Error]' || object instanceof kept.Error ? 'error' : 'keys';
}
