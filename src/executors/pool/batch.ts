/** Writes jobs for one worker into the list that is their message: see `protocol.ts`. */

import type { Code, Jobs } from '../crossing/protocol.ts';
import type { Job } from './job/job.ts';

/** How many functions have a number at a time: a program that makes ever new ones must not fill the memory of its workers. */
const limit = 1000;

export class BatchWriter {
  #numbers = new WeakMap<Code, number>();
  #count = 0;
  #last: Code | undefined;
  #lastNumber = 0;

  /**
   * @param jobs - At least one. Their numbers follow one another.
   * @param claimed - The pool has claimed all jobs up to this number; -1 for none.
   */
  write(jobs: readonly Job[], claimed: number): Jobs {
    const list: [number, number, ...unknown[]] = [(jobs[0] as Job).seq, claimed];
    let groupCode: Code | undefined;
    let groupHead = -1;
    let groupShipped: unknown;
    let count = 0;
    for (const job of jobs) {
      const { code, args, shipped } = job;
      const head = args.length * 4 + (shipped === undefined ? 0 : 2) + (job.tellsBegin ? 1 : 0);
      if (code !== groupCode || head !== groupHead || shipped !== groupShipped) {
        groupCode = code;
        groupHead = head;
        groupShipped = shipped;
        count = list.push(this.#short(code), head, 0) - 1;
        if (shipped !== undefined) list.push(shipped);
      }
      (list[count] as number)++;
      for (let at = 0; at < args.length; at++) list.push(args[at]);
    }
    return list;
  }

  /** Forgets which functions the worker knows: a message did not arrive that may have carried their code. */
  forget(): void {
    this.#numbers = new WeakMap();
    this.#count = 0;
    this.#last = undefined;
  }

  #short(code: Code): unknown {
    if (code === this.#last) return this.#lastNumber;
    let number = this.#numbers.get(code);
    const known = number !== undefined;
    if (number === undefined) {
      if (this.#count === limit) this.forget();
      number = this.#count++;
      this.#numbers.set(code, number);
    }
    this.#last = code;
    this.#lastNumber = number;
    return known ? number : { ...code, number };
  }
}
