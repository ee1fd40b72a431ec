import { LinkedList } from '../../core/linked-list.ts';
import { capacity } from '../crossing/claim-table.ts';
import type { LineToWorker } from '../crossing/line.ts';
import { refuseUnmovable } from '../crossing/transfer.ts';
import { BatchWriter } from './batch.ts';
import type { Claims } from './claims.ts';
import type { Job } from './job/job.ts';
import { failRefused } from './refused-job.ts';

/**
 * The jobs that one worker was given, by their numbers. The numbers count up, and a worker runs its jobs in their order, so
 * the jobs are kept in a ring: each in the place of its number, modulo `capacity`.
 */
export class GivenJobs {
  /** How many jobs the worker has. */
  count = 0;
  readonly #ring: (Job | undefined)[] = new Array(capacity).fill(undefined);
  readonly #line: LineToWorker;
  readonly #claims: Claims;
  readonly #name: string;
  readonly #writer = new BatchWriter();
  /** For each message that the worker may not have read yet: the number after its last job. */
  readonly #ends = new LinkedList<number>();
  /** The jobs that the worker is asked to give back by the next message. */
  readonly #recalled: number[] = [];
  #isSending = false;
  /** The claimed jobs whose futures became done while a message was written. */
  readonly #putOff: Job[] = [];
  /** No job that can be recalled has a priority below this. So most submissions need not look at the jobs. */
  #lowest = Number.POSITIVE_INFINITY;
  /** All jobs with a number below this one have left. */
  #first = 0;
  /** The number of the next job. */
  #next = 0;

  constructor(line: LineToWorker, claims: Claims, name: string) {
    this.#line = line;
    this.#claims = claims;
    this.#name = name;
  }

  /** How many more jobs fit into the ring. */
  get room(): number {
    return capacity - (this.#next - this.#first);
  }

  /** The number of the next job: no job has it yet, nor a higher one. */
  get next(): number {
    return this.#next;
  }

  get(seq: number): Job | undefined {
    const job = this.#ring[seq % capacity];
    return job?.seq === seq ? job : undefined;
  }

  /** The job that was given last. */
  last(): Job | undefined {
    for (let seq = this.#next - 1; seq >= this.#first; seq--) {
      const job = this.get(seq);
      if (job !== undefined) return job;
    }
    return undefined;
  }

  /** See `PoolWorker.takesBehind()`. */
  takesBehind(job: Job, last: Job | undefined): boolean {
    if (last?.transfer !== undefined) return false;
    if (job.transfer !== undefined) return last === undefined && this.count === 0;
    const before = last ?? this.last();
    return this.#claims.mayWaitBehind(before?.code, job.code);
  }

  /** All jobs that the worker has, in their order. */
  all(): Job[] {
    return this.#between(this.#first, this.#next - 1);
  }

  /** The jobs that the worker has not claimed. */
  waiting(): Job[] {
    return this.all().filter(({ seq }) => this.#claims.isWaiting(seq));
  }

  /** The job that the worker runs. */
  running(): Job | undefined {
    for (let seq = this.#first; seq < this.#next; seq++) {
      const job = this.get(seq);
      if (job !== undefined && this.#claims.isClaimed(seq)) return job;
    }
    return undefined;
  }

  /**
   * True if a job runs in the worker, or may run.
   *
   * @param lastBegunSeq - As below.
   */
  mayRun(lastBegunSeq: number = Number.POSITIVE_INFINITY): boolean {
    const job = this.running();
    if (job === undefined || job.seq > lastBegunSeq) return false;
    return job.transfer === undefined || this.#claims.isTakenOver(job.seq);
  }

  /**
   * The jobs that the worker may have begun before it died.
   *
   * @param lastBegunSeq - The number of the last of them, where that is known. Without it every claimed job counts, which are
   *   too many: a process claims jobs in advance.
   */
  possiblyBegun(lastBegunSeq: number = Number.POSITIVE_INFINITY): Set<Job> {
    const waiting = new Set(this.waiting());
    // Transferred values existed only in that worker, so their job cannot be given to another.
    const mayHave = ({ seq, transfer }: Job): boolean =>
      seq <= lastBegunSeq || transfer !== undefined;
    return new Set(this.all().filter((job) => !waiting.has(job) && mayHave(job)));
  }

  /**
   * Returns true while a message with jobs is written: a getter among their arguments may settle the future of this job then,
   * which that message carries, or which runs already. The job is to be dropped after the message: `takePutOff()` returns it.
   */
  putsOff(job: Job): boolean {
    if (this.#isSending) this.#putOff.push(job);
    return this.#isSending;
  }

  /** Returns the jobs that are to be dropped now that a message was written. */
  takePutOff(): Job[] {
    return this.#putOff.splice(0);
  }

  has(job: Job): boolean {
    return this.#ring[job.seq % capacity] === job;
  }

  /** The job has left the worker. */
  remove({ seq }: Job): void {
    this.#ring[seq % capacity] = undefined;
    this.count--;
    this.#skipHoles();
  }

  #skipHoles(): void {
    while (this.#first < this.#next && this.#ring[this.#first % capacity] === undefined) {
      this.#first++;
    }
  }

  /**
   * Sends jobs. The line looks at their arguments then, which may call code of the program: it may cancel one of the jobs, and
   * it may throw. So the jobs are here, and counted, before they are sent. `remove()` takes them out at any time.
   *
   * @returns how many of the jobs could not be sent, and have not left otherwise. Their futures are done.
   */
  send(jobs: readonly Job[]): number {
    this.#isSending = true;
    this.count += jobs.length;
    try {
      const together = jobs.length > 1 && !jobs.some((job) => job.alone);
      if (!together) return this.#sendOneByOne(jobs);
      const refusal = this.#trySend(jobs);
      return refusal === undefined ? 0 : this.#sendOneByOne(refusal.left);
    } finally {
      this.#isSending = false;
      this.sendRecalls();
    }
  }

  /** Sends each job in a message of its own, so that only the job at fault fails. */
  #sendOneByOne(jobs: readonly Job[]): number {
    let unsent = 0;
    for (const job of jobs) {
      if (job.isDone) {
        // It was dropped after the message with all of them was refused.
        job.end();
      } else {
        const refusal = this.#trySend([job]);
        // Either it was sent, or it has left meanwhile.
        if (refusal === undefined || refusal.left.length === 0) continue;
        failRefused(job, refusal.cause);
      }
      this.count--;
      unsent++;
    }
    return unsent;
  }

  /** The worker has said that it claimed all jobs up to this number. Returns those that are newly claimed. */
  claimedUpTo(upTo: number): Job[] {
    const last = Math.min(upTo, this.#next - 1);
    const first = this.#claims.told(last, this.#first);
    for (let seq = first; seq <= last; seq++) this.#claims.claim(seq);
    return this.#between(first, last);
  }

  /** The jobs up to this number that are left: the worker has sent their outcomes, and those did not arrive. */
  unanswered(upTo: number): Job[] {
    return this.#between(this.#first, Math.min(upTo, this.#next - 1));
  }

  /** The jobs of the message that the worker could not read. Its first number is above `after`. */
  unread(after: number): Job[] {
    // The message may have carried the code of functions.
    this.#writer.forget();
    const jobs = this.all().filter(({ seq }) => seq > after);
    const first = jobs[0]?.seq ?? this.#next;
    const end = [...this.#ends].find((each) => each > first) ?? this.#next;
    return jobs.filter(({ seq }) => seq < end);
  }

  /** Returns the last `count` jobs of a priority below this that can be recalled. */
  recallable(count: number, below: number): Job[] {
    // A job whose arguments submit a more urgent one each time that it is sent would never be sent.
    if (this.#isSending || count <= 0 || this.#lowest >= below) return [];
    if (count === Number.POSITIVE_INFINITY) this.#lowest = below;
    const jobs = this.waiting().filter((job) => !job.isRecalled && job.priority < below);
    return jobs.slice(Math.max(jobs.length - count, 0));
  }

  /** Has the worker asked to give a job back, by the next `sendRecalls()` or at the end of this turn. */
  recall(job: Job): void {
    if (job.isRecalled) return;
    job.isRecalled = true;
    if (this.#recalled.push(job.seq) === 1) queueMicrotask(() => this.sendRecalls());
  }

  sendRecalls(): void {
    if (this.#recalled.length === 0 || this.#isSending) return;
    const seqs = this.#recalled.splice(0).filter((seq) => this.get(seq)?.isRecalled === true);
    if (seqs.length > 0) this.#line.post({ type: 'withdraw', seqs });
  }

  #between(first: number, last: number): Job[] {
    const jobs: Job[] = [];
    for (let seq = first; seq <= last; seq++) {
      const job = this.get(seq);
      if (job !== undefined) jobs.push(job);
    }
    return jobs;
  }

  /** @returns what the line has thrown, and the jobs that have not left meanwhile; undefined if the message was sent. */
  #trySend(jobs: readonly Job[]): { readonly cause: unknown; readonly left: Job[] } | undefined {
    const isIdle = this.#first === this.#next;
    const first = this.#next;
    for (const job of jobs) {
      job.seq = this.#next++;
      this.#claims.offer(job.seq);
      this.#ring[job.seq % capacity] = job;
      this.#lowest = Math.min(this.#lowest, job.priority);
    }
    const transfer = jobs[0]?.transfer;
    const isClaimed = transfer !== undefined || this.#claims.areImplied(isIdle);
    if (isClaimed) this.#claims.claim(first);
    try {
      refuseUnmovable(transfer);
      this.#line.post(this.#writer.write(jobs, isClaimed ? first : -1), transfer);
    } catch (cause) {
      this.#writer.forget();
      return { cause, left: this.#takeOut(jobs, first) };
    }
    if (isClaimed) for (const job of this.claimedUpTo(first)) job.onClaimed(this.#name);
    this.#noteEnd();
    return undefined;
  }

  /** Takes jobs out of the ring again whose message was refused. Their numbers, from `first` on, are used again. */
  #takeOut(jobs: readonly Job[], first: number): Job[] {
    const left = jobs.filter((job) => this.has(job));
    for (const job of left) {
      this.#ring[job.seq % capacity] = undefined;
      job.isRecalled = false;
    }
    this.#next = first;
    this.#first = Math.min(this.#first, first);
    this.#skipHoles();
    return left;
  }

  /** Records where this message ends; forgets the ends of messages that the worker has read. */
  #noteEnd(): void {
    this.#ends.push(this.#next);
    while ((this.#ends.first ?? Number.POSITIVE_INFINITY) <= this.#first) this.#ends.shift();
  }
}
