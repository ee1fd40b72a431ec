/**
 * What the ends of a channel share: the items, the tasks that wait, and the number of ends that are open.
 *
 * An item is in one of these places, and moves on from one to the next:
 *
 *     with its sender, which waits  →  in the buffer  →  returned by `receive()`
 *
 * A task takes each of these steps while it runs, so that no cancellation can come in between. A task that has to wait is woken for
 * what it waits for, and takes the step when it runs. Until then that is reserved: other tasks wait behind it, and a receiver takes
 * its item even if its end was closed since. If the task is cancelled instead, the next one is woken.
 *
 * | the channel has   | a sender may put an item into the buffer while | a receiver may take one while |
 * |-------------------|------------------------------------------------|-------------------------------|
 * | a capacity        | the buffer has less items than that            | the buffer has one            |
 * | capacity 0        | the buffer has less items than receivers wait  | the buffer has one            |
 *
 * With capacity 0 an item is in the buffer only until the receiver runs for which it was sent. If that is cancelled, the item stays
 * there for the next.
 *
 * The calls that do not wait take what is reserved for others, which go on waiting, at the place that they had. With capacity 0 an item
 * that is reserved was handed over already: then `receiveNowait()` takes that of a sender which waits.
 */
import type { Coroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import {
  ChannelBroken,
  ChannelClosed,
  ChannelEmpty,
  ChannelFull,
  EndOfChannel,
} from '../errors.ts';
import { Deque } from './deque.ts';
import { LastTask } from './last-task.ts';
import { type Turn, WaitingLine } from './waiting-line.ts';

/** What a channel is doing, at one moment. */
export interface ChannelStatistics {
  /** The name that the channel was given. */
  readonly name: string | undefined;
  /** The number of items that it holds before `send()` waits. */
  readonly capacity: number;
  /** The number of items that were sent and not received yet. */
  readonly size: number;
  /** The greatest `size` that it had. */
  readonly peakSize: number;
  /** The number of senders that are open. */
  readonly senders: number;
  /** The number of receivers that are open. */
  readonly receivers: number;
  /** The number of tasks that wait in `send()`. */
  readonly sending: number;
  /** The number of tasks that wait in `receive()`. */
  readonly receiving: number;
}

/** An end of a channel, as its state sees it. */
export interface End {
  readonly closed: boolean;
}

export class ChannelState<T> {
  readonly name: string | undefined;
  readonly capacity: number;
  readonly #buffer = new Deque<T>();
  readonly #lastSent = new LastTask();
  readonly #lastReceived = new LastTask();
  readonly #sending = new WaitingLine({
    _kind: 'put',
    _of: this,
    toString: (): string => `room in ${this}`,
    _related: () => this.#lastReceived.related('last taken by'),
  });
  readonly #receiving = new WaitingLine({
    _kind: 'get',
    _of: this,
    toString: (): string => `an item of ${this}`,
    _related: () => this.#lastSent.related('last put by'),
  });
  #senders = 0;
  #receivers = 0;
  #peakSize = 0;
  #loop: EventLoop | undefined;

  constructor(capacity: number, name: string | undefined) {
    this.name = name;
    this.capacity = capacity;
  }

  openSender(): void {
    this.#senders++;
  }

  openReceiver(): void {
    this.#receivers++;
  }

  closeSender(end: End): void {
    this.#senders--;
    this.#sending.release(end);
    this.#wake();
  }

  closeReceiver(end: End): void {
    this.#receivers--;
    this.#receiving.release(end);
    this.#wake();
  }

  /** Sends the item if that is possible without waiting. Returns false otherwise. */
  trySend(end: End, item: T): boolean {
    this.#checkSending(end);
    // Others wait behind a task that was woken, even if there is room for all.
    if (this.#room() <= 0 || this.#sending.woken > 0) return false;
    this.#put(item);
    return true;
  }

  *send(end: End, item: T): Coroutine<void> {
    let turn: Turn | undefined;
    try {
      for (;;) {
        turn = yield* this.#wait(this.#sending, end, item, turn);
        if (turn.wasTaken) return;
        this.#checkSending(end);
        if (this.#room() > 0) return this.#put(item);
      }
    } finally {
      this.#wake();
    }
  }

  sendNowait(end: End, item: T): void {
    this.#checkSending(end);
    if (this.#room() <= 0) throw new ChannelFull();
    this.#put(item);
  }

  /** Tells whether `receive()` need not wait. */
  canReceive(end: End): boolean {
    if (end.closed) throw new ChannelClosed();
    if (this.#buffer.length > 0 && this.#receiving.woken === 0) return true;
    this.#checkEnd();
    return false;
  }

  *receive(end: End): Coroutine<T> {
    let turn: Turn | undefined;
    try {
      for (;;) {
        turn = yield* this.#wait(this.#receiving, end, undefined, turn);
        if (turn.wasWoken && this.#buffer.length > 0) return this.take();
        if (end.closed) throw new ChannelClosed();
        this.#checkEnd();
      }
    } finally {
      this.#wake();
    }
  }

  receiveNowait(end: End): T {
    if (end.closed) throw new ChannelClosed();
    const reserved = this.capacity === 0 ? this.#receiving.woken : 0;
    if (this.#buffer.length > reserved) return this.take();
    this.#checkEnd();
    const turn = this.capacity === 0 ? this.#sending.take() : undefined;
    if (turn === undefined) throw new ChannelEmpty();
    this.#lastReceived.note();
    return turn.item as T;
  }

  /** Takes the first item out of the buffer. There must be one. */
  take(): T {
    const item = this.#buffer.shift();
    this.#lastReceived.note();
    this.#wake();
    return item;
  }

  statistics(): ChannelStatistics {
    return Object.freeze({
      name: this.name,
      capacity: this.capacity,
      size: this.#buffer.length,
      peakSize: this.#peakSize,
      senders: this.#senders,
      receivers: this.#receivers,
      sending: this.#sending.size,
      receiving: this.#receiving.size,
    });
  }

  /** The number of items that may be put into the buffer. */
  #room(): number {
    const most = this.capacity === 0 ? this.#receiving.size : this.capacity;
    return most - this.#buffer.length;
  }

  #put(item: T): void {
    this.#buffer.push(item);
    if (this.#buffer.length > this.#peakSize) this.#peakSize = this.#buffer.length;
    this.#lastSent.note();
    this.#wake();
  }

  #checkSending(end: End): void {
    if (end.closed) throw new ChannelClosed();
    if (this.#receivers === 0) throw new ChannelBroken();
  }

  #checkEnd(): void {
    if (this.#senders === 0 && this.#buffer.length === 0) throw new EndOfChannel();
  }

  /** @param before - The wait before, if the task goes on waiting. */
  *#wait(line: WaitingLine, end: End, item: unknown, before: Turn | undefined): Coroutine<Turn> {
    const turn = line.add(this.#checkedLoop(), end, item, before);
    this.#wake(line);
    try {
      yield* turn;
    } finally {
      turn.leave();
      line.ran(turn);
    }
    return turn;
  }

  #checkedLoop(): EventLoop {
    const loop = getEventLoop();
    this.#loop ??= loop;
    if (this.#loop !== loop) {
      throw new Error(`${this} is used by tasks of another event loop. Make one for each loop.`);
    }
    return loop;
  }

  /**
   * Wakes tasks, as many as can go on. If one side is closed, all that wait on the other one hear of it.
   *
   * @param joined - The line that a task has just joined. It does not overtake those that were woken and have not run yet: they wake it.
   */
  #wake(joined?: WaitingLine): void {
    const isBehind = joined !== undefined && joined.woken > 0;
    const buffer = this.#buffer;
    if (this.#receivers === 0) {
      if (this.#receiving.woken === 0) buffer.clear();
      this.#sending.release();
    }
    if (!(isBehind && joined === this.#receiving))
      while (buffer.length > this.#receiving.woken && this.#receiving.wake());
    if (!(isBehind && joined === this.#sending))
      while (this.#room() > this.#sending.woken && this.#sending.wake());
    if (this.#senders === 0 && buffer.length === 0) this.#receiving.release();
  }

  toString(): string {
    const ended = this.#senders === 0 || this.#receivers === 0 ? 'closed, ' : '';
    const name = this.name === undefined ? '' : ` '${this.name}'`;
    return `<Channel${name} ${ended}${this.#buffer.length} of ${this.capacity} items>`;
  }
}
