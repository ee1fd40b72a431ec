/** How values look in errors, reports and text forms. Kept away from the machines that they describe. */
import { ownFrames } from './stack-frames.ts';

/** A function as a person would name it. */
export function functionName(fn: unknown): string {
  return typeof fn === 'function' && fn.name !== '' ? `${fn.name}()` : 'an anonymous function';
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** Text forms are made in reports of failures, so no value may make them fail, whatever its getters do. */
function safely(text: () => string): string {
  try {
    return text();
  } catch {
    return 'a value without a text form';
  }
}

/** A value in a sentence: "5 (number)", "an array", "`fetchUser`, a generator function". */
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

/** A value at the end of a text form: `result=Array(2)`. Never follows the value into its depths. */
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

/** Whether calling `fn` only makes a coroutine and runs nothing of it. */
export function isGeneratorFunction(fn: unknown): fn is (...args: unknown[]) => Generator {
  return (
    typeof fn === 'function' &&
    (Object.getPrototypeOf(fn) === generatorFunction ||
      (fn as { [Symbol.toStringTag]?: unknown } & object)[Symbol.toStringTag] ===
        'GeneratorFunction')
  );
}

const asyncFunction = Object.getPrototypeOf(async () => {});

/** Whether `fn` answers a promise, and that only; where async functions are compiled to others it is not known. */
export function isAsyncFunction(fn: unknown): boolean {
  return typeof fn === 'function' && Object.getPrototypeOf(fn) === asyncFunction;
}

const creations = new WeakMap<object, string>();

/** Notes where `object` is being made; in debug mode only, as it costs microseconds. */
export function noteCreation(object: object): void {
  const stack = new Error().stack ?? '';
  creations.set(object, stack.slice(stack.indexOf('\n') + 1));
}

/** Where `object` was made, as the part of a report; empty if that was not noted. */
export function creationOf(object: object): { creation?: string } {
  const creation = creations.get(object);
  return creation === undefined ? {} : { creation };
}

/** Where `object` was made, at the end of its text form; empty if that was not noted. */
export function madeText(object: object): string {
  const frame = ownFrames(creations.get(object))[0];
  return frame === undefined ? '' : `, made at ${frame.file}:${frame.line}:${frame.column}`;
}

/** Has Node's console show the objects of a class as their `toString()`, also within other objects. */
export function printsItself(prototype: object): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    configurable: true,
    writable: true,
    value(this: object): string {
      return String(this);
    },
  });
}
