import { nameErrors } from './names-of-errors.ts';

/**
 * Thrown by an end of a channel that the program has closed, also out of a wait at that end.
 *
 * @example
 * ```ts
 * import { channel } from 'skein';
 *
 * const { sender } = channel<string>(1);
 * sender.close();
 * sender.sendNowait('late'); // throws ChannelClosed
 * ```
 *
 * As Trio's `ClosedResourceError`; asyncio has no counterpart.
 */
export class ChannelClosed extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'channel-closed';

  static {
    nameErrors(this, 'ChannelClosed');
  }

  /** Its message is always the same. */
  constructor() {
    super(
      'This end of the channel was closed. Give each part of the program an end of its own, made with `clone()`.',
    );
  }
}

/**
 * Thrown by `send()` and `sendNowait()` when all receivers of the channel are closed. The item was not sent.
 *
 * @example
 * ```ts
 * import { channel } from 'skein';
 *
 * const { sender, receiver } = channel<string>(1);
 * receiver.close();
 * sender.sendNowait('to whom?'); // throws ChannelBroken
 * ```
 *
 * As Trio's `BrokenResourceError`; asyncio has no counterpart.
 */
export class ChannelBroken extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'channel-broken';

  static {
    nameErrors(this, 'ChannelBroken');
  }

  /** Its message is always the same. */
  constructor() {
    super('All receivers of the channel were closed. The item was not sent.');
  }
}

/**
 * Thrown by `receive()` and `receiveNowait()` when all senders of the channel are closed, and all items were taken.
 *
 * @example
 * ```ts
 * import { channel } from 'skein';
 *
 * const { sender, receiver } = channel<string>(1);
 * sender.sendNowait('last');
 * sender.close();
 * receiver.receiveNowait(); // => 'last'
 * receiver.receiveNowait(); // throws EndOfChannel
 * ```
 *
 * As Trio's `EndOfChannel`; asyncio has no counterpart.
 */
export class EndOfChannel extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'end-of-channel';

  static {
    nameErrors(this, 'EndOfChannel');
  }

  /** Its message is always the same. */
  constructor() {
    super('All senders of the channel were closed, and all its items were taken.');
  }
}

/**
 * Thrown by `sendNowait()` when there is no room; in a channel of capacity 0, when no task waits for an item.
 *
 * @example
 * ```ts
 * import { channel } from 'skein';
 *
 * channel<string>(0).sender.sendNowait('no task waits for it'); // throws ChannelFull
 * ```
 *
 * As Trio's `WouldBlock`; asyncio has no counterpart.
 */
export class ChannelFull extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'channel-full';

  static {
    nameErrors(this, 'ChannelFull');
  }

  /** Its message says how to wait for room. */
  constructor() {
    super('The channel has no room. Wait for it with `await sender.send(item)`.');
  }
}

/**
 * Thrown by `receiveNowait()` when no item is there.
 *
 * @example
 * ```ts
 * import { channel } from 'skein';
 *
 * channel<string>(1).receiver.receiveNowait(); // throws ChannelEmpty
 * ```
 *
 * As Trio's `WouldBlock`; asyncio has no counterpart.
 */
export class ChannelEmpty extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'channel-empty';

  static {
    nameErrors(this, 'ChannelEmpty');
  }

  /** Its message says how to wait for an item. */
  constructor() {
    super('The channel has no item. Wait for one with `await receiver.receive()`.');
  }
}
