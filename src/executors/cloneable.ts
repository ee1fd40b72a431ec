/** Tells which values can be copied to a worker and back, and which part of a value cannot. */
import { futureMarker } from '../core/coroutine.ts';
import { describe } from '../core/text.ts';
import { textOf } from './errors.ts';
import { isDetached, isShared, type Transferable, unmovable } from './transfer.ts';
import { isMovable, sharedMemory, UnsendableError } from './unsendable.ts';

/** True if the host can copy `value`. */
export function isCloneable(value: unknown): boolean {
  switch (typeof value) {
    case 'function':
    case 'symbol':
      return false;
    case 'object':
      try {
        structuredClone(value);
        return true;
      } catch {
        return false;
      }
    default:
      return true;
  }
}

/**
 * Returns which part of `value` cannot be copied: "args[0].handlers.onClick is a function". Returns undefined if all of it
 * can.
 *
 * @param path - The name of `value` itself.
 * @param moves - Parts that are moved instead of copied.
 */
export function findUncloneable(
  value: unknown,
  path: string,
  moves: readonly object[] = [],
): string | undefined {
  return search(value, path, new Set(moves), new Set()) ?? findShared(value, path, new Set());
}

/**
 * Returns why a value could not be sent.
 *
 * @param cause - What the host threw.
 * @param moves - Parts that were to be moved with it.
 */
export function reasonAgainst(
  value: unknown,
  path: string,
  cause: unknown,
  moves?: readonly Transferable[],
): string {
  if (cause instanceof UnsendableError) return `${path} ${cause.message}`;
  return unmovable(moves) ?? findUncloneable(value, path, moves) ?? textOf(cause);
}

/** Returns which part is shared memory, which processes cannot have. */
function findShared(value: unknown, path: string, seen: Set<unknown>): string | undefined {
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  if (isShared(value) || (ArrayBuffer.isView(value) && isShared(value.buffer))) {
    return `${path} ${sharedMemory}`;
  }
  if (ArrayBuffer.isView(value)) return undefined;
  for (const [step, part] of partsOf(value)) {
    const found = findShared(part, path + step, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function search(
  value: unknown,
  path: string,
  moves: ReadonlySet<unknown>,
  seen: Set<unknown>,
): string | undefined {
  if (seen.has(value) || moves.has(value) || isCloneable(value)) return undefined;
  seen.add(value);
  if (typeof value !== 'object' || value === null) return `${path} is ${what(value)}`;
  if (futureMarker in value) return `${path} is ${what(value)}; await it first`;
  let mayBeWhole = false;
  for (const [step, part] of partsOf(value)) {
    mayBeWhole ||= moves.has(part);
    const found = search(part, path + step, moves, seen);
    if (found !== undefined) return found;
  }
  if (mayBeWhole) return undefined;
  const advice = isMovable(value) ? '; name it in `transfer`' : '';
  return `${path} is ${what(value)}${advice}`;
}

function what(value: unknown): string {
  if (value instanceof ArrayBuffer && isDetached(value)) {
    return 'an ArrayBuffer that was moved elsewhere';
  }
  return typeof value === 'function' ? 'a function' : describe(value);
}

/** Yields the parts of an object that the host copies, each after its step in the path. */
function* partsOf(value: object): Iterable<[string, unknown]> {
  if (value instanceof Map) {
    for (const [key, item] of value) {
      yield [' (a key)', key];
      yield [`.get(${typeof key === 'string' ? JSON.stringify(key) : String(key)})`, item];
    }
  } else if (value instanceof Set) {
    for (const item of value) yield [' (a member)', item];
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield [`[${index}]`, item];
  } else if (!(value instanceof Promise)) {
    for (const key of Object.keys(value)) {
      const step = /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
      yield [step, readOf(value, key)];
    }
  }
}

function readOf(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}
