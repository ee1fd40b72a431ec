/**
 * The worker's side of a stream: takes items from the iterator that the function returned, and sends them as long as the
 * consumer has room for more.
 *
 * States:
 * - running ⇄ paused: the consumer has no room, so `next()` is not called.
 * - running, paused → stopped: the consumer wants no more items. The iterator's `return()` is called, which runs `finally`.
 * - stopped → over: the iterator has returned.
 * - running → over: the iterator has ended or failed by itself.
 *
 * Items that are made quickly are sent together. An item that took long to make does not wait for the next one. The event loop
 * of the worker turns after every `slice`, also for a function that never awaits.
 */
import { isPromiseLike } from '../../core/coroutine.ts';
import { describe } from '../../core/text.ts';
import { reasonAgainst } from '../crossing/cloneable.ts';
import { encodeThrown } from '../crossing/error-codec.ts';
import { append, apply, KeptMap, kept, now } from '../crossing/intrinsics.ts';
import type { LineToPool } from '../crossing/line.ts';
import { QuickCalls } from '../crossing/quick-calls.ts';
import { refuseUnmovable, type Transferable, transferListOf } from '../crossing/transfer.ts';
import { allOf } from './outbox.ts';
import type { RunningJob } from './running-job.ts';

/** The part of the worker's end of the line that a stream needs. */
type StreamLine = Pick<LineToPool, 'post' | 'later' | 'slice'>;

/** What `next()` returned. Each of its properties was read once, as it may be a getter. */
interface Step {
  readonly done: boolean;
  readonly value: unknown;
}
type Source = Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>;

/** The longest time that an item waits for others. */
const flushEveryMs = 0.2;
/** An item that took longer to make than this is sent at once. */
const slowItemMs = 0.02;
/** After this number of quick items in a row, the next items are expected to be quick too, and are sent together. */
const enoughQuickItems = 24;

export class RunningStream {
  readonly #job: RunningJob;
  readonly #seq: number;
  readonly #line: StreamLine;
  /** The number of items that may still be sent. */
  #room: number;
  #items: unknown[] = [];
  /** The transferred values of items, by the place of the item in `#items`. */
  #moving: Map<number, readonly Transferable[]> | undefined;
  /** The number of items that were sent. */
  #sent = 0;
  readonly #quickItems = new QuickCalls(slowItemMs, enoughQuickItems);
  #flushedAt = 0;
  #turnBegan = 0;
  #source: Source | undefined;
  #flushScheduled = false;
  /** True while `next()` runs: a generator cannot be told to return then. */
  #inNext = false;
  #stopped = false;
  /** Settles when the iterator has returned. */
  #returned: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(job: RunningJob, seq: number, bufferSize: number, line: StreamLine) {
    this.#job = job;
    this.#seq = seq;
    this.#room = bufferSize;
    this.#line = line;
  }

  /** Sends all items of `returned`, the result of the function; resolves with the return value of the iterator. */
  async run(returned: unknown): Promise<unknown> {
    const source = sourceOf(await returned, this.#job.name);
    this.#source = source;
    this.#flushedAt = this.#turnBegan = now();
    let before = this.#flushedAt;
    for (;;) {
      if (this.#room === 0) await this.#pause();
      if (this.#isStopped()) return this.#leave(source);
      this.#job.begin();
      const step = await this.#step(source);
      if (step === undefined || this.#isStopped()) return this.#leave(source);
      const { done, value } = step;
      if (done) {
        this.flush();
        return value;
      }
      this.#add(value);
      this.#room--;
      const made = now();
      this.#quickItems.note(made - before);
      if (!this.#quickItems.areExpected || made - this.#flushedAt >= flushEveryMs) this.flush();
      if (made - this.#turnBegan >= this.#line.slice) await this.#turn();
      before = now();
    }
  }

  /** The consumer has taken `count` more items. */
  grant(count: number): void {
    this.#room += count;
    this.#wakeUp();
  }

  /** The consumer wants no more items. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#source !== undefined && !this.#inNext) this.#beginReturn(this.#source);
    this.#wakeUp();
  }

  flush(): void {
    this.#flushedAt = now();
    const items = this.#items;
    if (items.length === 0) return;
    const moving = this.#moving;
    this.#items = [];
    this.#moving = undefined;
    try {
      this.#post(items, moving && allOf(moving));
    } catch {
      this.#postEach(items, moving);
    }
  }

  #add(item: unknown): void {
    const moves = transferListOf(item);
    if (moves !== undefined)
      this.#moving = (this.#moving ?? new KeptMap()).set(this.#items.length, moves);
    append(this.#items, item);
  }

  /** Tells the pool how many items were sent: some may have been lost on the way. */
  report(): void {
    this.flush();
    this.#post([]);
  }

  #post(items: readonly unknown[], transfer?: readonly Transferable[]): void {
    refuseUnmovable(transfer);
    const after = this.#sent;
    this.#line.post({ type: 'items', seq: this.#seq, after, items, refused: undefined }, transfer);
    this.#sent += items.length;
  }

  /** Sends the items one by one, as one cannot be copied. The items before it are sent; the stream fails in its place. */
  #postEach(
    items: readonly unknown[],
    moving: ReadonlyMap<number, readonly Transferable[]> | undefined,
  ): void {
    for (let at = 0; at < items.length; at++) {
      const item = items[at];
      const transfer = moving?.get(at);
      try {
        this.#post([item], transfer);
      } catch (cause) {
        this.#refuse(reasonAgainst(item, `items[${this.#sent}]`, cause, transfer), cause);
        return;
      }
    }
  }

  #refuse(reason: string, cause: unknown): void {
    const error = new kept.TypeError(
      `The worker expected \`${this.#job.name}\` to yield items that can be copied, but ${reason}. Yield plain data.`,
      { cause },
    );
    const refused = encodeThrown(error);
    this.#line.post({ type: 'items', seq: this.#seq, after: this.#sent, items: [], refused });
    this.stop();
  }

  /** True once the job is to stop. Shared memory says so before the message arrives, even while the function computes. */
  #isStopped(): boolean {
    return this.#stopped || this.#job.isAborted;
  }

  /** Takes the next item; returns undefined if that failed because the job was asked to stop. */
  async #step(source: Source): Promise<Step | undefined> {
    try {
      this.#inNext = true;
      let next = this.#job.run(() => source.next());
      this.#inNext = false;
      if (isPromiseLike(next)) {
        this.#flushSoon();
        next = await next;
      }
      const step = stepOf(next, this.#job.name);
      return isPromiseLike(step.value) ? await this.#settle(step, source) : step;
    } catch (error) {
      this.#inNext = false;
      if (this.#isStopped() && isEcho(error, this.#job)) return undefined;
      this.flush();
      throw error;
    }
  }

  /** Awaits a promise that a synchronous iterator yielded, as `for await` does. */
  async #settle({ done, value }: Step, source: Source): Promise<Step> {
    this.#flushSoon();
    try {
      return { done, value: await value };
    } catch (error) {
      this.#beginReturn(source);
      await quietly(this.#returned);
      throw error;
    }
  }

  /** Sends the items that were made so far: the function now awaits something, and they must not wait for it. */
  #flushSoon(): void {
    if (this.#items.length === 0 || this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#line.later(() => {
      this.#flushScheduled = false;
      this.flush();
    });
  }

  async #pause(): Promise<void> {
    this.flush();
    while (this.#room === 0 && !this.#isStopped()) await this.#woken();
    this.#turnBegan = now();
  }

  async #turn(): Promise<void> {
    this.flush();
    await new kept.Promise<void>((resolve) => this.#line.later(resolve));
    this.#turnBegan = now();
  }

  #woken(): Promise<void> {
    return new kept.Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  async #leave(source: Source): Promise<undefined> {
    // Shared memory may say it before the message that aborts the signal. The signal aborts first, then `finally` runs.
    while (!this.#stopped) await this.#woken();
    this.#beginReturn(source);
    try {
      await this.#returned;
    } catch (error) {
      if (!isEcho(error, this.#job)) throw error;
    }
  }

  #beginReturn(source: Source): void {
    if (this.#returned !== undefined) return;
    const leave = async (): Promise<void> => {
      this.#job.begin();
      await this.#job.run(() => source.return?.());
    };
    this.#returned = leave();
    // `#leave()` handles the failure, but later.
    void quietly(this.#returned);
  }
}

/** Waits for the promise, and lets it fail. */
async function quietly(promise: Promise<unknown> | undefined): Promise<void> {
  try {
    await promise;
  } catch {
    // The failure is handled elsewhere.
  }
}

/** True if the error only says that the job was asked to stop. */
function isEcho(error: unknown, job: RunningJob): boolean {
  if (!job.isAborted) return false;
  const { name } = (error ?? {}) as { name?: unknown };
  return error === job.signal.reason || name === 'AbortError' || name === 'CancelledError';
}

function sourceOf(returned: unknown, name: string): Source {
  if (typeof returned === 'object' && returned !== null) {
    const asynchronous = (returned as AsyncIterable<unknown>)[kept.Symbol.asyncIterator];
    const begin =
      typeof asynchronous === 'function'
        ? asynchronous
        : (returned as Iterable<unknown>)[kept.Symbol.iterator];
    if (typeof begin === 'function') {
      const source: Partial<Source> | undefined | null = apply(begin, returned, []);
      if (typeof source?.next === 'function') return source as Source;
      throw new kept.TypeError(
        `\`stream()\` expected an iterator of what \`${name}\` returned, but got ${describe(source)}. Return what has a \`next()\`.`,
      );
    }
  }
  throw new kept.TypeError(
    `\`stream()\` expected a generator function, or one that returns something to iterate, but \`${name}\` returned ${describe(returned)}. For one result use \`submit(fn, …)\`.`,
  );
}

/**
 * Reads a step as a `for` loop does: any `done` that counts as true is the end.
 *
 * @throws TypeError for a step that is no object: else an iterator whose `next()` is wrong would have no end.
 */
function stepOf(next: unknown, name: string): Step {
  if (typeof next === 'object' ? next === null : typeof next !== 'function') {
    throw new kept.TypeError(
      `\`stream()\` expected \`next()\` of what \`${name}\` returned to return an object, but got ${describe(next)}. Return \`{ done, value }\`.`,
    );
  }
  const { done, value } = next as Partial<Step>;
  return { done: !!done, value };
}
