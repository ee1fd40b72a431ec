import { nameErrors } from './names-of-errors.ts';

/**
 * Thrown by `queue.getNowait()` when nothing is there.
 *
 * @example
 * ```ts
 * import { Queue } from 'skein';
 *
 * new Queue().getNowait(); // throws QueueEmpty
 * ```
 *
 * Follows `asyncio.QueueEmpty`.
 */
export class QueueEmpty extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'queue-empty';

  static {
    nameErrors(this, 'QueueEmpty');
  }

  /** Its message says how to wait for an item. */
  constructor() {
    super('The queue is empty. Wait for an item with `await queue.get()`.');
  }
}

/**
 * Thrown by `queue.putNowait()` when the queue holds `maxsize` items, and by `submit()` of an executor when `maxQueue` jobs wait.
 *
 * @example
 * ```ts
 * import { Queue } from 'skein';
 *
 * const queue = new Queue<string>(1);
 * queue.putNowait('fits');
 * queue.putNowait('does not'); // throws QueueFull
 * ```
 *
 * Follows `asyncio.QueueFull`.
 */
export class QueueFull extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'queue-full';
  /** The greatest number of items that the queue holds. */
  readonly maxsize: number;

  static {
    nameErrors(this, 'QueueFull');
  }

  /** @param maxsize - The greatest number of items that the queue holds. */
  constructor(maxsize: number);
  /** @internal What has no `put()` says what to call instead. */
  constructor(maxsize: number, message: string);
  constructor(maxsize: number, message?: string) {
    if (typeof maxsize !== 'number') {
      throw new TypeError(`\`new QueueFull()\` expected a number, but got type ${typeof maxsize}.`);
    }
    super(
      typeof message === 'string'
        ? message
        : `The queue is full: it holds ${maxsize} items, its \`maxsize\`. Wait for room with \`await queue.put(item)\`.`,
    );
    this.maxsize = maxsize;
  }
}

/**
 * Thrown by a queue that was shut down: by every put, and by a get once nothing is left to get.
 *
 * @example
 * ```ts
 * import { Queue } from 'skein';
 *
 * const queue = new Queue<string>();
 * queue.putNowait('last');
 * queue.shutdown();
 * queue.getNowait(); // => 'last'
 * queue.getNowait(); // throws QueueShutDown: The queue was shut down.
 * ```
 *
 * Follows `asyncio.QueueShutDown`.
 */
export class QueueShutDown extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'queue-shut-down';

  static {
    nameErrors(this, 'QueueShutDown');
  }

  /** Its message is always the same. */
  constructor() {
    super('The queue was shut down.');
  }
}
