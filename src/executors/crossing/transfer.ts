/**
 * Memory that moves to a worker and back instead of being copied: what was moved is empty where it was.
 *
 * A function says by `transfer()` what moves with its result. That is noted beside the value, so that the function still
 * returns its result and stays an ordinary function.
 */
import { describe } from '../../core/text.ts';
import { isArrayBuffer, isShared } from './brands.ts';
import { isArray, isView, KeptSet, KeptWeakMap } from './intrinsics.ts';

/**
 * What can be moved to a thread: an `ArrayBuffer` (of a typed array: its `.buffer`), a `MessagePort`, a stream. To a process
 * only the first.
 */
export type Transferable = ArrayBuffer | Port | Stream | { readonly readable: Stream };

/** A `MessagePort`, as Node and the browser call theirs. */
interface Port {
  postMessage(message: never): void;
  start(): void;
  close(): void;
}

/** A `ReadableStream` or `WritableStream`. */
interface Stream {
  readonly locked: boolean;
}

interface Shared {
  lists: WeakMap<object, readonly Transferable[]> | undefined;
}

/** On `globalThis`: a worker may load the program's copy of this package beside its own, and both share one list. */
const key = Symbol.for('skein.transfer/0');
const holder = globalThis as unknown as Record<symbol, Shared | undefined>;
holder[key] ??= { lists: undefined };
const shared: Shared = holder[key];

/**
 * Says, in a function that runs in a worker, what is moved to the program with its result, instead of being copied. In
 * functions that cross by source it is `this.transfer`.
 *
 * @param value - The result. `transfer()` returns it, so that it can be returned at once.
 * @param list - The buffers in it that move: they are empty in the worker afterwards.
 * @throws TypeError when the value is no object, or the list has something that cannot be moved.
 *
 * @example
 * ```ts no-run
 * // noise.ts
 * import { declareFunctions, transfer } from 'skein/executors';
 *
 * export const { noise } = declareFunctions(import.meta.url, {
 *   noise(length: number): Float64Array<ArrayBuffer> {
 *     const samples = new Float64Array(length).map(() => Math.random());
 *     return transfer(samples, [samples.buffer]);
 *   },
 * });
 * ```
 */
export function transfer<Value extends object>(value: Value, list: readonly Transferable[]): Value {
  const given: unknown = value;
  if ((typeof given !== 'object' && typeof given !== 'function') || given === null) {
    throw new TypeError(
      `\`transfer()\` expected the result and then a list of buffers in it, but got ${describe(given)}. Write \`return transfer(bytes, [bytes.buffer])\`.`,
    );
  }
  checkTransfer('`transfer()`', list);
  shared.lists ??= new KeptWeakMap();
  shared.lists.set(value, list);
  return value;
}

/** Returns what moves with this value, and forgets it. */
export function transferListOf(value: unknown): readonly Transferable[] | undefined {
  const { lists } = shared;
  if (lists === undefined || typeof value !== 'object' || value === null) return undefined;
  const list = lists.get(value);
  if (list !== undefined) lists.delete(value);
  return list;
}

/** @throws TypeError for a list with something that cannot be moved. */
export function checkTransfer(caller: string, list: unknown): void {
  if (!isArray(list)) {
    throw new TypeError(
      `${caller} expected a list of what is to be moved, but got ${describe(list)}. Write \`[bytes.buffer]\`.`,
    );
  }
  const seen = new KeptSet<unknown>();
  for (let at = 0; at < list.length; at++) {
    const item: unknown = list[at];
    const problem = problemOf(item) ?? (seen.has(item) ? 'is in it twice' : undefined);
    seen.add(item);
    if (problem === undefined) continue;
    throw new TypeError(`${caller} expected a list of what can be moved, but [${at}] ${problem}.`);
  }
}

/** Returns why an entry cannot be moved, as the end of a sentence; undefined if nothing speaks against it. */
function problemOf(item: unknown): string | undefined {
  if (isView(item)) {
    return `is ${describe(item)}: what moves is its memory, \`.buffer\``;
  }
  if (isShared(item)) return 'is a SharedArrayBuffer, which both sides share: leave it out';
  if (isArrayBuffer(item)) {
    return isDetached(item) ? 'is an ArrayBuffer that is empty, as it was moved before' : undefined;
  }
  return typeof item === 'object' && item !== null ? undefined : `is ${describe(item)}`;
}

/** Returns the first entry of a list that cannot be moved, with the reason, as far as that can be told. */
export function unmovable(list: readonly Transferable[] | undefined): string | undefined {
  if (list === undefined) return undefined;
  for (let at = 0; at < list.length; at++) {
    const problem = problemOf(list[at]);
    if (problem !== undefined) return `transfer[${at}] ${problem}`;
  }
  return undefined;
}

/**
 * Checks a list again right before it is sent: an entry may have been moved since, and the host would not complain.
 *
 * @throws TypeError
 */
export function refuseUnmovable(list: readonly Transferable[] | undefined): void {
  const reason = unmovable(list);
  if (reason !== undefined) throw new TypeError(reason);
}

/** Empties buffers that were copied to a process, as if they had moved: so that threads and processes behave alike. */
export function empty(list: readonly Transferable[]): void {
  try {
    structuredClone(undefined, { transfer: list as ArrayBuffer[] });
  } catch {
    // The host cannot move one of them. All were copied and sent by now: the job runs, and they stay full here.
  }
}

export function isDetached(buffer: ArrayBuffer): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
