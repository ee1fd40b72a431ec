/**
 * A service on Fastify. Each request is a task.
 *
 * - The client hangs up: its task is cancelled where it waits, and cleans up.
 * - It takes too long, or fails: 504 or 500, and the others go on.
 * - So many work at a time, in the whole process; the rest wait.
 * - SIGTERM or Ctrl-C: no new connections, and requests have `drainMs` to end. What is left is cancelled: 503.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import Fastify from 'fastify';
import {
  CancelledError,
  Future,
  fromPromise,
  Semaphore,
  type Task,
  TimeoutError,
  taskGroup,
  timeout,
} from 'skein';
import { drainOf } from './drain.ts';

export interface Service {
  /** What a request asks for. */
  report(name: string): Promise<string>;
  /** Is called with the address, when the service takes connections. */
  listening(url: string): void;
  log(line: string): void;
  readonly deadlineMs: number;
  readonly drainMs: number;
  readonly atOnce: number;
}

const requestId = new AsyncLocalStorage<string>();

/** Serves until it is cancelled: `run(() => serve({ … }))`. */
export async function serve(service: Service): Promise<void> {
  const { report, deadlineMs, drainMs, atOnce } = service;
  const log = (line: string) => service.log(`${requestId.getStore()} ${line}`);
  const slots = new Semaphore(atOnce);

  async function answer(name: string): Promise<{ status: number; text: string }> {
    try {
      const text = await timeout(deadlineMs, () => slots.with(() => report(name)));
      log(`${name} is sent`);
      return { status: 200, text };
    } catch (error) {
      log(`${name}: ${error}`);
      if (error instanceof CancelledError) throw error;
      return { status: error instanceof TimeoutError ? 504 : 500, text: 'try again later' };
    }
  }

  await taskGroup(async (tg) => {
    const app = Fastify();
    const drain = drainOf(app.server);
    app.get<{ Params: { name: string } }>('/reports/:name', async ({ id, params }, reply) => {
      const task: Task<{ status: number; text: string }> = requestId.run(id, () =>
        tg.createTask(() => answer(params.name), { name: id }),
      );
      reply.raw.once('close', () => task.cancel('the client hung up'));
      // Handlers run in the async context of the task that called `listen()`. An `await task` would be a wait of that task, and pass its
      // cancellation on at once; a promise of the host does not.
      const { status, text } = await task.catch(() => ({ status: 503, text: 'try again later' }));
      return reply.code(status).send(text);
    });
    service.listening(await fromPromise(app.listen({ port: 0, host: '127.0.0.1' })));
    try {
      await new Future<never>(); // never done: only a cancellation ends the wait
    } finally {
      // When the time is over, the group cancels the requests that are left.
      await drain(drainMs);
      app.close().then(null, log);
    }
  });
}
