/**
 * Failures that nobody looked at. Each is reported once, when its future is collected, when its loop is closed or
 * when the program ends, whichever is first; looking at it (`exception()`, `result()`, an await) or `cancel()` takes
 * it back.
 *
 * The record of a failure must not hold the future, or the future would never be collected.
 */
import type { Context } from './context.ts';
import type { EventLoop } from './event-loop.ts';
import type { Future } from './future.ts';
import type { AsyncScope } from './host.ts';

export interface Failure {
  readonly message: string;
  readonly exception: unknown;
  readonly text: string;
  readonly future: WeakRef<Future<unknown>>;
  readonly loop: EventLoop;
  readonly context: Context | undefined;
  readonly scope: AsyncScope | undefined;
  readonly creation: string | undefined;
}

const collected = new FinalizationRegistry<Failure>((failure) =>
  failure.loop._unretrieved.report(failure),
);

function reportInContext(failure: Failure): void {
  const { message, exception, text, future, loop, context, creation } = failure;
  const target = future.deref();
  const report = (): void =>
    loop.callExceptionHandler({
      message,
      exception,
      text,
      ...(target !== undefined && { future: target }),
      ...(creation !== undefined && { creation }),
    });
  if (context === undefined) report();
  else context.run(report);
}

/** The failures of one loop that nobody looked at so far. */
export class Unretrieved {
  readonly #failures = new Set<Failure>();
  #forgetExit: (() => void) | undefined;

  add(failure: Failure, future: Future<unknown>): void {
    this.#failures.add(failure);
    collected.register(future, failure, failure);
    this.#forgetExit ??= failure.loop._host.onExit(() => this.reportAll());
  }

  /** Somebody looked. */
  discard(failure: Failure): void {
    if (this.#failures.delete(failure)) collected.unregister(failure);
  }

  report(failure: Failure): void {
    if (!this.#failures.delete(failure)) return;
    collected.unregister(failure);
    if (failure.scope === undefined) reportInContext(failure);
    else failure.scope.runInAsyncScope(reportInContext, undefined, failure);
  }

  reportAll(): void {
    for (const failure of [...this.#failures]) this.report(failure);
    this.#forgetExit?.();
    this.#forgetExit = undefined;
  }
}
