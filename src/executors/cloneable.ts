/** What can be copied to a worker and back, and where in a value the part is that cannot. */
import { futureMarker } from '../core/coroutine.ts';
import { describe } from '../core/text.ts';

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
 * Says which part of `value` cannot be copied: "args[0].handlers.onClick is a function". Answers undefined when all of it
 * can.
 *
 * @param path - How to call `value` itself.
 */
export function findUncloneable(value: unknown, path: string): string | undefined {
  return search(value, path, new Set());
}

function search(value: unknown, path: string, seen: Set<unknown>): string | undefined {
  if (seen.has(value) || isCloneable(value)) return undefined;
  seen.add(value);
  if (typeof value !== 'object' || value === null) return `${path} is ${what(value)}`;
  if (futureMarker in value) return `${path} is ${what(value)}; await it first`;
  for (const [step, part] of partsOf(value)) {
    const found = search(part, path + step, seen);
    if (found !== undefined) return found;
  }
  return `${path} is ${what(value)}`;
}

function what(value: unknown): string {
  return typeof value === 'function' ? 'a function' : describe(value);
}

/** What the host would copy of an object, with the way to each part. */
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
