/**
 * Claims, as the pool sees them. A job that a worker was given is *claimed* once it can no longer be taken back: it runs, or
 * is about to. Who claims it, and how the pool learns of that, depends on the worker:
 *
 * | worker                   | who claims the job                         | how the pool learns of it                     | how the pool takes a job back before that |
 * |--------------------------|--------------------------------------------|-----------------------------------------------|--------------------------------------|
 * | thread, inline           | the worker, right before it runs the job   | looks into the table that both share          | changes the table, at once           |
 * | process that is idle     | the pool, when it sends the job            | at once                                       | cannot: the process begins at once   |
 * | process that is busy     | the worker, up to 64 quick jobs at a time  | from `claimed` in the worker's next message   | asks by a message, `withdraw`        |
 * | any, job with `transfer` | the pool, when it sends the job            | at once                                       | cannot: the memory has moved         |
 *
 * When a process dies, its last message may never have arrived. The pool then reads from the shared file which job the
 * process may have begun last (`WorkerEnd.lastBegunSeq`).
 *
 * `ClaimsInMemory` is the first row, `ClaimsByMessage` the second and third. The fourth is the same for both.
 */
import { ClaimTable } from '../crossing/claim-table.ts';
import type { Code } from '../crossing/protocol.ts';

/** What became of the wish to take a job back: it is taken back; the worker has yet to answer; or the job is claimed. */
export type TakenBack = 'taken back' | 'asked' | 'claimed';

/** The claims of one worker. Jobs are known by their numbers, which count up. */
export abstract class Claims {
  protected readonly table: ClaimTable = new ClaimTable();
  /** The table that the worker is to share; undefined where claims are told by message. */
  abstract readonly shared: Int32Array | undefined;

  /** A job gets this number, and is not claimed. */
  offer(seq: number): void {
    this.table.offer(seq);
  }

  /** The pool claims a job for the worker. */
  claim(seq: number): void {
    this.table.claim(seq);
  }

  isWaiting(seq: number): boolean {
    return this.table.isWaiting(seq);
  }

  isClaimed(seq: number): boolean {
    return this.table.isClaimed(seq);
  }

  abstract takeBack(seq: number): TakenBack;

  /** True if a job that is sent now is claimed by that: the worker has nothing to do, and does not tell that it begins. */
  abstract areImplied(isIdle: boolean): boolean;

  /**
   * The worker has said that it claimed a job.
   *
   * @param upTo - The number of that job.
   * @param first - No job before this number is left.
   * @returns the first number of the jobs that are newly claimed; the last is `upTo`.
   */
  abstract told(upTo: number, first: number): number;

  /** True if the worker has begun this job, which the pool had claimed for it, or if that is not known. */
  abstract isTakenOver(seq: number): boolean;

  /** Has the job see that it is to stop, where it can see that before a message arrives. */
  abstract requestAbort(seq: number): void;

  /** True if a job may be sent that has to wait in the worker for `before`. */
  abstract mayWaitBehind(before: Code | undefined, code: Code): boolean;

  /** A job with this function took `ms`. */
  abstract note(code: Code, ms: number): void;
}
