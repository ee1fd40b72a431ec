/**
 * What the code that runs in workers needs of the language and the host, as it was before the first job. A job may replace
 * any of it, and the jobs after it must settle all the same. So this code calls nothing by way of a prototype or a global
 * that it can do without: lists are written by `append()` and read place by place, and are never spread.
 */
export const apply: typeof Reflect.apply = Reflect.apply;
export const deleteProperty: typeof Reflect.deleteProperty = Reflect.deleteProperty;
export const getOwnPropertyDescriptor: typeof Reflect.getOwnPropertyDescriptor =
  Reflect.getOwnPropertyDescriptor;
export const ownKeys: typeof Reflect.ownKeys = Reflect.ownKeys;
export const isArray: typeof Array.isArray = Array.isArray;
export const isSafeInteger: typeof Number.isSafeInteger = Number.isSafeInteger;
export const abs: typeof Math.abs = Math.abs;
export const floor: typeof Math.floor = Math.floor;
export const max: typeof Math.max = Math.max;
export const min: typeof Math.min = Math.min;
export const round: typeof Math.round = Math.round;
export const defineProperties: typeof Object.defineProperties = Object.defineProperties;
export const defineProperty: typeof Object.defineProperty = Object.defineProperty;
export const getPrototypeOf: typeof Object.getPrototypeOf = Object.getPrototypeOf;
export const hasOwn: typeof Object.hasOwn = Object.hasOwn;
export const keys: typeof Object.keys = Object.keys;
export const isView: typeof ArrayBuffer.isView = ArrayBuffer.isView;
export const compareExchange: typeof Atomics.compareExchange = Atomics.compareExchange;
export const load: typeof Atomics.load = Atomics.load;
export const store: typeof Atomics.store = Atomics.store;

/** Adds an item to a list, although a job may have given `Array.prototype` a setter for that place. */
export function append<Item>(list: Item[], item: Item): void {
  const at = list.length;
  try {
    list[at] = item;
  } catch {
    // The place there is read-only, or its setter has thrown.
  }
  if (list.length === at) defineProperty(list, at, ownPlace(item));
}

/** Without a prototype, as a job may have given that one a `get`. */
function ownPlace(value: unknown): PropertyDescriptor {
  return { __proto__: null, value, writable: true, enumerable: true, configurable: true } as object;
}

/** Globals. They are read from here, as a job may replace those of `globalThis`. */
export const kept: Pick<
  typeof globalThis,
  | 'Error'
  | 'Function'
  | 'Map'
  | 'Promise'
  | 'Set'
  | 'String'
  | 'Symbol'
  | 'TypeError'
  | 'Uint8Array'
> = { Error, Function, Map, Promise, Set, String, Symbol, TypeError, Uint8Array };

/** `performance.now()`. */
export const now: () => number = performance.now.bind(performance);

/** Browsers refuse to call `structuredClone()` as a method of any other object, so it is wrapped. */
const cloneOfHost = globalThis.structuredClone;
export function structuredClone<Value>(value: Value): Value {
  return cloneOfHost(value);
}

/** A Map whose methods are its own class's. A constructor that is not written out would iterate over its arguments. */
export class KeptMap<Key, Value> extends Map<Key, Value> {
  constructor(items?: Iterable<readonly [Key, Value]>) {
    super(items as Iterable<readonly [Key, Value]>);
  }
}

export class KeptSet<Value> extends Set<Value> {
  constructor(items?: Iterable<Value>) {
    super(items as Iterable<Value>);
  }
}

export class KeptWeakMap<Key extends WeakKey, Value> extends WeakMap<Key, Value> {
  constructor(items?: Iterable<readonly [Key, Value]>) {
    super(items as Iterable<readonly [Key, Value]>);
  }
}

export class KeptWeakSet<Value extends WeakKey> extends WeakSet<Value> {
  constructor(items?: Iterable<Value>) {
    super(items as Iterable<Value>);
  }
}

/** An AbortController whose methods are its own class's. */
export class KeptAbortController extends AbortController {
  // biome-ignore lint/complexity/noUselessConstructor: one that is not written out would iterate over its arguments.
  constructor() {
    super();
  }
}

const promises = Promise.prototype;
const thenOfPromise = promises.then;

for (const Kept of [KeptMap, KeptSet, KeptWeakMap, KeptWeakSet, KeptAbortController]) {
  const { prototype } = Kept;
  const original = getPrototypeOf(prototype) as object;
  for (const key of ownKeys(original)) {
    const method = getOwnPropertyDescriptor(original, key);
    if (key !== 'constructor' && method !== undefined) defineProperty(prototype, key, method);
  }
}

/** Calls one of the two once `value` is settled. */
export function whenSettled<Value>(
  value: PromiseLike<Value>,
  succeeded: (value: Value) => void,
  failed: (error: unknown) => void,
): void {
  // A class that extends Promise may have a `then` of its own.
  const isPlain =
    value instanceof kept.Promise && getPrototypeOf(value) === promises && !hasOwn(value, 'then');
  const promise = isPlain ? value : new kept.Promise<Value>((resolve) => resolve(value));
  apply(thenOfPromise, promise, [succeeded, failed]);
}
