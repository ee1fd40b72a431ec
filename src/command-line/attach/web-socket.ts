/**
 * A client of a WebSocket, as far as the inspector of Node and Deno needs one: texts both ways, to an address of this machine.
 * Node 20 has no global `WebSocket`.
 *
 * States: open → closed. The socket closes once, by either side.
 */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { HostDelay } from '../../core/host-delay.ts';

const Opcode = { Continuation: 0, Text: 1, Close: 8, Ping: 9, Pong: 10 } as const;
/** The bit that says: this is the last frame of a message. */
const last = 0x80;
const masked = 0x80;

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  /** Its length with its head. */
  readonly size: number;
}

/** Reads the first frame in `bytes`; undefined if it has not come in full. A server does not mask. */
function readFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes[0] as number, bytes[1] as number];
  let length = second & 0x7f;
  let head = 2;
  if (length === 126) {
    if (bytes.length < 4) return undefined;
    length = bytes.readUInt16BE(2);
    head = 4;
  } else if (length === 127) {
    if (bytes.length < 10) return undefined;
    length = Number(bytes.readBigUInt64BE(2));
    head = 10;
  }
  const size = head + length;
  if (bytes.length < size) return undefined;
  const payload = bytes.subarray(head, size);
  return { opcode: first & 0x0f, isLast: (first & last) !== 0, payload, size };
}

/** A client has to mask what it sends. */
function writeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  head[0] = last | opcode;
  if (length < 126) {
    head[1] = masked | length;
  } else if (length < 65_536) {
    head[1] = masked | 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = masked | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  const mask = randomBytes(4);
  const body = Buffer.from(payload);
  for (let at = 0; at < length; at++) body[at] = (body[at] as number) ^ (mask[at % 4] as number);
  return Buffer.concat([head, mask, body]);
}

export class WebSocketClient {
  readonly #socket: Socket;
  readonly #hear: (text: string) => void;
  #bytes: Buffer = Buffer.alloc(0);
  #message: Buffer[] = [];

  constructor(socket: Socket, hear: (text: string) => void, closed: () => void) {
    this.#socket = socket;
    this.#hear = hear;
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', closed);
  }

  send(text: string): void {
    this.#write(Opcode.Text, Buffer.from(text));
  }

  /** Closes it, and resolves once the other side has too. */
  async close(): Promise<void> {
    if (this.#socket.closed) return;
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#write(Opcode.Close, Buffer.from([0x03, 0xe8]));
    this.#socket.end();
    const late = new HostDelay(() => this.#socket.destroy(), closeMs);
    await closed;
    late.clear();
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.#socket.writable) this.#socket.write(writeFrame(opcode, payload));
  }

  #read(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (let frame = readFrame(this.#bytes); frame; frame = readFrame(this.#bytes)) {
      this.#bytes = this.#bytes.subarray(frame.size);
      this.#take(frame);
    }
  }

  #take({ opcode, isLast, payload }: Frame): void {
    if (opcode === Opcode.Close) this.#socket.end();
    else if (opcode === Opcode.Ping) this.#write(Opcode.Pong, payload);
    else if (opcode === Opcode.Text || opcode === Opcode.Continuation) {
      this.#message.push(payload);
      if (!isLast) return;
      const text = Buffer.concat(this.#message).toString();
      this.#message = [];
      this.#hear(text);
    }
  }
}

/** How long the other side may take to close, in ms. */
const closeMs = 500;
/** How long it may take to connect, in ms. */
const connectMs = 5000;

/** Connects to `url`, a `ws:` one of this machine. Rejects if nothing there speaks WebSocket. */
export function connectWebSocket(
  url: string,
  hear: (text: string) => void,
  closed: () => void,
): Promise<WebSocketClient> {
  return new Promise((resolve, reject) => {
    const asked = request(url.replace(/^ws:/, 'http:'), {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': randomBytes(16).toString('base64'),
      },
    });
    asked.on('upgrade', (_, socket: Socket, head) => {
      const client = new WebSocketClient(socket, hear, closed);
      if (head.length > 0) socket.unshift(head);
      resolve(client);
    });
    asked.on('response', ({ statusCode }) => {
      asked.destroy();
      reject(new Error(`the inspector refused the connection, with status ${statusCode}`));
    });
    const late = new HostDelay(
      () => asked.destroy(new Error('no response came in 5 s')),
      connectMs,
    );
    asked.on('close', () => late.clear());
    asked.on('error', reject);
    asked.end();
  });
}
