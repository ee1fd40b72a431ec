/**
 * Typed arrays that come to or from a process are views of the message that brought them, and perhaps of others that came
 * with it: their `buffer` would have what is nobody's business, and moving it would take the memory of others along. Those
 * among arguments and results get memory of their own, as from a thread.
 */
interface BufferClass {
  from(memory: ArrayBufferLike): ArrayBufferView;
  isBuffer(value: unknown): boolean;
}

type ViewClass = new (memory: ArrayBufferLike) => ArrayBufferView;

const { Buffer } = globalThis as { Buffer?: BufferClass };

/** Gives each typed array in the list memory of its own. */
export function ownMemory(list: unknown[]): void {
  for (const [at, value] of list.entries()) {
    if (ArrayBuffer.isView(value) && value.byteLength !== value.buffer.byteLength) {
      list[at] = copyOf(value);
    }
  }
}

function copyOf(view: ArrayBufferView): ArrayBufferView {
  const memory = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  if (Buffer?.isBuffer(view) === true) return Buffer.from(memory);
  return new (view.constructor as ViewClass)(memory);
}
