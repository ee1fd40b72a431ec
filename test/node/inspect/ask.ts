/** Asks a server as a browser or another program would. */
import { type IncomingMessage, request } from 'node:http';
import type { Changes } from '../../../src/inspect/server/live-feed.ts';

export interface Got {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

export interface Asked {
  readonly headers?: Record<string, string>;
  readonly method?: string;
  readonly body?: string;
  /** The path as it is sent, if a URL would change it. */
  readonly path?: string;
}

function begin(
  url: URL,
  { headers = {}, method = 'GET', body, path }: Asked,
): Promise<IncomingMessage> {
  const { hostname, port, pathname, search } = url;
  return new Promise((resolve, reject) => {
    const asked = request(
      { hostname, port, path: path ?? pathname + search, method, headers, agent: false },
      resolve,
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** The token in an address that was printed. */
export function tokenOf(url: string): string {
  return new URL(url).hash.replace('#token=', '');
}

export async function ask(url: URL, asked: Asked = {}): Promise<Got> {
  const response = await begin(url, asked);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body: Buffer.concat(chunks),
  };
}

/** Follows the events of a server: all messages, as they come. `said` gets the event that says why there are no more. */
export async function* eventsOf(
  url: string,
  said: { fate?: string } = {},
): AsyncGenerator<Changes, undefined> {
  const response = await begin(new URL('/events', url), { headers: bearer(tokenOf(url)) });
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      if (part.startsWith('data: ')) yield JSON.parse(part.slice(6));
      else if (part.startsWith('event: ')) said.fate = part;
    }
  }
  return undefined;
}
