/**
 * A WebSocket (`ws`), whose messages are read one by one.
 *
 * - A cancellation closes the connection, politely at first, before it goes on.
 * - The other side closes: the loop over the messages ends. The connection breaks: the error is thrown in the loop.
 */
import { once } from 'node:events';
import { Event, fromPromise, moveOnAfter, Queue, QueueShutDown } from 'skein';
import { WebSocket } from 'ws';

export interface Connection {
  send(text: string): void;
  /** The next message; undefined when the other side has closed. */
  next(): Promise<string | undefined>;
}

/** Opens a connection for `body`, and closes it behind it. */
export async function connect<T>(
  url: string,
  body: (connection: Connection) => Promise<T>,
): Promise<T> {
  const socket = new WebSocket(url);
  const messages = new Queue<string>();
  const closed = new Event();
  let broken: Error | undefined;
  socket.on('message', (data) => messages.putNowait(String(data)));
  socket.on('error', (error) => {
    broken = error;
  });
  socket.on('close', () => {
    closed.set();
    messages.shutdown();
  });
  try {
    await fromPromise((signal) => once(socket, 'open', { signal }));
    return await body({
      send: (text) => socket.send(text),
      async next() {
        try {
          return await messages.get();
        } catch (error) {
          if (!(error instanceof QueueShutDown)) throw error;
          if (broken) throw broken;
          return undefined;
        }
      },
    });
  } finally {
    if (socket.readyState === WebSocket.CONNECTING) socket.terminate();
    socket.close();
    await moveOnAfter(1000, () => closed.wait());
    socket.terminate();
  }
}
