import { BatchWriter } from './batch.ts';
import { type ClaimTable, capacity } from './claim-table.ts';
import { findUncloneable } from './cloneable.ts';
import { textOf } from './errors.ts';
import type { Job } from './job.ts';
import type { LineToWorker } from './line.ts';
import { refuseUnmovable, unmovable } from './transfer.ts';
import { UnsendableError, whyUnsendable } from './unsendable.ts';

/**
 * The jobs that one worker was given, by their numbers: a ring, as numbers count up and a worker runs its jobs in their
 * order.
 */
export class GivenJobs {
  count = 0;
  readonly #ring: (Job | undefined)[] = new Array(capacity).fill(undefined);
  readonly #channel: LineToWorker;
  readonly #table: ClaimTable;
  readonly #writer = new BatchWriter();
  /** Where messages end that were sent and that no answer confirms yet. */
  readonly #ends: number[] = [];
  /** Jobs that the worker is to be asked for. */
  readonly #asking: number[] = [];
  /** No job before this number is there. */
  #first = 0;
  #next = 0;
  #claimedTo = -1;

  constructor(channel: LineToWorker, table: ClaimTable) {
    this.#channel = channel;
    this.#table = table;
  }

  /** How many more fit. */
  get room(): number {
    return capacity - (this.#next - this.#first);
  }

  get(seq: number): Job | undefined {
    const job = this.#ring[seq % capacity];
    return job?.seq === seq ? job : undefined;
  }

  /** The one that was given last. */
  last(): Job | undefined {
    for (let seq = this.#next - 1; seq >= this.#first; seq--) {
      const job = this.get(seq);
      if (job !== undefined) return job;
    }
    return undefined;
  }

  /** Those that are there, in their order. */
  all(): Job[] {
    const jobs: Job[] = [];
    for (let seq = this.#first; seq < this.#next; seq++) {
      const job = this.get(seq);
      if (job !== undefined) jobs.push(job);
    }
    return jobs;
  }

  /** Those that have not begun. */
  waiting(): Job[] {
    return this.all().filter(({ seq }) => this.#table.stateOf(seq) === 'waiting');
  }

  /**
   * Those that the worker may have begun before it died.
   *
   * @param last - The last of them, where that is known better: a process tells of claims that it may never come to, and
   *   one that has nothing to do is said to begin what is sent to it.
   */
  begun(last: number = Number.POSITIVE_INFINITY): Set<Job> {
    const waits = new Set(this.waiting());
    // What moved there is nowhere else: to be lost with the worker is all that can become of it.
    const mayHave = ({ seq, transfer }: Job): boolean => seq <= last || transfer !== undefined;
    return new Set(this.all().filter((job) => !waits.has(job) && mayHave(job)));
  }

  running(): Job | undefined {
    return this.all().find(({ seq }) => this.#table.stateOf(seq) === 'claimed');
  }

  remove({ seq }: Job): void {
    this.#ring[seq % capacity] = undefined;
    this.count--;
    while (this.#first < this.#next && this.#ring[this.#first % capacity] === undefined) {
      this.#first++;
    }
  }

  /** Sends jobs; answers how many crossed. The others have failed, and said why. */
  send(jobs: readonly Job[]): number {
    const single = jobs.length === 1 || jobs.some((job) => job.alone);
    if (!single && this.#trySend(jobs) === undefined) return jobs.length;
    let sent = 0;
    for (const job of jobs) {
      const refusal = this.#trySend([job]);
      if (refusal === undefined) sent++;
      else failUncloneable(job, refusal.cause);
    }
    return sent;
  }

  /** Notes that the worker has claimed all up to this number; answers those that are new. */
  claim(upTo: number): Job[] {
    const claimed: Job[] = [];
    const from = this.#channel.sharesMemory ? upTo : Math.max(this.#claimedTo + 1, this.#first);
    for (let seq = from; seq <= upTo; seq++) {
      this.#table.claim(seq);
      const job = this.get(seq);
      if (job !== undefined) claimed.push(job);
    }
    this.#claimedTo = upTo;
    return claimed;
  }

  /** Those up to this number: the worker has answered them, and the answer did not arrive. */
  answeredBefore(upTo: number): Job[] {
    const lost: Job[] = [];
    for (let seq = this.#first; seq <= upTo && seq < this.#next; seq++) {
      const job = this.get(seq);
      if (job !== undefined) lost.push(job);
    }
    return lost;
  }

  /** The jobs of the message that the worker could not read, which began after this number. */
  lostAfter(after: number): Job[] {
    // It may have brought the code of functions.
    this.#writer.forget();
    const jobs = this.all().filter(({ seq }) => seq > after);
    const first = jobs[0]?.seq ?? this.#next;
    const end = this.#ends.find((each) => each > first) ?? this.#next;
    return jobs.filter(({ seq }) => seq < end);
  }

  /** Has the worker asked for a job back, by the next `flushWithdrawals()` or at the end of this turn. */
  ask(job: Job): void {
    if (job.asked) return;
    job.asked = true;
    if (this.#asking.push(job.seq) === 1) queueMicrotask(() => this.flushWithdrawals());
  }

  flushWithdrawals(): void {
    if (this.#asking.length > 0) {
      this.#channel.post({ type: 'withdraw', seqs: this.#asking.splice(0) });
    }
  }

  #trySend(jobs: readonly Job[]): { cause: unknown } | undefined {
    const first = this.#next;
    for (const job of jobs) {
      job.seq = this.#next++;
      this.#table.offer(job.seq);
    }
    const transfer = jobs[0]?.transfer;
    const implies = this.#impliesClaim || transfer !== undefined;
    try {
      refuseUnmovable(transfer);
      this.#channel.post(this.#writer.write(jobs, implies ? first : -1), transfer);
    } catch (cause) {
      this.#next = first;
      this.#writer.forget();
      return { cause };
    }
    for (const job of jobs) this.#ring[job.seq % capacity] = job;
    if (implies) for (const job of this.claim(first)) job.begun();
    this.count += jobs.length;
    this.#noteEnd();
    return undefined;
  }

  /** A process that has nothing to do begins with what it is given: to have it say so would double the messages. */
  get #impliesClaim(): boolean {
    return !this.#channel.sharesMemory && this.count === 0;
  }

  /** Ends before the first job that is there are of messages that were read. */
  #noteEnd(): void {
    this.#ends.push(this.#next);
    while ((this.#ends[0] as number) <= this.#first) this.#ends.shift();
  }
}

function failUncloneable(job: Job, cause: unknown): void {
  const reason = reasonOf(job, cause);
  job.failHere(
    new TypeError(
      `The executor expected \`${job.name}\` to be given values that can be copied to a worker, but ${reason}. Pass plain data, and make the rest where it is used.`,
      { cause },
    ),
  );
}

function reasonOf({ args, code, transfer, shipped = [] }: Job, cause: unknown): string {
  if (cause instanceof UnsendableError) {
    const at = args.findIndex((arg) => whyUnsendable(arg) !== undefined);
    return `${at === -1 ? 'something in `transfer`' : `args[${at}]`} ${cause.message}`;
  }
  const found =
    code.chunked === true
      ? findUncloneable(args[0], 'inputs')
      : findUncloneable(args, 'args', transfer);
  const reason = unmovable(transfer) ?? found;
  if (reason !== undefined) return reason;
  for (let at = 0; at < shipped.length; at += 2) {
    const name = String(shipped[at]);
    const found = findUncloneable(shipped[at + 1], name);
    if (found !== undefined) return `${found} (ContextVar '${name}' travels along)`;
  }
  return textOf(cause);
}
