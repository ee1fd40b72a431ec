/**
 * What a process writes onto its channel is read by Node, in the program. Node throws where it cannot read a message, or where
 * one of its own kind comes at the wrong time, and nothing in the program could catch that: the program would end. A job can
 * write anything, as the channel is a descriptor of its process, and so can a value that is another one each time it is read.
 *
 * Node reads in `onread` of the channel's handle, and hears its own messages as the event `internalMessage`. Both are called
 * here, so that what they throw is the fault of this worker alone. Deno and Bun have neither, and read in another way.
 *
 * A length that a job has written, and no body, has Node wait for bytes that never come. The next message of the worker is taken for
 * the body then, and begins with a length, where the first byte of a body was due. A job that writes that byte too waits for ever.
 */
import type { NodeChild } from '../../crossing/node.ts';

/** What Node makes of a handle that comes with a message: a server has `close()`, a socket `destroy()`. */
interface Sent {
  close?(): unknown;
  destroy?(): unknown;
}

type Listener = (...args: unknown[]) => unknown;

interface Handle {
  onread?: Listener;
  readonly [unread: symbol]: readonly Uint8Array[] | undefined;
}

/** A message is the length of its body, and the body, as V8 writes it. */
const lengthBytes = 4;
const firstOfBody = 0xff;

/** Calls `broken` with what Node throws when it reads what the process has sent. What comes after that may be anything. */
export function guardChannel(child: NodeChild, broken: (error: unknown) => void): void {
  const guarded = (read: Listener, check?: () => void): Listener =>
    function (this: unknown, ...args) {
      try {
        const result = Reflect.apply(read, this, args);
        check?.();
        return result;
      } catch (error) {
        broken(error);
        return undefined;
      }
    };
  const key = symbolOf(child, 'kChannelHandle');
  const handle = key && (child as unknown as Record<symbol, Handle | undefined>)[key];
  if (typeof handle?.onread === 'function') {
    const unread = symbolOf(handle, 'kMessageBuffer');
    handle.onread = guarded(handle.onread, () => {
      if (unread !== undefined) checkUnread(handle[unread]);
    });
  }
  const event = 'internalMessage';
  for (const listener of child.listeners?.(event) ?? []) {
    child.removeListener?.(event, listener);
    child.on(event, guarded(listener));
  }
  child.on('message', (_message: unknown, sent?: Sent) => {
    // A server or a socket that a job has sent. Nothing here has a use for it, and it would keep the program alive.
    if (sent?.destroy !== undefined) sent.destroy();
    else sent?.close?.();
  });
}

/** @throws Error when what Node waits to be complete is no message. */
function checkUnread(pieces: readonly Uint8Array[] | undefined): void {
  let at = lengthBytes;
  for (const piece of pieces ?? []) {
    if (at < piece.length) {
      if (piece[at] !== firstOfBody) throw new Error('a length and no message');
      return;
    }
    at -= piece.length;
  }
}

/** Node has what is looked for under symbols of its own. */
function symbolOf(object: object, description: string): symbol | undefined {
  return Object.getOwnPropertySymbols(object).find((key) => key.description === description);
}
