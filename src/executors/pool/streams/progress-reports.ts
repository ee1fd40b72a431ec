import { copyContext } from '../../../core/context.ts';
import { PENDING } from '../../../core/future-state.ts';
import { Handle } from '../../../core/handle.ts';
import type { Runnable } from '../../../core/ready-queue.ts';
import type { PoolFuture } from '../job/pool-future.ts';

/**
 * The reports of one job on their way to `onProgress`. It is called on the loop, in the context of the submission, in the
 * order of the reports, and before the outcome, which waits for that. Once the future is done, by `cancel()` or a timeout,
 * further reports are dropped.
 */
export class ProgressReports implements Runnable {
  readonly #future: PoolFuture<unknown>;
  readonly #callback: (value: unknown) => unknown;
  readonly #handle: Handle;
  #values: unknown[] = [];
  #scheduled = false;
  /** Settles the future with the outcome that waits. */
  #settle: (() => void) | undefined;

  constructor(future: PoolFuture<unknown>, callback: (value: unknown) => unknown) {
    this.#future = future;
    this.#callback = callback;
    // Made at once, as it keeps the context of the submission, also the host's.
    this.#handle = new Handle(() => this.#deliver(), [], future._loop, copyContext());
  }

  hear(value: unknown): void {
    if (this.#future._state !== PENDING) return;
    this.#values.push(value);
    this.#schedule();
  }

  /** Calls `settle` once `onProgress` was called with all reports that have come. */
  before(settle: () => void): void {
    this.#settle = settle;
    if (!this.#scheduled) this.#end();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#future._loop._enqueue(this);
  }

  /** @internal */
  _run(): void {
    this.#scheduled = false;
    this.#handle._run();
    if (!this.#scheduled) this.#end();
  }

  /** @internal The loop was closed: it calls no `onProgress` any more. */
  _runOrphaned(): void {
    this.#scheduled = false;
    this.#values = [];
    this.#end();
  }

  #deliver(): void {
    const values = this.#values;
    this.#values = [];
    for (const value of values) {
      if (this.#future._state !== PENDING) return;
      try {
        this.#callback(value);
      } catch (exception) {
        this.#future._loop._report({
          message: `The \`onProgress\` of ${this.#future._shortText()} failed`,
          exception,
        });
      }
    }
  }

  #end(): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.();
  }
}
