/**
 * Values as text. A value that JSON can carry is written as JSON, which people and other languages can read. Any other value
 * that `structuredClone()` can copy is written as `#` and a table: a list of nodes, the first of which is the value, and which
 * refer to one another by their places. So what occurs twice, or in a circle, stays one object.
 *
 * ```text
 * {"n": 1}                                      {"n": 1}
 * new Map([["a", undefined]])                   #[["map",1,2],"a",["undefined"]]
 * ```
 *
 * The reader makes nothing but the kinds of values below, calls no code of the program, and reads no property of a prototype.
 */
import { checkReadable } from '../executors/crossing/nesting.ts';
import { whyUnsendable } from '../executors/crossing/unsendable.ts';

/** The mark of a table. No JSON begins with it. */
const tableMark = '#';
/** The most brackets that may be open in a text. A value of 1,000 levels needs some more. */
const deepest = 1100;

type Bytes = Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array;
type View = Bytes | Uint32Array | Float32Array | Float64Array | BigInt64Array | BigUint64Array;
type ViewClass = new (buffer: ArrayBuffer, from: number, length: number) => View | DataView;

const views: ReadonlyMap<string, ViewClass> = new Map<string, ViewClass>([
  ['Int8Array', Int8Array],
  ['Uint8Array', Uint8Array],
  ['Uint8ClampedArray', Uint8ClampedArray],
  ['Int16Array', Int16Array],
  ['Uint16Array', Uint16Array],
  ['Int32Array', Int32Array],
  ['Uint32Array', Uint32Array],
  ['Float32Array', Float32Array],
  ['Float64Array', Float64Array],
  ['BigInt64Array', BigInt64Array],
  ['BigUint64Array', BigUint64Array],
  ['DataView', DataView],
] as readonly (readonly [string, ViewClass])[]);

const errors: ReadonlyMap<string, ErrorConstructor> = new Map<string, ErrorConstructor>([
  ['Error', Error],
  ['EvalError', EvalError],
  ['RangeError', RangeError],
  ['ReferenceError', ReferenceError],
  ['SyntaxError', SyntaxError],
  ['TypeError', TypeError],
  ['URIError', URIError],
]);

/** A primitive, or the kind of a value and then its parts. */
type Node = string | number | boolean | null | readonly [kind: string, ...parts: unknown[]];

/**
 * Writes a value.
 *
 * @param onlyJson - Refuses what JSON cannot carry.
 * @throws UnsendableError or a DataCloneError for a value that cannot be copied; TypeError for one that JSON cannot carry.
 */
export function encode(value: unknown, onlyJson = false): string {
  if (isJsonPrimitive(value)) return JSON.stringify(value);
  checkReadable(value, whyUnsendable);
  if (isJson(value, new Set())) return JSON.stringify(value);
  if (onlyJson)
    throw new TypeError("it has parts that JSON cannot carry; leave `codec: 'json'` out");
  return tableMark + JSON.stringify(new TableWriter().write(structuredClone(value)));
}

function isJsonPrimitive(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    default:
      return value === null;
  }
}

/** True if the value comes out of JSON as it went in. */
function isJson(value: unknown, seen: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return isJsonPrimitive(value);
  // What occurs twice would become two.
  if (seen.has(value)) return false;
  seen.add(value);
  if (Array.isArray(value)) {
    const keys = Object.keys(value);
    return keys.length === value.length && value.every((part) => isJson(part, seen));
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return false;
  for (const key of Object.keys(value)) {
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property?.get !== undefined || !isJson(property?.value, seen)) return false;
  }
  return true;
}

/** Writes a copy that `structuredClone()` has made, so that it has only the kinds of values that this can make. */
class TableWriter {
  readonly #nodes: Node[] = [];
  readonly #places = new Map<unknown, number>();
  readonly #todo: { readonly place: number; readonly value: object }[] = [];

  write(value: unknown): readonly Node[] {
    this.#place(value);
    for (let next = this.#todo.pop(); next !== undefined; next = this.#todo.pop()) {
      this.#nodes[next.place] = this.#node(next.value);
    }
    return this.#nodes;
  }

  readonly #place = (value: unknown): number => {
    // A Map takes -0 for 0.
    const key = Object.is(value, -0) ? this.#nodes : value;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#nodes.push(primitive(value)) - 1;
      this.#places.set(key, place);
      if (typeof value === 'object' && value !== null) this.#todo.push({ place, value });
    }
    return place;
  };

  #node(value: object): Node {
    const place = this.#place;
    if (Array.isArray(value)) {
      const keys = Object.keys(value);
      const isWhole = keys.length === value.length && !('-1' in value);
      if (isWhole && keys.every((key, at) => key === String(at))) {
        return ['array', ...value.map(place)];
      }
      return ['sparse', value.length, ...this.#properties(value)];
    }
    if (value instanceof Map) return ['map', ...[...value].flat(1).map(place)];
    if (value instanceof Set) return ['set', ...[...value].map(place)];
    if (value instanceof Date)
      return ['date', Number.isNaN(value.getTime()) ? null : value.getTime()];
    if (value instanceof RegExp) return ['regexp', value.source, value.flags];
    if (value instanceof ArrayBuffer) return ['bytes', Buffer.from(value).toString('base64')];
    if (ArrayBuffer.isView(value)) {
      const { buffer, byteOffset, byteLength } = value;
      const length = 'length' in value ? (value.length as number) : byteLength;
      const name =
        value instanceof DataView ? 'DataView' : (value as Uint8Array)[Symbol.toStringTag];
      return ['view', name, place(buffer), byteOffset, length];
    }
    if (value instanceof Error) {
      const { name, message, stack, cause } = value;
      const parts = [name, message, stack ?? null];
      return ['error', ...parts, ...(Object.hasOwn(value, 'cause') ? [place(cause)] : [])];
    }
    if (isBoxed(value)) return ['boxed', place(value.valueOf())];
    return ['object', ...this.#properties(value)];
  }

  #properties(value: object): unknown[] {
    return Object.entries(value).flatMap(([key, part]) => [key, this.#place(part)]);
  }
}

function isBoxed(value: object): boolean {
  return (
    value instanceof Number ||
    value instanceof String ||
    value instanceof Boolean ||
    value instanceof BigInt
  );
}

function primitive(value: unknown): Node {
  switch (typeof value) {
    case 'undefined':
      return ['undefined'];
    case 'bigint':
      return ['bigint', String(value)];
    case 'number':
      if (!Number.isFinite(value) || Object.is(value, -0)) {
        return ['number', Object.is(value, -0) ? '-0' : String(value)];
      }
      return value;
    case 'string':
    case 'boolean':
      return value;
    default:
      // An object: its node takes this place.
      return null;
  }
}

/**
 * Reads a value.
 *
 * @throws SyntaxError or TypeError for a text that `encode()` does not write. It may come from anyone who can write to the server.
 */
export function decode(text: string): unknown {
  checkDepth(text);
  if (!text.startsWith(tableMark)) return JSON.parse(text);
  return new TableReader(JSON.parse(text.slice(tableMark.length))).read();
}

/** @throws RangeError for a text in which too many brackets are open at once. */
function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at++;
      else if (code === quote) inString = false;
    } else if (code === quote) {
      inString = true;
    } else if (code === openList || code === openObject) {
      if (++depth > deepest) throw new RangeError(`the text is nested more than ${deepest} deep`);
    } else if (code === closeList || code === closeObject) {
      depth--;
    }
  }
}

const [quote, backslash, openList, closeList, openObject, closeObject] = [...'"\\[]{}'].map(
  (each) => each.charCodeAt(0),
) as [number, number, number, number, number, number];

class TableReader {
  readonly #nodes: readonly unknown[];
  readonly #values: unknown[] = [];

  constructor(nodes: unknown) {
    if (!Array.isArray(nodes) || nodes.length === 0) throw new TypeError('the table has no nodes');
    this.#nodes = nodes;
  }

  /** Makes all values, and then puts the parts into those that have some, as values may be in one another. */
  read(): unknown {
    const later: number[] = [];
    for (let at = 0; at < this.#nodes.length; at++) {
      const node = this.#nodes[at];
      if (Array.isArray(node) && (node[0] === 'view' || node[0] === 'boxed')) later.push(at);
      else this.#values[at] = this.#make(node);
    }
    // These are made of another value, which is none of their kind.
    for (const at of later) this.#values[at] = this.#makeOf(this.#nodes[at] as unknown[]);
    for (let at = 0; at < this.#nodes.length; at++) this.#fill(this.#values[at], this.#nodes[at]);
    return this.#values[0];
  }

  #make(node: unknown): unknown {
    if (!Array.isArray(node)) {
      if (typeof node === 'object' && node !== null) throw new TypeError('a node is an object');
      return node;
    }
    const [kind, first, second, third] = node as unknown[];
    switch (kind) {
      case 'undefined':
        return undefined;
      case 'bigint':
        return BigInt(text(first));
      case 'number':
        return Number(text(first));
      case 'object':
        return {};
      case 'array':
      case 'sparse':
        return [];
      case 'map':
        return new Map();
      case 'set':
        return new Set();
      case 'date':
        return new Date(first === null ? Number.NaN : whole(first));
      case 'regexp':
        return new RegExp(text(first), text(second));
      case 'bytes':
        return Uint8Array.from(Buffer.from(text(first), 'base64')).buffer;
      case 'error':
        return makeError(text(first), text(second), third);
      default:
        throw new TypeError('a node is of no known kind');
    }
  }

  #makeOf([kind, first, second, from, length]: unknown[]): unknown {
    if (kind === 'boxed') return Object(this.#valueAt(first));
    const View = views.get(text(first));
    const buffer = this.#valueAt(second);
    if (View === undefined || !(buffer instanceof ArrayBuffer))
      throw new TypeError('a view of nothing');
    return new View(buffer, whole(from), whole(length));
  }

  #fill(value: unknown, node: unknown): void {
    if (!Array.isArray(node)) return;
    const [kind, ...parts] = node as unknown[];
    switch (kind) {
      case 'array':
        for (const part of parts) (value as unknown[]).push(this.#valueAt(part));
        break;
      case 'sparse':
        (value as unknown[]).length = whole(parts[0]);
        this.#define(value as object, parts.slice(1));
        break;
      case 'object':
        this.#define(value as object, parts);
        break;
      case 'map':
        for (let at = 0; at < parts.length; at += 2) {
          (value as Map<unknown, unknown>).set(
            this.#valueAt(parts[at]),
            this.#valueAt(parts[at + 1]),
          );
        }
        break;
      case 'set':
        for (const part of parts) (value as Set<unknown>).add(this.#valueAt(part));
        break;
      case 'error':
        if (parts.length > 3) define(value as object, 'cause', this.#valueAt(parts[3]), false);
        break;
    }
  }

  #define(value: object, parts: readonly unknown[]): void {
    for (let at = 0; at < parts.length; at += 2) {
      define(value, text(parts[at]), this.#valueAt(parts[at + 1]), true);
    }
  }

  #valueAt(place: unknown): unknown {
    const at = whole(place);
    if (at < 0 || at >= this.#nodes.length) throw new TypeError('a node refers to none');
    return this.#values[at];
  }
}

/** Defines and does not assign: `__proto__` is a name like any other. */
function define(object: object, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(object, key, { value, enumerable, writable: true, configurable: true });
}

function makeError(name: string, message: string, stack: unknown): Error {
  const error = new (errors.get(name) ?? Error)(message);
  if (error.name !== name) define(error, 'name', name, false);
  define(error, 'stack', stack === null ? undefined : text(stack), false);
  return error;
}

function text(value: unknown): string {
  if (typeof value !== 'string')
    throw new TypeError('a node has something else in the place of a text');
  return value;
}

function whole(value: unknown): number {
  if (!Number.isSafeInteger(value))
    throw new TypeError('a node has something else in the place of a number');
  return value as number;
}
