/** Gathers what the worker has to tell, and sends it some times a second: single messages would hold the page up. */
import { type Clock, soon } from './clock.ts';
import type { FromProgram, LineKind, OutputLine, TimelineEvent } from './messages.ts';

const batchMs = 40;
/** A program that prints more than this is not read to its end by anyone: the rest is counted. */
const mostLines = 2000;
const mostEvents = 20_000;
const longestLine = 10_000;

export class Outbox {
  readonly #post: (message: FromProgram) => void;
  readonly #clock: Clock;
  #lines: OutputLine[] = [];
  #events: TimelineEvent[] = [];
  #lineCount = 0;
  #eventCount = 0;
  #leftOut = 0;
  #isOver = false;

  constructor(post: (message: FromProgram) => void, clock: Clock) {
    this.#post = post;
    this.#clock = clock;
  }

  /** @param before is called before each batch */
  begin(before: () => void): void {
    const send = (): void => {
      if (this.#isOver) return;
      before();
      this.#send();
      soon(send, batchMs);
    };
    this.#before = before;
    send();
  }

  #before = (): void => {};

  line(
    kind: LineKind,
    text: string,
    more: { readonly line?: number; readonly holds?: boolean } = {},
  ): void {
    if (++this.#lineCount > mostLines) {
      this.#leftOut++;
      return;
    }
    const short = text.length > longestLine ? `${text.slice(0, longestLine)}…` : text;
    this.#lines.push({ kind, text: short, after: this.#eventCount, ...more });
  }

  event(event: TimelineEvent): void {
    if (++this.#eventCount <= mostEvents) this.#events.push(event);
  }

  end(): void {
    this.#isOver = true;
    this.#before();
    this.#send();
  }

  #send(): void {
    const lines = this.#lines;
    const events = this.#events;
    this.#lines = [];
    this.#events = [];
    this.#post({ type: 'batch', now: this.#clock.now(), lines, events, leftOut: this.#leftOut });
  }
}
