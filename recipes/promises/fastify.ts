/** What `fastify.ts` does, with promises and signals only: here to be compared. It passes the same tests. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import Fastify from 'fastify';

export interface Service {
  report(name: string, signal: AbortSignal): Promise<string>;
  listening(url: string): void;
  log(line: string): void;
  readonly deadlineMs: number;
  readonly drainMs: number;
  readonly atOnce: number;
  /** Ends the service. */
  readonly signal: AbortSignal;
}

const requestId = new AsyncLocalStorage<string>();

export async function serve(service: Service): Promise<void> {
  const { report, deadlineMs, drainMs, atOnce, signal } = service;
  const log = (line: string) => service.log(`${requestId.getStore()} ${line}`);
  const ended = new AbortController();
  const requests = new Set<Promise<unknown>>();

  let free = atOnce;
  const waiting = new Set<() => void>();
  async function inSlot<T>(cancelled: AbortSignal, work: () => Promise<T>): Promise<T> {
    cancelled.throwIfAborted();
    if (free > 0) free--;
    else {
      await new Promise<void>((resolve, reject) => {
        const enter = (): void => {
          cancelled.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          waiting.delete(enter);
          reject(cancelled.reason);
        };
        waiting.add(enter);
        cancelled.addEventListener('abort', leave, { once: true });
      });
    }
    try {
      return await work();
    } finally {
      const [next] = waiting;
      if (next === undefined) free++;
      else {
        waiting.delete(next);
        next();
      }
    }
  }

  async function answer(
    name: string,
    gone: AbortSignal,
  ): Promise<{ status: number; text: string }> {
    const late = AbortSignal.timeout(deadlineMs);
    const cancelled = AbortSignal.any([gone, ended.signal, late]);
    try {
      const text = await inSlot(cancelled, () => report(name, cancelled));
      log(`${name} is sent`);
      return { status: 200, text };
    } catch (error) {
      log(`${name}: ${error}`);
      const status = ended.signal.aborted ? 503 : late.aborted ? 504 : 500;
      return { status, text: 'try again later' };
    }
  }

  const app = Fastify();
  const unused = new Set<Socket>();
  const replies = new Set<ServerResponse>();
  app.server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }, reply) => {
    unused.delete(socket);
    replies.add(reply);
    reply.once('close', () => replies.delete(reply));
  });
  app.get<{ Params: { name: string } }>('/reports/:name', async ({ id, params }, reply) => {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const answering = requestId.run(id, () => answer(params.name, gone.signal));
    requests.add(answering);
    const { status, text } = await answering;
    requests.delete(answering);
    return reply.code(status).send(text);
  });
  service.listening(await app.listen({ port: 0, host: '127.0.0.1' }));

  if (!signal.aborted) await new Promise((told) => signal.addEventListener('abort', told));
  const closed = new Promise((resolve) => app.server.close(resolve));
  for (const socket of unused) socket.destroy();
  for (const reply of replies) if (!reply.headersSent) reply.setHeader('connection', 'close');
  const drained = new AbortController();
  const over = pause(drainMs, undefined, { signal: drained.signal }).catch(() => {});
  await Promise.race([closed, over]);
  drained.abort();
  ended.abort();
  await Promise.allSettled(requests);
  app.close().then(undefined, log);
  signal.throwIfAborted();
}
