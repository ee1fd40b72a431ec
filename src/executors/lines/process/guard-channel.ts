/**
 * What a process writes onto its channel is read by Node, in the program. Node throws where it cannot read a message, or where
 * one of its own kind comes at the wrong time, and nothing in the program could catch that: the program would end. A job can
 * write anything, as the channel is a descriptor of its process, and so can a value that is another one each time it is read.
 *
 * Node reads in `onread` of the channel's handle, and hears its own messages as the event `internalMessage`. Both are called
 * here, so that what they throw is the fault of this worker alone. Deno and Bun have neither, and read in another way.
 */
import type { NodeChild } from '../../crossing/node.ts';

/** What Node makes of a handle that comes with a message: a server has `close()`, a socket `destroy()`. */
interface Sent {
  close?(): unknown;
  destroy?(): unknown;
}

type Listener = (...args: unknown[]) => unknown;

/** Calls `broken` with what Node throws when it reads what the process has sent. What comes after that may be anything. */
export function guardChannel(child: NodeChild, broken: (error: unknown) => void): void {
  const guarded = (read: Listener): Listener =>
    function (this: unknown, ...args) {
      try {
        return Reflect.apply(read, this, args);
      } catch (error) {
        broken(error);
        return undefined;
      }
    };
  const handle = handleOf(child);
  if (typeof handle?.onread === 'function') handle.onread = guarded(handle.onread);
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

/** Node has it under a symbol of its own. */
function handleOf(child: NodeChild): { onread?: Listener } | undefined {
  for (const key of Object.getOwnPropertySymbols(child)) {
    if (key.description === 'kChannelHandle') {
      return (child as unknown as Record<symbol, { onread?: Listener }>)[key];
    }
  }
  return undefined;
}
