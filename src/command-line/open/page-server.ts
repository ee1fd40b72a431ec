/**
 * Serves the page and one recording to a browser of this machine. Names of tasks and reasons stand in a recording, so nothing else may read it:
 *
 * - It listens at 127.0.0.1 only. There is no option for another address.
 * - The recording needs a token of 128 random bits, in the `Authorization` header. The page has it from the part of its address behind the `#`,
 *   which browsers send to no server.
 * - `Host` must be the address of this server: a name that another site lets point here is refused. `Origin` must be the same, or absent.
 * - It knows five paths, and reads no other file. It takes no request that changes anything.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  close(): void;
}

/** In the package, the built page stands beside the folder of this file. */
function pageFile(name: string): Buffer {
  return readFileSync(join(dirname(fileURLToPath(import.meta.url)), '../inspect/page', name));
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
function refusal({ headers, method }: IncomingMessage, host: string): [number, string] | undefined {
  if (headers.host !== host) return [403, `The host has to be ${host}.`];
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${host}`) return [403, 'Another site asks.'];
  if (method !== 'GET' && method !== 'HEAD') return [405, 'Only GET is served.'];
  return undefined;
}

/**
 * @param recording - The bytes of the recording.
 * @param port - 0: one that is free.
 * @throws Error when the port is taken.
 */
export async function servePage(recording: Uint8Array, port = 0): Promise<PageServer> {
  const token = randomBytes(16).toString('hex');
  let host = '';
  const server = createServer((request, response) => {
    const refused = refusal(request, host);
    if (refused !== undefined) return refuse(response, ...refused);
    const path = request.url ?? '';
    const file = files.get(path);
    if (file !== undefined) {
      const [name, type] = file;
      response.writeHead(200, { ...headers, 'Content-Type': type });
      response.end(pageFile(name));
    } else if (path !== '/recording') {
      refuse(response, 404, 'There is no such file.');
    } else if (!isToken(request.headers.authorization, token)) {
      refuse(response, 403, 'The token is missing or wrong.');
    } else {
      response.writeHead(200, { ...headers, 'Content-Type': 'application/octet-stream' });
      response.end(recording);
    }
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
  };
}
