import type { Code } from '../crossing/protocol.ts';
import { Claims, type TakenBack } from './claims.ts';
import { isQuick, noteDuration } from './quick-functions.ts';

/**
 * Claims of a worker that shares no memory with the pool, as a process does. The table here is the pool's own: the worker has
 * another, and the two agree by messages. See the table in `claims.ts`.
 */
export class ClaimsByMessage extends Claims {
  readonly shared = undefined;
  /** All jobs up to this number are claimed. */
  #toldTo = -1;

  takeBack(seq: number): TakenBack {
    return this.isWaiting(seq) ? 'asked' : 'claimed';
  }

  isTakenOver(): boolean {
    return true;
  }

  /** To have it say that it begins would double the messages. */
  areImplied(isIdle: boolean): boolean {
    return isIdle;
  }

  told(upTo: number, first: number): number {
    const from = Math.max(this.#toldTo + 1, first);
    this.#toldTo = upTo;
    return from;
  }

  /** The line to a process writes that into a file which the process reads. */
  requestAbort(): void {}

  /** A process cannot give a job back while it computes. */
  mayWaitBehind(before: Code | undefined, code: Code): boolean {
    return before === undefined || (isQuick(before) && isQuick(code));
  }

  note(code: Code, ms: number): void {
    noteDuration(code, ms);
  }
}
