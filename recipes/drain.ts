/**
 * The end of a server of Node: no new connections, and requests under way have some time to end. Used by `fastify.ts` and `hono.ts`.
 *
 * - All have replied in time: it returns at once, and no connection is left open.
 * - The time is over: it returns, and what is left is for the caller to cancel. Its replies still go out, and close their connections.
 */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Event, moveOnAfter } from 'skein';

/** Watches a server from its start. What it returns ends the server within `ms`. */
export function drainOf(server: Server): (ms: number) => Promise<void> {
  const unused = new Set<Socket>();
  const replies = new Set<ServerResponse>();
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }, reply) => {
    unused.delete(socket);
    replies.add(reply);
    reply.once('close', () => replies.delete(reply));
  });
  return async (ms) => {
    const closed = new Event();
    server.close(() => closed.set());
    // Clients open connections ahead. `close()` ends only those that have had a request.
    for (const socket of unused) socket.destroy();
    // Or a connection would be kept for the next request, and the server would wait for that.
    for (const reply of replies) if (!reply.headersSent) reply.setHeader('connection', 'close');
    await moveOnAfter(ms, () => closed.wait());
  };
}
