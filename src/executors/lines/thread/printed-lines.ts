/**
 * Sends what jobs of a thread print over the line, where the outcomes of the jobs follow it. By Node's own way it would be read
 * after them, as it goes over another port.
 *
 * A message costs more than a small job. So what functions print that are known to be quick is collected, and sent before the
 * next message of the worker, which is mostly the one with their outcomes. What other functions print is sent at once: they
 * may compute for long, or end the thread.
 */
import { apply, kept, now } from '../../crossing/intrinsics.ts';
import { later } from '../../crossing/later.ts';
import { process } from '../../crossing/node.ts';
import { mark, type Sign } from '../../crossing/protocol.ts';

type Name = 'stdout' | 'stderr';

/** What becomes of what jobs print. */
export type Outputs = Readonly<Record<Name, 'ignore' | 'line'>>;

/** What is printed in this time after the first text that is collected is collected with it. */
const collectMs = 0.2;
/** More characters are not collected. */
const mostCollected = 16_384;

export class PrintedLines {
  readonly #send: (sign: Sign) => void;
  #isQuick: () => boolean;
  readonly #outputs: Outputs;
  #text = '';
  /** Where the text was printed. */
  #stream: Name = 'stdout';
  #since = 0;
  /** True while it waits for the event loop to turn. */
  #waits = false;

  /**
   * @param send - Sends over the line.
   * @param isQuick - Returns true if a function runs that is known to be quick.
   */
  constructor(outputs: Outputs, send: (sign: Sign) => void, isQuick: () => boolean) {
    this.#outputs = outputs;
    this.#send = send;
    this.#isQuick = isQuick;
    this.#redirect('stdout');
    this.#redirect('stderr');
  }

  /** The thread ends: nothing is collected any more. */
  end(): void {
    this.#isQuick = () => false;
    this.flush();
  }

  /** Sends what is collected. */
  flush(): void {
    const text = this.#text;
    if (text === '') return;
    this.#text = '';
    this.#send({ mark, sign: 'output', stream: this.#stream, chunk: text });
  }

  #redirect(name: Name): void {
    const host = process[name];
    if (host === undefined) return;
    host._writev = null;
    host._write = (written, encoding, done) => {
      if (this.#outputs[name] === 'line') this.#take(name, written, encoding);
      done();
    };
  }

  #take(name: Name, written: Uint8Array | string, encoding: string): void {
    if (typeof written !== 'string') {
      // Copied, as the memory of a small chunk has others in it.
      this.#sendNow(name, new kept.Uint8Array(written));
    } else if (encoding !== 'utf8' && encoding !== 'utf-8') {
      this.#sendNow(name, bytesOf(written, encoding));
    } else if (this.#isQuick()) {
      this.#collect(name, written);
    } else {
      this.#sendNow(name, written);
    }
  }

  #sendNow(stream: Name, chunk: Uint8Array | string): void {
    this.flush();
    this.#send({ mark, sign: 'output', stream, chunk });
  }

  #collect(name: Name, text: string): void {
    if (this.#stream !== name) this.flush();
    if (this.#text === '') {
      this.#stream = name;
      this.#since = now();
      this.#text = text;
      this.#sendInTime();
      return;
    }
    this.#text += text;
    if (this.#text.length > mostCollected || now() - this.#since > collectMs) this.flush();
  }

  /** A function that is known to be quick may print and be asynchronous: then no message follows soon. */
  #sendInTime(): void {
    if (this.#waits) return;
    this.#waits = true;
    later(() => {
      this.#waits = false;
      this.flush();
    });
  }
}

const { Buffer } = globalThis as unknown as {
  Buffer?: { from(text: string, encoding: string): Uint8Array };
};
const bytesFrom = Buffer?.from;

function bytesOf(text: string, encoding: string): Uint8Array | string {
  if (bytesFrom === undefined) return text;
  return new kept.Uint8Array(apply(bytesFrom, Buffer, [text, encoding]));
}
