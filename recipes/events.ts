/**
 * Events of an EventEmitter and an EventTarget: waited for one by one, or read as a channel.
 *
 * - A cancellation takes the listeners away.
 * - An 'error' event of an emitter is thrown where the next event is waited for.
 */
import { type EventEmitter, once } from 'node:events';
import { ChannelFull, channel, fromPromise, type Receiver } from 'skein';

/** Waits for one event, and returns its arguments. */
export async function next(emitter: EventEmitter, name: string): Promise<unknown[]> {
  return await fromPromise((signal) => once(emitter, name, { signal }));
}

/** Gives the events of a target to `body`, in their order. Those that come while it works wait, at most `most`; further ones are left out. */
export async function listen<T>(
  target: EventTarget,
  name: string,
  body: (events: Receiver<globalThis.Event>) => Promise<T>,
  most = 1000,
): Promise<T> {
  const { sender, receiver } = channel<globalThis.Event>(most);
  const listener = (event: globalThis.Event): void => {
    try {
      sender.sendNowait(event);
    } catch (error) {
      if (!(error instanceof ChannelFull)) throw error;
    }
  };
  target.addEventListener(name, listener);
  try {
    return await body(receiver);
  } finally {
    target.removeEventListener(name, listener);
    sender.close();
  }
}
