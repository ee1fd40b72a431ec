/** The coroutines of the ends of a channel, which mostly need not wait. */
import { Attempt, notYet } from '../core/attempt.ts';
import type { Coroutine } from '../core/coroutine.ts';
import { EndOfChannel } from '../errors.ts';
import type { ChannelState, End } from './channel-state.ts';

/** The coroutine of `send()`. */
export class Sending<T> extends Attempt<void> {
  readonly #channel: ChannelState<T>;
  readonly #sender: End;
  readonly #item: T;

  constructor(channel: ChannelState<T>, sender: End, item: T) {
    super();
    this.#channel = channel;
    this.#sender = sender;
    this.#item = item;
  }

  protected override _try(): undefined | typeof notYet {
    return this.#channel.trySend(this.#sender, this.#item) ? undefined : notYet;
  }

  protected override _wait(): Coroutine<void> {
    return this.#channel.send(this.#sender, this.#item);
  }
}

/** The coroutine of `receive()`. */
export class Receiving<T> extends Attempt<T> {
  readonly #channel: ChannelState<T>;
  readonly #receiver: End;

  constructor(channel: ChannelState<T>, receiver: End) {
    super();
    this.#channel = channel;
    this.#receiver = receiver;
  }

  protected override _try(): T | typeof notYet {
    return this.#channel.canReceive(this.#receiver) ? this.#channel.take() : notYet;
  }

  protected override _wait(): Coroutine<T> {
    return this.#channel.receive(this.#receiver);
  }
}

/** The coroutine of `next()`. */
export class Stepping<T> extends Attempt<IteratorResult<T, undefined>> {
  readonly #channel: ChannelState<T>;
  readonly #receiver: End;

  constructor(channel: ChannelState<T>, receiver: End) {
    super();
    this.#channel = channel;
    this.#receiver = receiver;
  }

  protected override _try(): IteratorResult<T, undefined> | typeof notYet {
    try {
      const isThere = this.#channel.canReceive(this.#receiver);
      return isThere ? { done: false, value: this.#channel.take() } : notYet;
    } catch (error) {
      return atEnd(error);
    }
  }

  protected override *_wait(): Coroutine<IteratorResult<T, undefined>> {
    try {
      return { done: false, value: yield* this.#channel.receive(this.#receiver) };
    } catch (error) {
      return atEnd(error);
    }
  }
}

function atEnd(error: unknown): IteratorReturnResult<undefined> {
  if (error instanceof EndOfChannel) return { done: true, value: undefined };
  throw error;
}
