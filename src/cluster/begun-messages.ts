import type { EventLoop } from '../core/event-loop.ts';
import type { Run } from './run.ts';
import type { Table } from './table.ts';
import { after, timeOf } from './timing.ts';

/** A job that is over sooner needs no message that it has begun. */
const tellBegunMs = 50;

/** Tells executors which of their jobs have begun. One timer serves all runs, as most of them are over before it comes. */
export class BegunMessages {
  readonly #loop: EventLoop;
  readonly #runs: Table<Run>;
  #isAsked = false;

  constructor(loop: EventLoop, runs: Table<Run>) {
    this.#loop = loop;
    this.#runs = runs;
  }

  /** A run has begun. */
  begun(): void {
    if (!this.#isAsked) this.#ask(tellBegunMs);
  }

  #ask(ms: number): void {
    this.#isAsked = true;
    after(this.#loop, ms, () => this.#tell());
  }

  #tell(): void {
    this.#isAsked = false;
    const now = timeOf(this.#loop);
    let next = Number.POSITIVE_INFINITY;
    for (const run of this.#runs.values()) {
      if (!run.wantsBegunTold) continue;
      const left = run.begunAt + tellBegunMs - now;
      if (left > 0) next = Math.min(next, left);
      else run.tellBegun();
    }
    if (next < Number.POSITIVE_INFINITY) this.#ask(next);
  }
}
