import type { IncomingMessage } from 'node:http';
import type { LiveSource } from './live-source.ts';

/** More than an id and a reason need. */
const mostBytes = 4096;

interface CancelRequest {
  readonly task: number;
  readonly reason: string;
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += (chunk as Buffer).length;
    if (length > mostBytes) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readBody(text: string | undefined): CancelRequest | undefined {
  try {
    const { task, reason } = JSON.parse(text ?? '') as Partial<CancelRequest>;
    if (!Number.isInteger(task) || typeof reason !== 'string') return undefined;
    return { task: task as number, reason };
  } catch {
    return undefined;
  }
}

/** Serves `POST /cancel` with `{"task":7,"reason":"…"}`. */
export async function serveCancel(
  request: IncomingMessage,
  cancel: NonNullable<LiveSource['cancel']>,
  respond: (status: number, text: string) => void,
): Promise<void> {
  if (request.headers['content-type'] !== 'application/json') {
    return respond(415, 'The request has to be JSON.');
  }
  const body = readBody(await bodyOf(request).catch(() => undefined));
  if (body === undefined) return respond(400, 'Expected `{"task":<id>,"reason":"<text>"}`.');
  try {
    const outcome = await cancel(body.task, body.reason);
    respond(200, JSON.stringify({ outcome }));
  } catch {
    respond(503, 'The program does not respond.');
  }
}
