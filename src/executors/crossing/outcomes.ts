/** Writes and reads the list that carries outcomes: see the grammar in `protocol.ts`. */
import { abs, append, round } from './intrinsics.ts';
import { mark, type OutcomeList } from './protocol.ts';

export class OutcomeWriter {
  #list = begin();
  /** The place of the last group's `count` in the list. */
  #count = -1;
  /** The job number that would continue the last group. */
  #nextSeq = -1;
  #failed = false;

  add(seq: number, failed: boolean, value: unknown): void {
    const list = this.#list;
    if (seq !== this.#nextSeq || failed !== this.#failed) {
      append(list, seq);
      this.#count = list.length;
      append(list, 0);
      this.#failed = failed;
    }
    (list[this.#count] as number) += failed ? -1 : 1;
    this.#nextSeq = seq + 1;
    append(list, value);
  }

  /**
   * Returns the list, and begins another.
   *
   * @param upTo - The last job whose outcome was added, now or before.
   * @param busy - How long the jobs of this list took together, in ms.
   * @param claimed - The last job that the worker has claimed; -1 if that is not told.
   */
  take(upTo: number, busy: number, claimed: number): OutcomeList {
    const list = this.#list;
    list[1] = upTo;
    // In whole µs: the host copies whole numbers faster.
    list[2] = round(busy * 1000);
    list[3] = claimed;
    this.#list = begin();
    this.#nextSeq = -1;
    return list;
  }
}

function begin(): [number, number, number, number, ...unknown[]] {
  return [mark, -1, 0, -1];
}

/** Returns how many outcomes a list has. */
export function countOutcomes(list: OutcomeList): number {
  let total = 0;
  for (let at = 4; at < list.length; ) {
    const count = abs(list[at + 1] as number);
    total += count;
    at += 2 + count;
  }
  return total;
}

/** Calls `each` for every outcome, in the order of the jobs. */
export function readOutcomes(
  list: OutcomeList,
  each: (seq: number, failed: boolean, value: unknown) => void,
): void {
  for (let at = 4; at < list.length; ) {
    let seq = list[at++] as number;
    const count = list[at++] as number;
    for (let left = abs(count); left > 0; left--) each(seq++, count < 0, list[at++]);
  }
}
