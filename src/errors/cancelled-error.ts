import { knownAcrossCopies, nameErrors } from './names-of-errors.ts';

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
