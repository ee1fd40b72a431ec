/**
 * Values that cannot cross to a process although the host does not refuse them: they would arrive as an empty object, or as a
 * copy of memory that was to be shared. Looked for among arguments and results, not inside of them: that would cost every job.
 */
import { describe } from '../core/text.ts';
import { runtime } from './node.ts';
import { isShared, type Transferable } from './transfer.ts';

/** Thrown for such a value; the message is the end of a sentence that begins with its place. */
export class UnsendableError extends TypeError {}

const host = globalThis as unknown as Record<string, abstract new () => unknown>;

/** The classes whose objects can move between threads. */
const movable = new Set(['MessagePort', 'ReadableStream', 'WritableStream', 'TransformStream']);

/** True if the value can be moved, but not copied. */
export function isMovable(value: object): boolean {
  // By name first: Node loads all of these classes when it is asked for one.
  const name = value.constructor?.name;
  return movable.has(name) && value instanceof (host[name] as abstract new () => unknown);
}

/** Returns why the value itself cannot cross to a process, as the end of a sentence; undefined if it can. */
export function whyUnsendable(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) {
    return isShared(value.buffer) ? sharedMemory : undefined;
  }
  return isMovable(value)
    ? `is ${describe(value)}, which can move between threads only`
    : undefined;
}

/** Deno sends values to processes that cannot be copied, and the other end breaks on them. */
const sendsAnything = runtime === 'Deno';

/** @throws what the host throws for a value that cannot be copied, where `send()` does not. */
export function refuseUncloneable(value: unknown): void {
  if (sendsAnything) structuredClone(value);
}

export const sharedMemory =
  'is memory that is shared (a SharedArrayBuffer), which works between threads only';

/** @throws UnsendableError */
export function refuseUnsendable(
  values: readonly unknown[],
  transfer: readonly Transferable[] = [],
): void {
  for (const value of values) {
    const why = whyUnsendable(value);
    if (why !== undefined) throw new UnsendableError(why);
  }
  for (const item of transfer) {
    if (item instanceof ArrayBuffer) continue;
    throw new UnsendableError(`is ${describe(item)}, which can move between threads only`);
  }
}
