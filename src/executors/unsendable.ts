/**
 * What cannot cross to a process, though the host would not say so: it would arrive as an empty object, or as a copy of
 * memory that was to be shared. Looked for among arguments and results, not inside of them, as that would cost every job.
 */
import { describe } from '../core/text.ts';
import { runtime } from './node.ts';
import { isShared, type Transferable } from './transfer.ts';

/** Thrown for such a value; the message is the end of a sentence that begins with its place. */
export class UnsendableError extends TypeError {}

const host = globalThis as unknown as Record<string, abstract new () => unknown>;

/** The classes of what threads can move to one another. */
const movable = new Set(['MessagePort', 'ReadableStream', 'WritableStream', 'TransformStream']);

/** Whether it can be moved, but not copied. */
export function isMovable(value: object): boolean {
  // By name first: to ask Node for one of these classes has it load them all.
  const name = value.constructor?.name;
  return movable.has(name) && value instanceof (host[name] as abstract new () => unknown);
}

export function whyUnsendable(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) {
    return isShared(value.buffer) ? sharedMemory : undefined;
  }
  return isMovable(value)
    ? `is ${describe(value)}, which can move between threads only`
    : undefined;
}

/** Deno sends to processes what cannot be copied, and the other end breaks on it. */
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
