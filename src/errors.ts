/**
 * The errors a program can decide on, one class for each decision. Each has a stable `code`.
 *
 * Misuse (a wrong argument, a call in the wrong state of the program) is a plain `TypeError`, `RangeError`
 * or `Error`: there is nothing to decide on but the code that made it.
 */

/** Names the errors of a class. Defined, not assigned: `Error.prototype` may be frozen. */
export function nameErrors(
  errorClass: abstract new (...args: never[]) => Error,
  value: string,
): void {
  Object.defineProperty(errorClass.prototype, 'name', {
    value,
    writable: true,
    configurable: true,
  });
}

/** False for a proxy that throws when asked. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** Returns the text of a reason. A reason may be any value, and its `toString()` may throw: the cancellation goes on. */
function messageOf(reason: unknown): string {
  try {
    return String(isError(reason) ? reason.message : reason);
  } catch {
    return 'for a reason without a text form';
  }
}

/**
 * Has `instanceof` know the errors of another copy of this package too, as bundlers may put two into one program.
 * A subclass knows its own, as always.
 */
export function knownAcrossCopies(errorClass: abstract new (...args: never[]) => Error): void {
  const brand = Symbol.for(`skein.${errorClass.prototype.name}`);
  Object.defineProperty(errorClass.prototype, brand, { value: true });
  Object.defineProperty(errorClass, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      if (this !== errorClass) return Function.prototype[Symbol.hasInstance].call(this, value);
      try {
        return typeof value === 'object' && value !== null && brand in value;
      } catch {
        // A proxy that throws when asked.
        return false;
      }
    },
  });
}

/**
 * Thrown out of an `await` (`yield*`) to stop a task that was cancelled.
 *
 * Unlike in Python a broad `catch` catches it too, as JavaScript has no tier above ordinary errors: let it
 * pass on, or rethrow it once cleanup is done.
 *
 * @example
 * ```ts
 * import { CancelledError, createTask, sleep } from 'skein';
 *
 * const task = createTask(sleep(1000));
 * task.cancel('not needed any more');
 * await task; // throws CancelledError: not needed any more
 * ```
 *
 * Follows `asyncio.CancelledError`.
 */
export class CancelledError extends Error {
  /** The reason that was given to `cancel()`: a message, or any value. */
  readonly reason: unknown;
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'cancelled';

  static {
    nameErrors(this, 'CancelledError');
    knownAcrossCopies(this);
  }

  /** @param reason - A message, or any value that says why; an Error is the `cause` too. */
  constructor(reason?: unknown) {
    if (reason === undefined || reason === null) super();
    else super(messageOf(reason), isError(reason) ? { cause: reason } : undefined);
    this.reason = reason;
  }
}

/**
 * Thrown when a future is asked for what its state does not allow: its result while pending, a second result.
 *
 * @example
 * ```ts
 * import { Future } from 'skein';
 *
 * const answer = new Future<number>();
 * answer.result(); // throws InvalidStateError: This Future has no result yet. Await it, or ask `done()` first.
 * ```
 *
 * Follows `asyncio.InvalidStateError`.
 */
export class InvalidStateError extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'invalid-state';

  static {
    nameErrors(this, 'InvalidStateError');
  }
}

/**
 * Thrown when a deadline passed. Its `cause` is the {@link CancelledError} that stopped the work.
 *
 * Inner code may throw one of its own: `scope.expired()` tells whether it was this deadline.
 *
 * @example
 * ```ts
 * import { run, sleep, TimeoutError, waitFor } from 'skein';
 *
 * await run(function* () {
 *   try {
 *     return yield* waitFor(sleep(60_000, 'tea'), 5);
 *   } catch (error) {
 *     if (error instanceof TimeoutError) return 'too late';
 *     throw error;
 *   }
 * }); // => 'too late'
 * ```
 *
 * Follows `TimeoutError`, which `asyncio.TimeoutError` is another name of.
 */
export class TimeoutError extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'timeout';

  static {
    nameErrors(this, 'TimeoutError');
    knownAcrossCopies(this);
  }
}

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
    super('The queue is empty. Wait for an item with `yield* queue.get()`.');
  }
}

/**
 * Thrown by `queue.putNowait()` when the queue holds `maxsize` items.
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

  /** @param maxsize - How many items the queue holds at most. */
  constructor(maxsize: number) {
    super(
      `The queue is full: it holds ${maxsize} items, its \`maxsize\`. Wait for room with \`yield* queue.put(item)\`.`,
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

/**
 * Thrown by `wait()` at a barrier that is aborted or reset meanwhile, or that was aborted before.
 *
 * @example
 * ```ts
 * import { Barrier, run } from 'skein';
 *
 * await run(function* () {
 *   const barrier = new Barrier(2);
 *   yield* barrier.abort();
 *   yield* barrier.wait();
 * }); // throws BrokenBarrierError: The barrier was aborted.
 * ```
 *
 * Follows `asyncio.BrokenBarrierError`.
 */
export class BrokenBarrierError extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'broken-barrier';

  static {
    nameErrors(this, 'BrokenBarrierError');
  }
}

/**
 * Thrown by `run()` when the user pressed Ctrl-C and the main task ended because of it. A program that does not catch it ends
 * with exit code 130, unless it has set a code of its own.
 *
 * @example
 * ```ts
 * import { KeyboardInterrupt, run, sleep } from 'skein';
 *
 * try {
 *   await run(() => sleep(5));
 * } catch (error) {
 *   if (!(error instanceof KeyboardInterrupt)) throw error;
 *   console.error('Stopped.');
 * }
 * ```
 *
 * Follows `KeyboardInterrupt` as `asyncio.run()` throws it.
 */
export class KeyboardInterrupt extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'interrupted';
  /** What shells say of a program that SIGINT ended. */
  readonly exitCode = 130;

  static {
    nameErrors(this, 'KeyboardInterrupt');
  }

  /** Its message is always the same. */
  constructor() {
    super('Interrupted from the keyboard (SIGINT).');
  }
}

/**
 * Thrown by `run()` when the program was asked to end with SIGTERM (`kill`, a service manager, a container) and the main task
 * ended because of it. A program that does not catch it ends with exit code 143, unless it has set a code of its own.
 *
 * @example
 * ```ts
 * import { run, sleep, SystemExit } from 'skein';
 *
 * try {
 *   await run(() => sleep(5));
 * } catch (error) {
 *   if (!(error instanceof SystemExit)) throw error;
 *   process.exitCode = error.exitCode;
 * }
 * ```
 *
 * Follows `SystemExit`. Differs: `run()` throws it by itself; in Python a program raises it in a handler of its own.
 */
export class SystemExit extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'terminated';
  /** What shells say of a program that SIGTERM ended. */
  readonly exitCode = 143;

  static {
    nameErrors(this, 'SystemExit');
  }

  /** Its message is always the same. */
  constructor() {
    super('Asked to end (SIGTERM).');
  }
}
