/**
 * Failures that were never retrieved. Each is reported once: when its future is garbage-collected, when its loop is closed
 * or when the program ends, whichever is first. It is not reported once the program retrieved the exception (`exception()`,
 * `result()`, an await) or called `cancel()`.
 *
 * The record of a failure must not refer to the future, or the future would never be collected.
 */
import type { Context } from './context.ts';
import type { EventLoop } from './event-loop.ts';
import type { Future } from './future.ts';
import { type FutureWaiters, mayRetrieve, retrieve } from './future-waiters.ts';
import type { AsyncScope } from './host.ts';
import { seams } from './seams.ts';
import { safely } from './text.ts';

interface Failure {
  readonly message: string;
  readonly exception: unknown;
  readonly text: string;
  readonly creation?: string;
  readonly future: WeakRef<Future<unknown>>;
  readonly loop: EventLoop;
  readonly isHeld: boolean;
  readonly context: Context | undefined;
  readonly scope: AsyncScope | undefined;
}

const failures = new WeakMap<Future<unknown>, Failure>();

const collected = new FinalizationRegistry<Failure>((failure) =>
  failure.loop._unretrieved.report(failure),
);

function reportInContext(failure: Failure): void {
  const { message, exception, text, creation, loop, context } = failure;
  const future = failure.future.deref();
  const report = (): void =>
    loop.callExceptionHandler({
      message,
      exception,
      text,
      ...(future !== undefined && { future }),
      ...(creation !== undefined && { creation }),
    });
  if (context === undefined) report();
  else context.run(report);
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Cuts the references by which the record would keep the task alive. */
function letGo(failure: Mutable<Failure>): void {
  // Until `stack` is first read, V8 keeps its frames, which refer to the task.
  try {
    if (failure.exception instanceof Error) void failure.exception.stack;
  } catch {
    // A getter of the program threw. Then the stack stays as it is.
  }
  // The task's scope refers to the task. The report gets the same scope without it: it continues no task.
  const { loop, scope } = failure;
  failure.scope = scope?.runInAsyncScope(() => loop._captureScope(undefined), undefined);
}

/** The failures of one loop that are not retrieved yet. */
export class Unretrieved {
  readonly #loop: EventLoop;
  readonly #failures = new Set<Failure>();
  #forgetExit: (() => void) | undefined;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  /** Notes the failure of `future`, unless one of its waiters takes that over. */
  failed(future: Future<unknown>, waiters: FutureWaiters): void {
    if (!retrieve(waiters)) this.#add(future, mayRetrieve(waiters));
  }

  #add(future: Future<unknown>, isHeld: boolean): void {
    const failure: Mutable<Failure> = {
      message: `${safely(() => future.constructor.name)} exception was never retrieved`,
      exception: future._value,
      text: safely(() => future.toString()),
      future: new WeakRef(future),
      loop: this.#loop,
      isHeld,
      ...seams.debug?.creationOf(future),
      ...future._reportsIn(),
    };
    letGo(failure);
    failures.set(future, failure);
    this.#failures.add(failure);
    collected.register(future, failure, failure);
    this.#hearExit();
  }

  /** Drops the failure of `future`, which was retrieved. */
  discard(future: Future<unknown>): void {
    const failure = failures.get(future);
    if (failure === undefined) return;
    failures.delete(future);
    this.#forget(failure);
  }

  /** A method of its own: a function that is made beside others keeps all that they refer to, the future among it. */
  #hearExit(): void {
    this.#forgetExit ??= seams.process?.onExit(() => this.reportAll());
  }

  /** Tells whether the failure of `future` was not retrieved, and nothing that waits for the future may do so. */
  isLost(future: Future<unknown>): boolean {
    return failures.get(future)?.isHeld === false;
  }

  /** Reports `failure`, unless that was done before. */
  report(failure: Failure): void {
    if (!this.#forget(failure)) return;
    if (failure.scope === undefined) reportInContext(failure);
    else failure.scope.runInAsyncScope(reportInContext, undefined, failure);
  }

  reportAll(): void {
    for (const failure of [...this.#failures]) this.report(failure);
  }

  #forget(failure: Failure): boolean {
    collected.unregister(failure);
    const known = this.#failures.delete(failure);
    if (this.#failures.size === 0) {
      this.#forgetExit?.();
      this.#forgetExit = undefined;
    }
    return known;
  }
}
