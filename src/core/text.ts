/** The text of values in errors, reports and text forms. */
import { ownFrames } from './stack-frames.ts';

/** Names a function as a person would: `main()`. */
export function functionName(fn: unknown): string {
  return typeof fn === 'function' && fn.name !== '' ? `${fn.name}()` : 'an anonymous function';
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Returns `text()`, or a substitute if it throws: getters of a value must not make the report of a failure fail. */
function safely(text: () => string): string {
  try {
    return text();
  } catch {
    return 'a value without a text form';
  }
}

/** Describes a value for a sentence: "5 (number)", "an array", "`fetchUser`, a generator function". */
export function describe(value: unknown): string {
  return safely(() => descriptionOf(value));
}

function descriptionOf(value: unknown): string {
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
      const kind = isClass(value)
        ? 'a class'
        : isGeneratorFunction(value)
          ? 'a generator function'
          : 'a function';
      return value.name === '' ? kind : `\`${value.name}\`, ${kind}`;
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

function isClass(fn: unknown): boolean {
  return /^class\b/.test(String(fn));
}

/** Describes a value for the end of a text form: `result=Array(2)`. Does not look into nested values. */
export function brief(value: unknown): string {
  return safely(() => briefOf(value));
}

function briefOf(value: unknown): string {
  if (typeof value === 'string') return shortened(JSON.stringify(value));
  if (typeof value === 'bigint') return `${value}n`;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  if (Array.isArray(value)) return `Array(${value.length})`;
  if (value instanceof Error) return `${value.name}(${shortened(String(value.message))})`;
  return describe(value);
}

const generatorFunction = Object.getPrototypeOf(function* () {});

/** Tells whether `fn` is a generator function: calling it makes a coroutine and runs none of its code. */
export function isGeneratorFunction(fn: unknown): fn is (...args: unknown[]) => Generator {
  return (
    typeof fn === 'function' &&
    (Object.getPrototypeOf(fn) === generatorFunction ||
      (fn as { [Symbol.toStringTag]?: unknown } & object)[Symbol.toStringTag] ===
        'GeneratorFunction')
  );
}

const asyncFunction = Object.getPrototypeOf(async () => {});

/** Tells whether `fn` is an async function. False for one that was compiled to a plain function. */
export function isAsyncFunction(fn: unknown): boolean {
  return typeof fn === 'function' && Object.getPrototypeOf(fn) === asyncFunction;
}

const creations = new WeakMap<object, string>();

/** Notes the stack where `object` is made. For debug mode only: it takes microseconds. */
export function noteCreation(object: object): void {
  const stack = new Error().stack ?? '';
  creations.set(object, stack.slice(stack.indexOf('\n') + 1));
}

/** Returns the stack where `object` was made, as a part of a report; empty if it was not noted. */
export function creationOf(object: object): { creation?: string } {
  const creation = creations.get(object);
  return creation === undefined ? {} : { creation };
}

/** Names the place where `object` was made, for the end of its text form; empty if it was not noted. */
export function madeText(object: object): string {
  const frame = ownFrames(creations.get(object))[0];
  return frame === undefined ? '' : `, made at ${frame.file}:${frame.line}:${frame.column}`;
}

/** Makes Node's console show the objects of a class as their `toString()`, also within other objects. */
export function printsItself(prototype: object): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    configurable: true,
    writable: true,
    value(this: object): string {
      return String(this);
    },
  });
}
