/**
 * Ends a worker that does not come back to its jobs: code that an earlier job has left behind keeps the worker from its event
 * loop, as a chain of microtasks does that has no end. A job that runs is never meant, however long it takes. The worker is
 * asked only while it has jobs and has begun none of them, or after it was told to end.
 *
 * States, and what changes them:
 *
 * - off → quiet: the worker was given a job (`begin()`).
 * - quiet → asked: it has had jobs since the look before, has begun none of them, and has sent nothing. It is sent `ping`.
 * - off, quiet → asked: it was told to end (`ask()`), which it has to confirm.
 * - asked → quiet: it has sent something, or has begun a job.
 * - asked → over: `timeout` ms have passed in which the program was able to hear it. The worker is ended.
 * - quiet → off: it has no jobs. any → off: it has ended (`clear()`).
 */
import { HostDelay } from '../../core/host-delay.ts';
import { later } from '../crossing/later.ts';
import type { LineToWorker, WorkerEnd } from '../crossing/line.ts';
import type { GivenJobs } from './given-jobs.ts';

/** How often a worker is looked at within the timeout. A program that is held up itself misses looks, and not answers. */
const looks = 5;
/** To read a message may take so many times as long as to write it took. */
const readingTimes = 20;

export class Watch {
  readonly #line: LineToWorker;
  readonly #given: GivenJobs;
  readonly #end: () => void;
  readonly #timeout: number;
  readonly #everyMs: number;
  #timer: HostDelay | undefined;
  /** True if the worker has sent a message since the last look. */
  hasSpoken = false;
  /** True while it has to confirm that it was told to end. */
  #isEnding = false;
  /** True once it was ended for that. */
  #isOver = false;
  /** The worker may read until then what it was sent. */
  #readsUntil = 0;
  /** How many more looks it has to answer; undefined if it was not asked. */
  #left: number | undefined;

  /**
   * @param timeout - In ms. `Infinity` means that the worker is not watched.
   * @param given - The jobs of the worker.
   * @param end - Ends the worker.
   */
  constructor(timeout: number, line: LineToWorker, given: GivenJobs, end: () => void) {
    this.#timeout = timeout;
    this.#line = line;
    this.#given = given;
    this.#end = end;
    this.#everyMs = Math.max(timeout / looks, 1);
  }

  /**
   * The worker was given jobs.
   *
   * @param began - When they began to be sent, on the clock of `performance.now()`.
   */
  begin(began: number): void {
    const now = performance.now();
    // The worker reads a large message before it reads the question.
    this.#readsUntil = Math.max(this.#readsUntil, now + (now - began) * readingTimes);
    if (this.#timer === undefined && !this.#isOver && this.#given.count > 0) this.#set();
  }

  /** The worker was told to end. */
  ask(): void {
    this.#isEnding = true;
    this.hasSpoken = false;
    this.#left = looks;
    this.#set();
  }

  clear(): void {
    this.#timer?.clear();
    this.#timer = undefined;
    this.#left = undefined;
    this.#isEnding = false;
  }

  /** Returns how the worker ended, with this as the reason if there was one. */
  endOf(end: WorkerEnd): WorkerEnd {
    if (!this.#isOver) return end;
    const reason = `it did not answer for ${this.#timeout} ms, though it ran no job: code that a job has left behind keeps it from its event loop`;
    return { ...end, reason, isUnresponsive: true };
  }

  #set(): void {
    this.#timer?.clear();
    const timer = new HostDelay(() => {
      // A program that was busy may have a message of the worker to read.
      later(() => {
        if (this.#timer === timer) this.#look();
      });
    }, this.#everyMs);
    // The worker keeps the program alive, as long as that is due.
    timer.unref();
    this.#timer = timer;
  }

  #look(): void {
    if (this.hasSpoken || !(this.#isEnding || this.#isDue())) {
      this.hasSpoken = false;
      this.#left = undefined;
      this.#isEnding = false;
    } else if (this.#left === undefined) {
      this.#left = looks;
      this.#line.post({ type: 'ping' });
    } else if (--this.#left <= 0) {
      this.#isOver = true;
      this.#timer = undefined;
      this.#end();
      return;
    }
    if (this.#given.count > 0 || this.#left !== undefined) this.#set();
    else this.#timer = undefined;
  }

  /** True while it has jobs and has begun none of them, as far as is known. */
  #isDue(): boolean {
    if (this.#given.count === 0 || performance.now() < this.#readsUntil) return false;
    return !this.#given.mayRun(this.#line.lastBegun?.());
  }
}
