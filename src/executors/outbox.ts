/** Outcomes on their way to the pool: many go in one message, and none waits for long. */
import { findUncloneable } from './cloneable.ts';
import { encodeThrown } from './error-codec.ts';
import { textOf } from './errors.ts';
import type { FromWorker } from './protocol.ts';

export class Outbox {
  readonly #post: (message: FromWorker) => void;
  #outcomes: unknown[] = [];
  /** The names of the functions. */
  #names: string[] = [];
  #busy = 0;
  #upTo = -1;
  flushedAt = 0;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  get isEmpty(): boolean {
    return this.#outcomes.length === 0;
  }

  /** @param value - The result, or, when it failed, what was thrown, taken apart. */
  add(name: string, seq: number, failed: boolean, value: unknown, ms: number): void {
    this.#outcomes.push(seq, failed, value);
    this.#names.push(name);
    this.#busy += ms;
    this.#upTo = seq;
  }

  /** @param claimed - Tells that all jobs up to this number are claimed. */
  flush(claimed?: number): void {
    this.flushedAt = performance.now();
    const outcomes = this.#outcomes;
    if (outcomes.length === 0 && claimed === undefined) return;
    const names = this.#names;
    const busy = this.#busy;
    this.#outcomes = [];
    this.#names = [];
    this.#busy = 0;
    try {
      this.#post({ type: 'done', outcomes, upTo: this.#upTo, busy, claimed });
    } catch {
      for (const [index, name] of names.entries()) {
        this.#postAlone(name, outcomes.slice(index * 3, index * 3 + 3), busy / names.length);
      }
      if (claimed !== undefined) this.report(claimed);
    }
  }

  /** Tells how far the worker is. */
  report(claimed?: number): void {
    this.#post({ type: 'done', outcomes: [], upTo: this.#upTo, busy: 0, claimed });
  }

  #postAlone(name: string, outcome: unknown[], busy: number): void {
    const upTo = outcome[0] as number;
    try {
      this.#post({ type: 'done', outcomes: outcome, upTo, busy, claimed: undefined });
    } catch (cause) {
      const reason = findUncloneable(outcome[2], 'result') ?? textOf(cause);
      const error = new TypeError(
        `The worker expected \`${name}\` to return something that can be copied, but ${reason}. Return plain data.`,
        { cause },
      );
      const outcomes = [upTo, true, encodeThrown(error)];
      this.#post({ type: 'done', outcomes, upTo, busy, claimed: undefined });
    }
  }
}
