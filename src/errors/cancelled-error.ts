import { type CancelRequest, isRequest, plainReason } from './cancel-request.ts';
import { knownAcrossCopies, nameErrors } from './names-of-errors.ts';

/** Returns the request that an error was made for. An error of another copy of this package does not tell. */
export let requestOf: (error: unknown) => CancelRequest | undefined;

/** True for errors of other realms too, as those of Node itself in jest. False for a value that throws when asked. */
function isError(value: unknown): value is Error {
  try {
    return typeof (value as Error | undefined)?.message === 'string';
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
 * Follows `asyncio.CancelledError`. Differs: it tells the reason as it was given, and what asked.
 */
export class CancelledError extends Error {
  /** The reason that was given to `cancel()`: a message, or any value. */
  readonly reason: unknown;
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'cancelled';
  readonly #request: CancelRequest | undefined;

  static {
    nameErrors(this, 'CancelledError');
    knownAcrossCopies(this);
    requestOf = (error) =>
      typeof error === 'object' && error !== null && #request in error ? error.#request : undefined;
  }

  /** @param reason - A message, or any value that says why; an Error is the `cause` too. */
  constructor(reason?: unknown) {
    const plain = plainReason(reason);
    super(
      plain === undefined || plain === null ? undefined : messageOf(plain),
      isError(plain) ? { cause: plain } : undefined,
    );
    this.reason = plain;
    this.#request = isRequest(reason) ? reason : undefined;
  }

  /**
   * What asked the task to stop: the name of the task that called `cancel()`, or the scope; in debug mode with the place of
   * the call. Undefined if no task asked, as a callback does, or if the error was made by the program.
   *
   * @example
   * ```ts
   * import { CancelledError, createTask, run, sleep } from 'skein';
   *
   * await run(async () => {
   *   const work = createTask(sleep(60_000));
   *   createTask(async () => work.cancel('enough'), { name: 'controller' });
   *   return await work.catch((error: CancelledError) => error.source);
   * }); // => "task 'controller'"
   * ```
   */
  get source(): string | undefined {
    return this.#request?.source;
  }
}

/** Returns the request that `error` delivers, to pass it on; undefined for an error that is no cancellation. */
export function requestIn(error: unknown): unknown {
  return error instanceof CancelledError ? (requestOf(error) ?? error.reason) : undefined;
}
