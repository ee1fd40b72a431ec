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
import { compareExchange, floor, load, store } from './intrinsics.ts';

/** The most jobs that a worker has at a time; the table has one word for each. */
export const capacity = 1024;

const WAITING = 0;
const CLAIMED = 1;
const TAKEN_BACK = 2;
const FINISHED = 3;

export type ClaimState = 'waiting' | 'claimed' | 'taken back' | 'finished';
const names: readonly ClaimState[] = ['waiting', 'claimed', 'taken back', 'finished'];

/** The place of the job to abort, behind the words of the jobs. */
const abortAt = capacity;
/** The place of the last job that the worker has taken over: the pool had claimed it for the worker. */
const takenOverAt = capacity + 1;
/** How many words a table has. */
export const wordCount: number = capacity + 2;

/** Stands where the number of the job to abort would be, while no job is to be aborted. */
const noJob = -1;

export class ClaimTable {
  readonly words: Int32Array;
  readonly #look: (() => number) | undefined;

  /** @param look - Returns the job that was last asked to stop, where no memory is shared. */
  constructor(words: Int32Array = newWords(), look?: () => number) {
    this.words = words;
    this.#look = look;
  }

  /** The pool gives the job with this number away. */
  offer(seq: number): void {
    store(this.words, seq % capacity, word(seq, WAITING));
  }

  /** The worker claims the job in order to run it. Returns false if the pool has taken it back. */
  claim(seq: number): boolean {
    const waiting = word(seq, WAITING);
    return compareExchange(this.words, seq % capacity, waiting, word(seq, CLAIMED)) === waiting;
  }

  /** The pool takes the job back. Returns false if the worker has claimed it. */
  takeBack(seq: number): boolean {
    const waiting = word(seq, WAITING);
    return compareExchange(this.words, seq % capacity, waiting, word(seq, TAKEN_BACK)) === waiting;
  }

  /** The worker has run the job. */
  finish(seq: number): void {
    store(this.words, seq % capacity, word(seq, FINISHED));
  }

  isWaiting(seq: number): boolean {
    return (load(this.words, seq % capacity) & 3) === WAITING;
  }

  isClaimed(seq: number): boolean {
    return (load(this.words, seq % capacity) & 3) === CLAIMED;
  }

  stateOf(seq: number): ClaimState {
    return names[load(this.words, seq % capacity) & 3] as ClaimState;
  }

  /** The pool asks the worker to stop this job. The worker sees it even while it computes. */
  requestAbort(seq: number): void {
    store(this.words, abortAt, seq % 2 ** 31);
  }

  /** The worker begins a job that the pool had claimed for it. */
  takeOver(seq: number): void {
    store(this.words, takenOverAt, seq % 2 ** 31);
  }

  /** True if this job is the last that the worker has taken over. */
  isTakenOver(seq: number): boolean {
    return load(this.words, takenOverAt) === seq % 2 ** 31;
  }

  /** True if this job is the last that was asked to stop. */
  abortRequested(seq: number): boolean {
    const asked = this.#look === undefined ? load(this.words, abortAt) : this.#look();
    return asked === seq % 2 ** 31;
  }
}

function word(seq: number, state: number): number {
  return (floor(seq / capacity) * 4 + state) | 0;
}

/** Makes the words, in shared memory where the host has it. */
function newWords(): Int32Array {
  const bytes = wordCount * Int32Array.BYTES_PER_ELEMENT;
  const words = new Int32Array(
    typeof SharedArrayBuffer === 'undefined'
      ? new ArrayBuffer(bytes)
      : new SharedArrayBuffer(bytes),
  );
  words[abortAt] = noJob;
  words[takenOverAt] = noJob;
  return words;
}
