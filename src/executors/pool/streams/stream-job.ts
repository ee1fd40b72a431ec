/**
 * A job that sends many items, one after the other: the pool's side of a stream.
 *
 * States, and what changes them:
 *
 * - working: the worker may send items.
 * - working → paused: the worker has sent all items that it was granted. Only the consumer can have it go on now, so the
 *   stream neither keeps the program alive nor counts as an outside event that may happen. paused → working: `#grant()`.
 * - any → ended: the future of the job is done. Items that arrived before can still be taken.
 * - any → over: the consumer was told the end, or has left the stream.
 */
import { Future } from '../../../core/future.ts';
import { CANCELLED, PENDING } from '../../../core/future-state.ts';
import { LinkedList } from '../../../core/linked-list.ts';
import { OutsideWork } from '../../../core/outside-work.ts';
import type { Runnable } from '../../../core/ready-queue.ts';
import { hold } from '../../../core/unretrieved.ts';
import type { AbortReason, ItemsOfStream } from '../../crossing/protocol.ts';
import { Job, type JobOutcome } from '../job/job.ts';
import type { StreamStep } from './pool-stream.ts';

/** The worker that runs a stream. */
export interface StreamWorker {
  readonly place: string;
  /** The worker may send `count` more items. */
  grant(job: StreamJob, count: number): void;
  /** No items come until more are granted. */
  pause(): void;
}

/** An empty step: a loop that runs it looks again whether it still has something to wait for. */
const nothing: Runnable = { _run() {} };

export class StreamJob extends Job {
  readonly #bufferSize: number = this.code.bufferSize as number;
  /** Items that arrived. The consumer has taken those before `#at`. */
  #items: unknown[] = [];
  #at = 0;
  #received = 0;
  #granted = this.#bufferSize;
  /** How many items were taken, and not granted again yet. */
  #owed = 0;
  #over = false;
  #refused = false;
  #isForgotten = false;
  #worker: StreamWorker | undefined;
  readonly #end: Runnable = { _run: () => this.#ended(), _runOrphaned: () => this.#ended() };
  readonly #asking = new LinkedList<StreamStep<unknown, unknown>>();
  /** Steps that are settled when no worker has the stream any more. */
  readonly #leaving: { step: StreamStep<unknown, unknown>; outside: OutsideWork }[] = [];
  /** What the function threw after it was told to stop. */
  #failedLate: { readonly error: unknown } | undefined;

  /** Gives the next item to `step`, once it is there. */
  next(step: StreamStep<unknown, unknown>): void {
    this.#asking.push(step);
    this.#answer();
  }

  /** The consumer wants no more items. Settles `step` when no worker has the stream any more. */
  leave(reason: unknown, step?: StreamStep<unknown, unknown>): void {
    this.#over = true;
    this.#items = [];
    this.future.cancel(reason);
    this.#answer();
    if (step === undefined) return;
    if (this.state === 'over') {
      step._left(this.#failedLate);
    } else {
      this.#leaving.push({ step, outside: new OutsideWork(this.future._loop) });
    }
  }

  /** Its stream was garbage-collected. No step can hear how the function ends. */
  forget(): void {
    this.#isForgotten = true;
    this.leave('its stream was forgotten');
  }

  /** True if the worker may send so many items after `after` others: it was granted them. */
  mayHear(after: number, count: number): boolean {
    return this.isDone || after + count <= this.#granted;
  }

  /** The worker has sent items, or cannot send the next one. */
  hear({ after, items, refused }: ItemsOfStream, worker: StreamWorker): void {
    this.#hearItems(after, items, worker);
    if (refused !== undefined && !this.isDone) {
      this.#failRunning(this.errorOf(refused, worker.place));
    }
  }

  #hearItems(after: number, items: readonly unknown[], worker: StreamWorker): void {
    if (this.isDone) return;
    if (after !== this.#received) {
      this.#failRunning(
        this.withPlace(
          new Error(
            `An item of \`${this.name}\` was copied, but could not be put together again: it did not arrive.`,
          ),
        ),
      );
      return;
    }
    this.#worker = worker;
    this.#received += items.length;
    for (const item of items) this.#items.push(item);
    this.#answer();
    if (this.#received === this.#granted) this.#pause(worker);
  }

  override abortReason(): AbortReason {
    if (!this.#refused) return super.abortReason();
    return { timeout: false, text: 'one of its items could not be copied' };
  }

  override settled(): void {
    super.settled();
    if (this.future._state === CANCELLED) this.#items = [];
    // Deferred, as the loop notes a failed future only after this, and a read of it must come later.
    this.future._loop._enqueue(this.#end);
  }

  override end(outcome?: JobOutcome): void {
    super.end(outcome);
    for (const { step, outside } of this.#leaving.splice(0)) {
      outside.close();
      step._left(this.#failedLate);
    }
  }

  #ended(): void {
    // A failure is thrown after the items that came before it, which the consumer takes in its own time.
    if (!this.#over) hold(this.future);
    this.#answer();
  }

  protected override failedLate(error: unknown): void {
    this.#failedLate = { error };
    if (!this.#isForgotten) return;
    const message = `\`${this.name}\` failed after its stream was forgotten`;
    this.future._loop._report({ message, exception: error, future: this.future });
  }

  /** Fails the stream while the worker still runs it. The worker is asked to stop it. */
  #failRunning(error: unknown): void {
    this.#refused = true;
    this.settleWith(error);
  }

  #answer(): void {
    while (this.#asking.size > 0) {
      const left = this.#items.length - this.#at;
      if (left === 0 && !this.#over && !this.isDone) return;
      const step = this.#asking.shift() as StreamStep<unknown, unknown>;
      if (step._state !== PENDING) continue;
      if (left > 0) step._finish({ done: false, value: this.#take() });
      else if (this.#over) step._finish({ done: true, value: undefined });
      else this.#tellEnd(step);
    }
  }

  #tellEnd(step: StreamStep<unknown, unknown>): void {
    this.#over = true;
    const { future } = this;
    if (future._state === CANCELLED) {
      Future.prototype.cancel.call(step, future._cancelReason);
      return;
    }
    try {
      step._finish({ done: true, value: future.result() });
    } catch (error) {
      step._fail(error);
    }
  }

  #take(): unknown {
    const item = this.#items[this.#at];
    this.#items[this.#at++] = undefined;
    if (this.#at === this.#items.length) {
      this.#items = [];
      this.#at = 0;
    }
    this.#owed++;
    if (this.#owed * 2 >= this.#bufferSize) this.#grant();
    return item;
  }

  #grant(): void {
    const worker = this.#worker;
    if (worker === undefined || this.isDone) return;
    const count = this.#owed;
    this.#owed = 0;
    this.#granted += count;
    this.future._outside.open();
    worker.grant(this, count);
  }

  #pause(worker: StreamWorker): void {
    const loop = this.future._loop;
    this.future._outside.close();
    loop._enqueue(nothing);
    worker.pause();
  }
}
