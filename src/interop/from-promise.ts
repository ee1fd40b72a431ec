import '../core/unretrieved.ts';
import { isPromiseLike } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { unexpected } from '../core/expected.ts';
import { Future } from '../core/future.ts';
import { isFuture } from '../core/is-future.ts';
import { takesRequests } from '../core/pass-cancel.ts';
import { requestOf } from '../errors/cancelled-error.ts';
import { CancelledError } from '../errors.ts';
import { type Follower, followPromise } from './promise-reactions.ts';

/** The future of a promise. Cancelling it aborts the signal that the maker of the promise was given, if it was. */
class PromiseFuture<T> extends Future<T> implements Follower {
  static {
    takesRequests(this.prototype);
  }

  #controller: AbortController | undefined;
  /** Leaves the promise. */
  #leave: (() => void) | undefined;

  get #signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  start(source: (signal: AbortSignal) => PromiseLike<T>): void {
    let promise: PromiseLike<T>;
    try {
      promise = source(this.#signal);
    } catch (exception) {
      this._fail(exception);
      return;
    }
    if (!isPromiseLike(promise)) throw notPromise(promise);
    this.follow(promise);
  }

  follow(promise: PromiseLike<T>): void {
    const loop = this.getLoop();
    this.#leave = followPromise(promise, this);
    loop._meetsPromises = true;
    loop._outside++;
  }

  fulfilled(value: unknown): void {
    this.setResult(value as T);
  }

  rejected(reason: unknown): void {
    if (reason instanceof CancelledError) this.cancel(requestOf(reason) ?? reasonIn(reason));
    else this._fail(reason);
  }

  /** @internal It is done. Whatever settled it, it leaves the promise. */
  override _wakeWaiters(): void {
    if (this.#leave !== undefined) {
      this.#leave();
      this.getLoop()._outside--;
    }
    super._wakeWaiters();
  }

  override cancel(reason?: unknown): boolean {
    if (!super.cancel(reason)) return false;
    this.#controller?.abort(reason instanceof CancelledError ? reason : new CancelledError(reason));
    return true;
  }
}

/** A getter of the program may stand there, and throw. The promise was cancelled all the same. */
function reasonIn(error: CancelledError): unknown {
  try {
    return error.reason;
  } catch {
    return undefined;
  }
}

function notPromise(value: unknown): TypeError {
  return unexpected('fromPromise', 'a promise, or a function that returns one', value);
}

/**
 * Makes a {@link Future} of a promise. An `await` of it is a point at which a task can be cancelled or timed out, and a
 * coroutine can await it with `yield*`.
 *
 * Given a function, calls it at once with an AbortSignal that aborts when the future is cancelled: the way to have a
 * `fetch` stop when the task that awaits it is cancelled or timed out. Given a promise, cancelling only stops waiting.
 *
 * @param source - A promise, or a function that takes an AbortSignal and returns one.
 * @returns A future of what the promise resolves with; the promise itself if that is a future already.
 * @throws TypeError when it is neither. What the function throws is the future's exception.
 *
 * @example
 * ```ts
 * import { fromPromise, run, timeout } from 'skein';
 *
 * const answering = (_signal: AbortSignal) => Promise.resolve('done'); // as fetch(url, { signal })
 * await run(async () => {
 *   return await timeout(1000, async () => await fromPromise(answering));
 * }); // => 'done'
 * await run(function* () {
 *   return yield* fromPromise(answering);
 * }); // => 'done'
 * ```
 *
 * asyncio has no counterpart: in Python nothing but awaitables can be awaited.
 */
export function fromPromise<T>(
  source: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>),
): Future<Awaited<T>> {
  if (isFuture(source)) return source as Future<Awaited<T>>;
  const future = new PromiseFuture<T>({ loop: getEventLoop() });
  if (typeof source === 'function' && !isPromiseLike(source)) future.start(source);
  else if (isPromiseLike(source)) future.follow(source as PromiseLike<T>);
  else throw notPromise(source);
  return future as unknown as Future<Awaited<T>>;
}
