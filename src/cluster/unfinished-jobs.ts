import type { Future } from '../core/future.ts';
import { RoomWaiters } from '../executors/pool/room.ts';
import { closedError } from '../executors/pool/submission.ts';
import type { ClusterJob } from './cluster-job.ts';
import { Table } from './table.ts';

const none: readonly ClusterJob[] = [];

/** The jobs of an executor that are not over. Several calls may wait for one named job, so a key may stand for several. */
export class UnfinishedJobs {
  readonly #jobs = new Table<readonly ClusterJob[]>();
  readonly #rooms = new RoomWaiters(() => this.freePlaces);
  readonly #maxQueue: number;
  /** Called when the last job is over. */
  readonly #onEmpty: () => void;
  #count = 0;
  #queued = 0;

  constructor(maxQueue: number, onEmpty: () => void) {
    this.#maxQueue = maxQueue;
    this.#onEmpty = onEmpty;
  }

  get count(): number {
    return this.#count;
  }

  /** The jobs that have not begun, as far as the executor knows. */
  get queued(): number {
    return this.#queued;
  }

  get freePlaces(): number {
    return this.#maxQueue - this.#queued;
  }

  add(job: ClusterJob): void {
    this.#jobs.set(job.key, [...this.of(job.key), job]);
    this.#count++;
    this.#queued++;
  }

  /** Returns the jobs of this key. The list stays as it is. */
  of(key: string): readonly ClusterJob[] {
    return this.#jobs.get(key) ?? none;
  }

  all(): readonly ClusterJob[] {
    return this.#jobs.values().flat();
  }

  /** The keys of the jobs that the engine has confirmed. */
  confirmedKeys(): readonly string[] {
    return this.#jobs.names().filter((key) => this.of(key).some((job) => job.isAdded));
  }

  /** The job has begun. */
  begun(job: ClusterJob, server?: string): void {
    job.server = server ?? job.server;
    if (job.state !== 'queued') return;
    job.state = 'given';
    this.#oneLessQueued();
  }

  /** The job is over. Returns false if it was not among these. */
  delete(job: ClusterJob): boolean {
    const same = this.of(job.key);
    if (!same.includes(job)) return false;
    if (same.length === 1) this.#jobs.delete(job.key);
    else
      this.#jobs.set(
        job.key,
        same.filter((other) => other !== job),
      );
    this.#count--;
    if (job.state === 'queued') this.#oneLessQueued();
    if (this.#count === 0) this.#onEmpty();
    return true;
  }

  #oneLessQueued(): void {
    this.#queued--;
    if (this.#rooms.length > 0) this.#rooms.wake();
  }

  /** See `PoolExecutor.room()`. */
  room(): Future<void> {
    return this.#rooms.wait();
  }

  /** The executor takes no more jobs. */
  failRooms(error: () => Error = () => closedError('room', 'ClusterExecutor')): void {
    this.#rooms.fail(error);
  }
}
