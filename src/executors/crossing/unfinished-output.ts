/**
 * What was written to a stream of this thread or process and has not arrived at its other end.
 *
 * The output of a thread may go to the program by messages of Node's own, and that of a process into a pipe that may be full.
 * A process that ends then loses what is under way.
 *
 * States of a stream: arrived ⇄ under way, and under way → stuck, when nothing of it arrives for `stuckMs` (nothing reads the
 * other end). Nothing waits for a stream that is stuck. It leaves that state when something of it has arrived.
 */
import { HostDelay } from '../../core/host-delay.ts';
import { apply, getPrototypeOf } from './intrinsics.ts';
import type { NodeStream } from './node.ts';

const stuckMs = 10_000;

export class UnfinishedOutput {
  readonly #stream: NodeStream;
  /** Kept here, as a job may replace the method of the stream. */
  readonly #write: NodeStream['write'];
  #stuckAt: number | undefined;

  constructor(stream: NodeStream) {
    this.#stream = stream;
    this.#write = (getPrototypeOf(stream) as NodeStream).write;
  }

  /** How many bytes are under way: 0 if nothing waits for them. */
  get underWay(): number {
    const { writableLength = 0, destroyed } = this.#stream;
    if (destroyed === true || writableLength === 0) {
      this.#stuckAt = undefined;
      return 0;
    }
    if (this.#stuckAt !== undefined && writableLength < this.#stuckAt) this.#stuckAt = undefined;
    return this.#stuckAt === undefined ? writableLength : 0;
  }

  /** Calls back once what was written so far has arrived, or is stuck. */
  after(then: () => void): void {
    let before = this.underWay;
    if (before === 0) {
      then();
      return;
    }
    let isOver = false;
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      timer.clear();
      then();
    };
    const look = (): void => {
      const now = this.underWay;
      if (now < before) {
        before = now;
        timer = new HostDelay(look, stuckMs);
        return;
      }
      this.#stuckAt = now;
      end();
    };
    let timer = new HostDelay(look, stuckMs);
    apply(this.#write, this.#stream, ['', end]);
  }
}
