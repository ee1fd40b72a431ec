/**
 * A typed array that a process sends or receives is a view of the whole message that brought it, and perhaps of other
 * messages. Its `buffer` would show their bytes, and to transfer it would empty the other arrays of the message. So each typed
 * array among arguments and results gets memory of its own, as it has when it comes from a thread.
 */
import { isView } from './intrinsics.ts';

interface BufferClass {
  from(memory: ArrayBufferLike): ArrayBufferView;
  isBuffer(value: unknown): boolean;
}

type ViewClass = new (memory: ArrayBufferLike) => ArrayBufferView;

const { Buffer } = globalThis as { Buffer?: BufferClass };

/** Copies each typed array in the list that shares its memory with other values. */
export function ownMemory(list: unknown[]): void {
  for (let at = 0; at < list.length; at++) {
    const value = list[at];
    if (isView(value) && value.byteLength !== value.buffer.byteLength) {
      list[at] = copyOf(value);
    }
  }
}

function copyOf(view: ArrayBufferView): ArrayBufferView {
  const memory = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  if (Buffer?.isBuffer(view) === true) return Buffer.from(memory);
  return new (view.constructor as ViewClass)(memory);
}
