/**
 * The worker's side of a stream: takes items from what the function answered, and sends them, as long as the consumer
 * has room for more.
 *
 * States: running ⇄ paused (no room; nothing is asked of the function), and from both → stopped (nobody wants more: the
 * iterator is told to return, which runs its `finally`) → over; or running → over, when it ends or fails by itself.
 *
 * Items that come quickly travel together; one that took long to make does not wait for the next. The event loop of the
 * worker turns after every `slice`, also for a function that never awaits.
 */
import { describe } from '../core/text.ts';
import { reasonAgainst } from './cloneable.ts';
import { encodeThrown } from './error-codec.ts';
import type { FromWorker } from './protocol.ts';
import type { RunningJob } from './running-job.ts';
import { refuseUnmovable, type Transferable, transferListOf } from './transfer.ts';

/** The part of the worker's line to the pool that a stream needs. */
interface StreamWire {
  post(message: FromWorker, transfer?: readonly Transferable[]): void;
  later(fn: () => void): void;
  readonly slice: number;
}

type Step = IteratorResult<unknown, unknown>;
type Source = Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>;

/** No item waits longer than this for others, in ms. */
const flushEvery = 0.2;
/** An item that took so long, in ms, goes out alone. */
const slow = 0.02;
/** After so many quick items in a row, the next are taken to be quick too. */
const enough = 24;

export class RunningStream {
  readonly #job: RunningJob;
  readonly #seq: number;
  readonly #wire: StreamWire;
  /** How many items may be sent. */
  #room: number;
  #items: unknown[] = [];
  /** What moves along with items, by their place among `#items`. */
  #moving: Map<number, readonly Transferable[]> | undefined;
  /** How many items went out. */
  #sent = 0;
  #quickSteps = 0;
  #flushedAt = 0;
  #turnBegan = 0;
  #source: Source | undefined;
  #flushScheduled = false;
  /** Whether `next()` is being called: an ordinary generator cannot be told to return then. */
  #inNext = false;
  #stopped = false;
  /** Settles when the iterator has returned. */
  #returned: Promise<void> | undefined;
  #wake: (() => void) | undefined;

  constructor(job: RunningJob, seq: number, bufferSize: number, wire: StreamWire) {
    this.#job = job;
    this.#seq = seq;
    this.#room = bufferSize;
    this.#wire = wire;
  }

  /** Sends all items of `answer`; resolves with the return value of the iterator. */
  async run(answer: unknown): Promise<unknown> {
    const source = sourceOf(await answer, this.#job.name);
    this.#source = source;
    this.#flushedAt = this.#turnBegan = performance.now();
    let before = this.#flushedAt;
    for (;;) {
      if (this.#room === 0) await this.#pause();
      if (this.#isStopped()) return this.#leave(source);
      this.#job.begin();
      const step = await this.#step(source);
      if (step === undefined || this.#isStopped()) return this.#leave(source);
      if (step.done === true) {
        this.flush();
        return step.value;
      }
      this.#add(step.value);
      this.#room--;
      const now = performance.now();
      this.#quickSteps = now - before < slow ? this.#quickSteps + 1 : 0;
      if (this.#quickSteps < enough || now - this.#flushedAt >= flushEvery) this.flush();
      if (now - this.#turnBegan >= this.#wire.slice) await this.#turn();
      before = performance.now();
    }
  }

  /** The consumer has taken so many more items. */
  grant(count: number): void {
    this.#room += count;
    this.#wakeUp();
  }

  /** Nobody wants more. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    if (this.#source !== undefined && !this.#inNext) this.#beginReturn(this.#source);
    this.#wakeUp();
  }

  flush(): void {
    this.#flushedAt = performance.now();
    const items = this.#items;
    if (items.length === 0) return;
    const moving = this.#moving;
    this.#items = [];
    this.#moving = undefined;
    try {
      this.#post(items, moving && [...moving.values()].flat());
    } catch {
      this.#postEach(items, moving);
    }
  }

  #add(item: unknown): void {
    const moves = transferListOf(item);
    if (moves !== undefined)
      this.#moving = (this.#moving ?? new Map()).set(this.#items.length, moves);
    this.#items.push(item);
  }

  /** Tells how many items went out: some may have been lost on the way. */
  report(): void {
    this.flush();
    this.#post([]);
  }

  #post(items: readonly unknown[], transfer?: readonly Transferable[]): void {
    refuseUnmovable(transfer);
    const after = this.#sent;
    this.#wire.post({ type: 'items', seq: this.#seq, after, items, refused: undefined }, transfer);
    this.#sent += items.length;
  }

  /** One of them cannot be copied: those before it cross, and the stream fails in its place. */
  #postEach(
    items: readonly unknown[],
    moving: ReadonlyMap<number, readonly Transferable[]> | undefined,
  ): void {
    for (const [at, item] of items.entries()) {
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
    const error = new TypeError(
      `The worker expected \`${this.#job.name}\` to yield items that can be copied, but ${reason}. Yield plain data.`,
      { cause },
    );
    const refused = encodeThrown(error);
    this.#wire.post({ type: 'items', seq: this.#seq, after: this.#sent, items: [], refused });
    this.stop();
  }

  /** A spinning function is told to stop through shared memory, before the message comes. */
  #isStopped(): boolean {
    return this.#stopped || this.#job.isAborted;
  }

  /** Takes the next step; undefined when it failed because it was to stop. */
  async #step(source: Source): Promise<Step | undefined> {
    try {
      this.#inNext = true;
      let step = this.#job.run(() => source.next());
      this.#inNext = false;
      if (isThenable(step)) {
        this.#flushSoon();
        step = await step;
      }
      return isThenable(step.value) ? await this.#settle(step, source) : step;
    } catch (error) {
      this.#inNext = false;
      if (this.#isStopped() && isEcho(error, this.#job)) return undefined;
      this.flush();
      throw error;
    }
  }

  /** Does as `for await` with the promises of an ordinary iterator. */
  async #settle({ done = false, value }: Step, source: Source): Promise<Step> {
    this.#flushSoon();
    try {
      return { done, value: await value };
    } catch (error) {
      this.#beginReturn(source);
      await this.#returned?.catch(() => {});
      throw error;
    }
  }

  /** The function awaits something: what it has yielded must not wait for that. */
  #flushSoon(): void {
    if (this.#items.length === 0 || this.#flushScheduled) return;
    this.#flushScheduled = true;
    this.#wire.later(() => {
      this.#flushScheduled = false;
      this.flush();
    });
  }

  async #pause(): Promise<void> {
    this.flush();
    while (this.#room === 0 && !this.#isStopped()) await this.#woken();
    this.#turnBegan = performance.now();
  }

  async #turn(): Promise<void> {
    this.flush();
    await new Promise<void>((resolve) => this.#wire.later(resolve));
    this.#turnBegan = performance.now();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #wakeUp(): void {
    this.#wake?.();
    this.#wake = undefined;
  }

  async #leave(source: Source): Promise<undefined> {
    // Memory may tell before the message does, which has the signal abort. That comes first, and then the `finally`.
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
    // Who leaves hears of a failure there, but later.
    this.#returned.catch(() => {});
  }
}

/** Whether it only says that the job was asked to stop. */
function isEcho(error: unknown, job: RunningJob): boolean {
  if (!job.isAborted) return false;
  const { name } = (error ?? {}) as { name?: unknown };
  return error === job.signal.reason || name === 'AbortError' || name === 'CancelledError';
}

function sourceOf(answer: unknown, name: string): Source {
  if (typeof answer === 'object' && answer !== null) {
    const asynchronous = (answer as AsyncIterable<unknown>)[Symbol.asyncIterator];
    if (typeof asynchronous === 'function') return asynchronous.call(answer);
    const synchronous = (answer as Iterable<unknown>)[Symbol.iterator];
    if (typeof synchronous === 'function') return synchronous.call(answer);
  }
  throw new TypeError(
    `stream() expected a generator function, or one that answers something to iterate, but \`${name}\` answered ${describe(answer)}. For one result use \`submit(fn, …)\`.`,
  );
}

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
