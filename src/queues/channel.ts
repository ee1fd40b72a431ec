/// <reference lib="esnext.disposable" preserve="true" />
import { checkOptions, refuseMaking } from '../core/checks.ts';
import type { AwaitableCoroutine } from '../core/coroutine.ts';
import { unexpected } from '../core/expected.ts';
import { handOut } from '../core/library-coroutine.ts';
import { printsItself } from '../core/prints-itself.ts';
import { nameText } from '../core/task-text.ts';
import { ChannelClosed } from '../errors.ts';
import type { NameOptions } from '../sync/named.ts';
import { Receiving, Sending, Stepping } from './channel-calls.ts';
import { ChannelState, type ChannelStatistics } from './channel-state.ts';

export type { ChannelStatistics };

/** The two ends of a channel. */
export interface Channel<T> {
  /** The end that items are sent into. */
  readonly sender: Sender<T>;
  /** The end that items come out of. */
  readonly receiver: Receiver<T>;
}

/**
 * The end of a channel into which items go. It is open until it is closed.
 *
 * Several tasks may use one sender. If each is to close its own, give each a clone: receivers hear of the end when all are closed.
 */
export class Sender<T> implements Disposable {
  static {
    printsItself(this.prototype);
  }

  readonly #channel: ChannelState<T>;
  #closed = false;

  /** @internal */
  constructor(channel: ChannelState<T>) {
    if (!(channel instanceof ChannelState)) refuseMaking('Sender', 'channel', channel);
    this.#channel = channel;
    channel.openSender();
  }

  /** True once this end was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends an item, once there is room; with capacity 0, once a task takes it. If it is cancelled while it waits, the item was not
   * sent, unless `receiveNowait()` took it in the same moment.
   *
   * @throws ChannelClosed when this end is closed, now or while waiting; ChannelBroken when all receivers are.
   */
  send(item: T): AwaitableCoroutine<void> {
    return handOut(new Sending(this.#channel, this, item));
  }

  /**
   * Sends an item.
   *
   * @throws ChannelFull when there is no room, or, with capacity 0, when no task waits for it; as `send()`.
   */
  sendNowait(item: T): void {
    this.#channel.sendNowait(this, item);
  }

  /**
   * Makes another sender of the channel, which is closed on its own.
   *
   * @throws ChannelClosed when this one is closed.
   */
  clone(): Sender<T> {
    if (this.#closed) throw new ChannelClosed();
    return new Sender(this.#channel);
  }

  /**
   * Closes this end. Tasks that wait at it get a ChannelClosed, and their items are not sent. When all senders are closed, items that
   * were sent can still be received, and then receivers come to the end. A second call does nothing.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channel.closeSender(this);
  }

  /** Closes this end when a block with `using` or `await using` is left. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Returns what the channel is doing now. */
  statistics(): ChannelStatistics {
    return this.#channel.statistics();
  }

  toString(): string {
    return `<Sender ${this.#closed ? 'closed, ' : ''}of ${this.#channel}>`;
  }
}

/**
 * The end of a channel out of which items come, to one receiver each. It is open until it is closed.
 *
 * In async functions: `for await (const item of receiver)`. In coroutines: `yield* receiver.next()`, until `done` is true. A loop that
 * is left does not close the receiver.
 */
export class Receiver<T> implements AsyncIterableIterator<T, undefined>, Disposable {
  static {
    printsItself(this.prototype);
  }

  readonly #channel: ChannelState<T>;
  #closed = false;

  /** @internal */
  constructor(channel: ChannelState<T>) {
    if (!(channel instanceof ChannelState)) refuseMaking('Receiver', 'channel', channel);
    this.#channel = channel;
    channel.openReceiver();
  }

  /** True once this end was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Takes the next item, once there is one. Tasks get items in the order in which they came. If it is cancelled, the item is for the
   * next that waits.
   *
   * @throws EndOfChannel when all senders are closed and no item is left, now or while waiting; ChannelClosed when this end is closed.
   */
  receive(): AwaitableCoroutine<T> {
    return handOut(new Receiving(this.#channel, this));
  }

  /**
   * Takes the next item; with capacity 0, that of a task which waits in `send()`. If that task is cancelled before it runs again, its
   * `send()` throws although the item was received: use `receive()` where this matters.
   *
   * @throws ChannelEmpty when there is none; EndOfChannel when there will never be one; ChannelClosed when this end is closed.
   */
  receiveNowait(): T {
    return this.#channel.receiveNowait(this);
  }

  /**
   * Takes the next item, as `receive()` does, and tells of the end by `done`.
   *
   * @returns `{ done: false, value }`, or `{ done: true, value: undefined }` when all senders are closed and no item is left.
   * @throws ChannelClosed when this end is closed.
   *
   * @example
   * ```ts
   * import { channel, run } from 'skein';
   *
   * await run(function* () {
   *   const { sender, receiver } = channel<number>(2);
   *   yield* sender.send(1);
   *   yield* sender.send(2);
   *   sender.close();
   *   let sum = 0;
   *   for (let step = yield* receiver.next(); !step.done; step = yield* receiver.next()) {
   *     sum += step.value;
   *   }
   *   return sum;
   * }); // => 3
   * ```
   */
  next(): AwaitableCoroutine<IteratorResult<T, undefined>> {
    return handOut(new Stepping(this.#channel, this));
  }

  /** For `for await`: the receiver itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Makes another receiver of the channel, which is closed on its own. Each item still goes to one receiver.
   *
   * @throws ChannelClosed when this one is closed.
   */
  clone(): Receiver<T> {
    if (this.#closed) throw new ChannelClosed();
    return new Receiver(this.#channel);
  }

  /**
   * Closes this end. Tasks that wait at it get a ChannelClosed. When all receivers are closed, senders get a ChannelBroken, and items
   * that were not received are dropped. A second call does nothing.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channel.closeReceiver(this);
  }

  /** Closes this end when a block with `using` or `await using` is left. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Returns what the channel is doing now. */
  statistics(): ChannelStatistics {
    return this.#channel.statistics();
  }

  toString(): string {
    return `<Receiver ${this.#closed ? 'closed, ' : ''}of ${this.#channel}>`;
  }
}

/**
 * Makes a channel: tasks send items at one end, and other tasks receive them at the other one, first in first out. Each item is
 * received once.
 *
 * Either end can be cloned and closed. When all senders are closed, the receivers come to the end of the channel, after all items; when
 * all receivers are closed, senders hear of it. So each side learns that the other one is gone, which a {@link Queue} does not tell.
 *
 * @param capacity - How many items it holds before `send()` waits: a whole number, or `Infinity`. With 0, the default, `send()` waits
 *   until a task receives: both meet.
 * @param options - `name`: shown in text forms, call graphs and `statistics()`.
 * @returns Its two ends, `sender` and `receiver`.
 * @throws TypeError when `capacity` is not a number, an option is not known, or the name has no text form; RangeError when `capacity` is
 *   not a whole number of at least 0.
 *
 * @example
 * ```ts
 * import { channel, createTask, run } from 'skein';
 *
 * await run(async () => {
 *   const { sender, receiver } = channel<number>(2);
 *   createTask(async () => {
 *     for (const n of [1, 2, 3]) await sender.send(n);
 *     sender.close();
 *   });
 *   const seen: number[] = [];
 *   for await (const n of receiver) seen.push(n);
 *   return seen;
 * }); // => [1, 2, 3]
 * ```
 *
 * As Trio's `open_memory_channel`; asyncio has no counterpart.
 */
export function channel<T>(capacity = 0, options: NameOptions = {}): Channel<T> {
  if (typeof capacity !== 'number')
    throw unexpected('channel', '`capacity` to be a number', capacity);
  const isWhole = Number.isInteger(capacity) || capacity === Number.POSITIVE_INFINITY;
  if (!isWhole || capacity < 0) {
    throw unexpected(
      'channel',
      '`capacity` to be a whole number of at least 0',
      capacity,
      RangeError,
    );
  }
  checkOptions('channel', options, ['name']);
  let { name } = options;
  if (name !== undefined) name = nameText('channel', name);
  const state = new ChannelState<T>(capacity, name);
  return { sender: new Sender(state), receiver: new Receiver(state) };
}
