/** The error classes that come back from a worker as what they were. */

import { describe } from '../../core/text.ts';
import {
  BrokenBarrierError,
  InvalidStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  TimeoutError,
} from '../../errors.ts';
import { ExceptionGroup } from '../../groups/exception-group.ts';
import {
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  KeptMap,
  KeptSet,
} from './intrinsics.ts';

/** Any class whose instances are errors. */
export interface ErrorClass {
  /** The name of the class. */
  readonly name: string;
  /** What the instances of the class have in common. */
  readonly prototype: Error;
}

const builtIn: readonly ErrorClass[] = [
  Error,
  AggregateError,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
];
const host = globalThis as { DOMException?: ErrorClass };

interface Known {
  readonly byName: Map<string, ErrorClass>;
  /** By prototype. */
  readonly names: Map<object, string>;
}

/** On `globalThis`: a worker may load the program's copy of this package beside its own, and both share one list. */
const key = Symbol.for('skein.error-classes/0');
const shared = globalThis as unknown as Record<symbol, Known | undefined>;
shared[key] ??= { byName: new KeptMap(), names: new KeptMap() };

/**
 * The classes that both sides know. CancelledError is left out on purpose. One that comes from a worker says that something
 * was cancelled there; here it would look as if the task that awaits the job was cancelled.
 */
const { byName, names }: Known = shared[key];

function add(name: string, errorClass: ErrorClass): void {
  byName.set(name, errorClass);
  names.set(errorClass.prototype, name);
}

for (const errorClass of builtIn) add(errorClass.name, errorClass);
if (host.DOMException !== undefined) add('DOMException', host.DOMException);
// The names are written out: a bundler may shorten the names of classes, and differently for the worker.
add('skein.BrokenBarrierError', BrokenBarrierError);
add('skein.ExceptionGroup', ExceptionGroup);
add('skein.InvalidStateError', InvalidStateError);
add('skein.QueueEmpty', QueueEmpty);
add('skein.QueueFull', QueueFull);
add('skein.QueueShutDown', QueueShutDown);
add('skein.TimeoutError', TimeoutError);

/**
 * Has errors of this class come back from workers as instances of it. Without this they come back as the nearest class
 * that JavaScript or this library has, with the same `name`, `message`, `stack`, `cause` and own properties.
 *
 * Call it in the module that declares the class, as both sides must know it. The constructor is not called again, so
 * `#private` fields are missing from what comes back.
 *
 * @param name - What both sides call it. Give it where a bundler shortens the names of classes, as it does so on each side for
 *   itself. Default: the name of the class.
 * @throws TypeError when it is not a class of errors, or has no name.
 *
 * @example
 * ```ts
 * import { registerError } from 'skein/executors';
 *
 * export class ParseError extends Error {
 *   line = 0;
 * }
 * registerError(ParseError);
 * ```
 */
export function registerError(errorClass: ErrorClass, name: string = errorClass?.name): void {
  const given: unknown = errorClass;
  const isErrorClass = typeof given === 'function' && inheritsFromError(given.prototype);
  if (!isErrorClass || typeof name !== 'string' || name === '') {
    throw new TypeError(
      `\`registerError()\` expected a named class that extends Error, but got ${describe(errorClass)}.`,
    );
  }
  add(name, errorClass);
}

/** The class of the error may be of another realm (`node:vm`, jest), where `Error` is another one. */
function inheritsFromError(prototype: unknown): boolean {
  if (typeof prototype !== 'object' || prototype === null) return false;
  for (let proto = parentOf(prototype); proto !== null; proto = parentOf(proto)) {
    if (knownNameOf(proto) !== undefined) return true;
  }
  return false;
}

function parentOf(object: object): object | null {
  return getPrototypeOf(object);
}

const builtInNames = new KeptSet<string>();
for (const { name } of builtIn) builtInNames.add(name);

/** Returns the name of the known class with this prototype. The classes of JavaScript are known in any realm. */
function knownNameOf(proto: object): string | undefined {
  const own = names.get(proto);
  if (own !== undefined) return own;
  // Not by reading it: a class of the program may have a getter there.
  const name: unknown = getOwnPropertyDescriptor(proto, 'name')?.value;
  const isNamed = typeof name === 'string' && builtInNames.has(name);
  return isNamed && hasOwn(proto, 'message') ? name : undefined;
}

/** Returns the name of the nearest class of `error` that both sides know. */
export function knownClassOf(error: Error): string {
  // An error may itself have a `name` and a `message`.
  for (let proto = parentOf(error); proto !== null; proto = parentOf(proto)) {
    const name = knownNameOf(proto);
    if (name !== undefined) return name;
  }
  return 'Error';
}

/** Returns the class of this name; Error if there is none. */
export function classNamed(name: string): ErrorClass {
  return byName.get(name) ?? Error;
}
