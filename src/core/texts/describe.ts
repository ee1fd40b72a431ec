/** Describes values in full: what they are, with a short value, or with the name of the function. */
import { isClass, kindOfCoroutines } from '../function-kind.ts';
import { nameOf } from '../text.ts';

const kindsOfFunctions = new Map<unknown, string>([
  [kindOfCoroutines, 'a coroutine function'],
  ['GeneratorFunction', 'a generator function'],
  ['AsyncGeneratorFunction', 'an async generator function'],
  ['AsyncFunction', 'an async function'],
]);

function kindOf(fn: object): string {
  const tag = (fn as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  return kindsOfFunctions.get(tag) ?? (isClass(fn) ? 'a class' : 'a function');
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Describes a value for a sentence: "5 (number)", "an array", "`fetchUser`, a generator function". */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `${shortened(JSON.stringify(value))} (string)`;
    case 'number':
    case 'boolean':
    case 'bigint':
      return `${value} (${typeof value})`;
    case 'symbol':
      return 'a symbol';
    case 'undefined':
      return 'undefined';
    case 'function': {
      const kind = kindOf(value);
      const name = nameOf(value, '');
      return name === '' ? kind : `\`${name}\`, ${kind}`;
    }
    default:
      return describeObject(value as object | null);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Promise) return 'a promise';
  const tag = (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag];
  if (tag === 'Generator') return 'a coroutine (a started generator function)';
  if (tag === 'AsyncGenerator') return 'an async generator';
  const name = value.constructor?.name ?? '';
  if (value.toString !== Object.prototype.toString && !(value instanceof Error)) {
    const text = String(value);
    if (text.startsWith('<')) return shortened(text);
  }
  return name === '' || name === 'Object' ? 'an object' : `a value of class ${name}`;
}

/** Describes a value for the end of a text form: `result=Array(2)`. Does not look into nested values. */
export function brief(value: unknown): string {
  if (typeof value === 'string') return shortened(JSON.stringify(value));
  if (typeof value === 'bigint') return `${value}n`;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (Array.isArray(value)) return `Array(${value.length})`;
  if (value instanceof Error) return `${value.name}(${shortened(String(value.message))})`;
  return describe(value);
}

/** The text of a future names the futures that it waits for, at most so deep. */
const deepestText = 40;
let textDepth = 0;

/**
 * Returns `text()`, which names futures within a future; '…' where that goes too deep. `futures`: how many it names. A text that
 * names several counts for more, as each of them may name several.
 */
export function nestedText(futures: number, text: () => string): string {
  const weight = futures > 1 ? deepestText / 4 : 1;
  if (textDepth + weight > deepestText) return '…';
  textDepth += weight;
  try {
    return text();
  } finally {
    textDepth -= weight;
  }
}

/** Names the first three, and counts the others: "a, b, c, 7 more". */
export function listText<T>(items: readonly T[], name: (item: T) => string): string {
  return nestedText(items.length, () => {
    const names = items.slice(0, 3).map(name);
    if (items.length > names.length) names.push(`${items.length - names.length} more`);
    return names.join(', ');
  });
}
