/// <reference lib="esnext.disposable" preserve="true" />
import type { Future } from './future.ts';

/** A function that may run elsewhere: with arguments that can be copied there, and a result that can be copied back. */
export type Work<Args extends unknown[], R> = (...args: Args) => R | PromiseLike<R>;

/** The options of `shutdown()`. */
export interface ShutdownOptions {
  /** Resolves only when all work is done and the workers are gone. Default: true. */
  wait?: boolean | undefined;
  /** Cancels work that has not started. Default: false. */
  cancelFutures?: boolean | undefined;
  /** Cancels work that is running too, as far as the executor can. Default: false. */
  cancelRunning?: boolean | undefined;
}

/**
 * Runs functions elsewhere, and returns a {@link Future} for each. This is all that a loop needs of an executor; those of
 * `skein/executors` have more.
 *
 * Follows `concurrent.futures.Executor`; differs in that the futures are those of the loop, to be awaited directly.
 */
export interface Executor extends AsyncDisposable, Disposable {
  /** Runs `fn(...args)`. Throws at once if it can never run: after `shutdown()`, or if the function cannot be sent. */
  submit<Args extends unknown[], R>(fn: Work<Args, R>, ...args: Args): Future<R>;
  /** Stops taking work. Resolves when the work is done, as the options say. */
  shutdown(options?: ShutdownOptions): PromiseLike<void>;
}
