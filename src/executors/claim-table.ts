/**
 * Who has a job: one word of memory for each job that a worker was given, which pool and worker change by
 * compare-and-swap. The worker claims a job right before it runs it; the pool takes one back only as long as it is not
 * claimed. So exactly one of the two gets it, and both know who.
 *
 * Words are used again after `capacity` jobs. Each therefore says which round it is in: without that a worker could claim
 * a job by an old message that the pool had taken back long ago.
 *
 * Where no memory can be shared (processes), each side has a table of its own and they tell each other by message.
 */

/** The most jobs a worker is given at a time, and how many words there are for them. */
export const capacity = 1024;

const WAITING = 0;
const CLAIMED = 1;
const TAKEN_BACK = 2;
const FINISHED = 3;

export type ClaimState = 'waiting' | 'claimed' | 'taken back' | 'finished';
const names: readonly ClaimState[] = ['waiting', 'claimed', 'taken back', 'finished'];

/** Says that no job is to be aborted. Numbers of jobs are not negative. */
const nobody = -1;

export class ClaimTable {
  readonly words: Int32Array;
  readonly #look: (() => number) | undefined;

  /** @param look - Tells which job was last asked to stop, where no memory is shared that would. */
  constructor(words: Int32Array = newWords(), look?: () => number) {
    this.words = words;
    this.#look = look;
  }

  /** The pool gives the job with this number away. */
  offer(seq: number): void {
    Atomics.store(this.words, seq % capacity, word(seq, WAITING));
  }

  /** The worker wants to run it; false when it was taken back. */
  claim(seq: number): boolean {
    const waiting = word(seq, WAITING);
    return (
      Atomics.compareExchange(this.words, seq % capacity, waiting, word(seq, CLAIMED)) === waiting
    );
  }

  /** The pool wants it back; false when the worker has claimed it. */
  takeBack(seq: number): boolean {
    const waiting = word(seq, WAITING);
    return (
      Atomics.compareExchange(this.words, seq % capacity, waiting, word(seq, TAKEN_BACK)) ===
      waiting
    );
  }

  /** The worker has run it. */
  finish(seq: number): void {
    Atomics.store(this.words, seq % capacity, word(seq, FINISHED));
  }

  stateOf(seq: number): ClaimState {
    return names[Atomics.load(this.words, seq % capacity) & 3] as ClaimState;
  }

  /** Asks the worker to stop the job that it runs, which it sees even while it computes. */
  requestAbort(seq: number): void {
    Atomics.store(this.words, capacity, seq % 2 ** 31);
  }

  abortRequested(seq: number): boolean {
    const asked = this.#look === undefined ? Atomics.load(this.words, capacity) : this.#look();
    return asked === seq % 2 ** 31;
  }
}

function word(seq: number, state: number): number {
  return (Math.floor(seq / capacity) * 4 + state) | 0;
}

/** Shared memory where the host has it. */
function newWords(): Int32Array {
  const bytes = (capacity + 1) * Int32Array.BYTES_PER_ELEMENT;
  const words = new Int32Array(
    typeof SharedArrayBuffer === 'undefined'
      ? new ArrayBuffer(bytes)
      : new SharedArrayBuffer(bytes),
  );
  words[capacity] = nobody;
  return words;
}
