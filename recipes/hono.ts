/**
 * A service on Hono. The request has a signal, which aborts when the client hangs up: a task takes it as it is.
 *
 * - The client hangs up: the task is cancelled where it waits, and cleans up.
 * - It takes too long, or fails: 504 or 500, and the others go on.
 * - SIGTERM or Ctrl-C: no new connections, and requests have `drainMs` to end. What is left is cancelled: 503.
 */
import type { Server } from 'node:http';
import { serve as listen } from '@hono/node-server';
import { Hono } from 'hono';
import { CancelledError, Future, TimeoutError, taskGroup, timeout } from 'skein';
import { drainOf } from './drain.ts';

export interface Service {
  report(name: string): Promise<string>;
  listening(url: string): void;
  readonly deadlineMs: number;
  readonly drainMs: number;
}

/** Serves until it is cancelled: `run(() => serve({ … }))`. */
export async function serve({ report, listening, deadlineMs, drainMs }: Service): Promise<void> {
  await taskGroup(async (tg) => {
    const app = new Hono();
    app.get('/reports/:name', async (c) => {
      const task = tg.createTask(
        async () => {
          try {
            return c.text(await timeout(deadlineMs, () => report(c.req.param('name'))));
          } catch (error) {
            if (error instanceof CancelledError) throw error;
            return c.text('try again later', error instanceof TimeoutError ? 504 : 500);
          }
        },
        { signal: c.req.raw.signal },
      );
      // Handlers run in the async context of the task that calls `listen()`. An `await task` would be a wait of that task, and pass its
      // cancellation on at once; a promise of the host does not.
      return await task.catch(() => c.text('try again later', 503));
    });

    const port = new Future<number>();
    const server = listen({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (at) =>
      port.setResult(at.port),
    );
    const drain = drainOf(server as Server);
    listening(`http://127.0.0.1:${await port}`);
    try {
      await new Future<never>(); // never done: only a cancellation ends the wait
    } finally {
      await drain(drainMs);
    }
  });
}
