/**
 * Serves the page, and one recording or a program that runs, to a browser of this machine. Names of tasks and reasons stand in it, so nothing
 * else may read it:
 *
 * - It listens at 127.0.0.1 only. There is no option for another address.
 * - All but the page itself needs a token of 128 random bits, in the `Authorization` header. The page has it from the part of its address behind the `#`,
 *   which browsers send to no server.
 * - `Host` must be the address of this server: a name that another site lets point here is refused. `Origin` must be the same, or absent.
 * - It knows the paths below, and reads no other file. One request changes something, and only where that was allowed: to cancel a task. It
 *   has to come as JSON, which a form of another site cannot send. Nothing that a page sends is evaluated.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LiveSource } from './live-source.ts';
import { serveCancel } from './serve-cancel.ts';
import { serveEvents } from './serve-events.ts';

const address = '127.0.0.1';

/** The files of the page by their paths. */
const files: ReadonlyMap<string, readonly [name: string, type: string]> = new Map([
  ['/', ['index.html', 'text/html; charset=utf-8']],
  ['/page.js', ['page.js', 'text/javascript; charset=utf-8']],
  ['/page.css', ['page.css', 'text/css; charset=utf-8']],
  ['/icon.svg', ['icon.svg', 'image/svg+xml']],
]);

const headers: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

export interface PageServer {
  /** The address to open, with its token. */
  readonly url: string;
  /** Ends all connections. */
  close(): void;
  /** The server does not keep the program alive. */
  unref(): void;
}

/** In the package, the page stands beside the folder of the entries. */
function pageFile(name: string): Buffer {
  return readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../inspect/page', name));
}

function give(response: ServerResponse, type: string, body: string | Uint8Array): void {
  response.writeHead(200, { ...headers, 'Content-Type': type });
  response.end(body);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${why}\n`);
}

/** Compares in a time that tells nothing of the token. */
function isToken(given: string | undefined, token: string): boolean {
  const expected = Buffer.from(`Bearer ${token}`);
  const got = Buffer.from(given ?? '');
  return got.length === expected.length && timingSafeEqual(got, expected);
}

/** Why a request is refused; undefined if it is not. */
function refusal(
  { headers, method, url }: IncomingMessage,
  host: string,
  mayCancel: boolean,
): [number, string] | undefined {
  if (headers.host !== host) return [403, `The host has to be ${host}.`];
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return [403, 'Another site asks.'];
  if (method === 'POST' && url === '/cancel') {
    return mayCancel ? undefined : [403, 'Tasks may not be cancelled from here.'];
  }
  if (method !== 'GET' && method !== 'HEAD') return [405, 'Only GET is served.'];
  return undefined;
}

/** Serves what needs the token. */
function serveShown(
  request: IncomingMessage,
  response: ServerResponse,
  shown: Uint8Array | LiveSource,
): void | Promise<void> {
  const path = request.url;
  const isLive = 'follow' in shown;
  if (path === '/about') {
    const mayCancel = isLive && shown.cancel !== undefined;
    return give(response, 'application/json', JSON.stringify({ isLive, mayCancel }));
  }
  if (!isLive) return give(response, 'application/octet-stream', shown);
  if (path === '/cancel' && shown.cancel !== undefined) {
    return serveCancel(request, shown.cancel, (status, text) => {
      if (status === 200) give(response, 'application/json', text);
      else refuse(response, status, text);
    });
  }
  response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream; charset=utf-8' });
  return serveEvents(response, shown);
}

/**
 * @param shown - The bytes of a recording, or a program that runs.
 * @param port - 0: one that is free.
 * @throws Error when the port is taken.
 */
export async function servePage(shown: Uint8Array | LiveSource, port = 0): Promise<PageServer> {
  const token = randomBytes(16).toString('hex');
  let host = '';
  const isLive = 'follow' in shown;
  const mayCancel = isLive && shown.cancel !== undefined;
  const paths = new Set(isLive ? ['/about', '/events'] : ['/about', '/recording']);
  if (mayCancel) paths.add('/cancel');
  const server = createServer((request, response) => {
    const refused = refusal(request, host, mayCancel);
    if (refused !== undefined) return refuse(response, ...refused);
    const path = request.url ?? '';
    const file = files.get(path);
    if (file !== undefined) return give(response, file[1], pageFile(file[0]));
    if (!paths.has(path)) return refuse(response, 404, 'There is no such file.');
    if (!isToken(request.headers.authorization, token)) {
      return refuse(response, 403, 'The token is missing or wrong.');
    }
    void serveShown(request, response, shown);
  });
  let holdsProgram = true;
  server.on('connection', (socket) => {
    if (!holdsProgram) socket.unref();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve());
  });
  host = `${address}:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}/#token=${token}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
    unref: () => {
      holdsProgram = false;
      server.unref();
    },
  };
}
