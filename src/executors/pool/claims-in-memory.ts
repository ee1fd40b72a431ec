import { Claims, type TakenBack } from './claims.ts';

/** Claims of a worker that shares memory with the pool, as a thread does. See the table in `claims.ts`. */
export class ClaimsInMemory extends Claims {
  readonly shared: Int32Array = this.table.words;

  takeBack(seq: number): TakenBack {
    return this.table.takeBack(seq) ? 'taken back' : 'claimed';
  }

  isTakenOver(seq: number): boolean {
    return this.table.isTakenOver(seq);
  }

  areImplied(): boolean {
    return false;
  }

  /** A thread only tells of jobs that the pool wants to know of, each by itself. */
  told(upTo: number): number {
    return upTo;
  }

  requestAbort(seq: number): void {
    this.table.requestAbort(seq);
  }

  /** What waits can be taken back at any time. */
  mayWaitBehind(): boolean {
    return true;
  }

  note(): void {}
}
