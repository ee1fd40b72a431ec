/** A local HTTP server that gives quick and slow answers, fails, and for some paths never answers. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Queue } from 'skein';
import { say } from './stage.ts';

const answers: Record<string, { readonly after: number; readonly status: number }> = {
  '/weather': { after: 40, status: 200 },
  '/news': { after: 120, status: 200 },
  '/visits': { after: 60, status: 200 },
  '/stocks': { after: 20, status: 503 },
};

export interface Server {
  readonly url: string;
  /** The path of each request whose client did not wait for the answer. */
  readonly hangUps: Queue<string>;
  close(): Promise<void>;
}

/** Starts the server on a free port of this machine. It never answers a path that is not listed above. */
export async function startServer(): Promise<Server> {
  const hangUps = new Queue<string>();
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const answer = answers[path];
    if (answer !== undefined) {
      response.statusCode = answer.status;
      setTimeout(() => response.end(`the ${path.slice(1)} page`), answer.after);
    }
    response.on('close', () => {
      if (response.writableEnded) return;
      say(`${path}: the client hung up`, 'server');
      hangUps.putNowait(path);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hangUps,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
