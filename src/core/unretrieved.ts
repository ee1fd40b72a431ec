/**
 * Failures that were never retrieved, and what is done about them.
 *
 * States of a failure:
 * - **open**: the future failed, and nothing retrieved the exception. After one turn of the host it is told, unless something
 *   holds it: `wait()`, `gather()`, `asCompleted()`, `map()` and streams give it to the program later. When the last of them
 *   lets go, it has one more turn. It is told at once when its future is garbage-collected, when its loop is closed, or when
 *   the program ends.
 * - **told**: it went to the exception handler, or where the loop's `unretrieved` says. It counts as lost.
 * - **retrieved**, from each of the two: by `exception()`, `result()` or an await, or by `cancel()`. It is not lost.
 *
 * The clock of a virtual loop has no timers of the host, so there a failure stays open until one of the other three.
 * The record of a failure must not refer to the future, or the future would never be collected.
 */
import type { Context } from './context.ts';
import type { EventLoop } from './event-loop.ts';
import type { Future } from './future.ts';
import { FAILED } from './future-state.ts';
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
  /** True if code that may read it waited for the future when it failed. */
  readonly isAwaited: boolean;
  readonly context: Context | undefined;
  readonly scope: AsyncScope | undefined;
  /** The number of those that hold it. */
  holders: number;
  /** True if it counts for the exit code. */
  isLost: boolean;
}

/**
 * A turn of the host, in ms. Its shortest timer takes 1 ms in Node, which may round that up to 2, and 4 ms in browsers: a
 * program that retrieves the failure in such a timer does so within the turn.
 */
const turnMs = 5;

const failures = new WeakMap<Future<unknown>, Failure>();

/** Keeps the failure of `future`, if there is one, from being told until `letGo()`: the caller gives it to the program later. */
export function hold(future: Future<unknown>): void {
  const failure = failures.get(future);
  if (failure !== undefined) failure.holders++;
}

/** Ends a `hold()`. The program has one turn of the host to retrieve the failure. */
export function letGo(future: Future<unknown>): void {
  const failure = failures.get(future);
  if (failure === undefined) return;
  failure.holders--;
  failure.loop._unretrieved?.lookAt(failure);
}

/** Has the failure of `future`, which a `FutureWindow` has no longer, told after one turn of the host. */
export function taken(future: Future<unknown>): void {
  if (future._state !== FAILED) return;
  const failure = failures.get(future);
  if (failure !== undefined) failure.loop._unretrieved?.lookAt(failure);
}

/** Tells at once, and in these words, that nothing can retrieve the failure of `future` as it was meant to be. */
export function tell(future: Future<unknown>, message: string): void {
  unretrievedOf(future._loop).tell(future, message);
}

const collected = new FinalizationRegistry<Failure>((failure) =>
  failure.loop._unretrieved?.report(failure),
);

function reportInContext(failure: Failure): void {
  const { message, exception, text, creation, loop, context } = failure;
  const future = failure.future.deref();
  const report = (): void =>
    loop._report({
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
function cutReferences(failure: Mutable<Failure>): void {
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
  readonly #open = new Set<Failure>();
  /** The failures that have this turn of the host; undefined if none has. */
  #thisTurn: Failure[] | undefined;
  /** The failures that have the turn after it. */
  #nextTurn: Failure[] = [];
  #forgetExit: (() => void) | undefined;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  /** Notes the failure of `future`, unless one of its waiters takes that over. */
  failed(future: Future<unknown>, waiters: FutureWaiters): void {
    if (retrieve(waiters)) return;
    const message = `${safely(() => future.constructor.name)} exception was never retrieved`;
    const failure = this.#note(future, message, mayRetrieve(waiters));
    this.#open.add(failure);
    collected.register(future, failure, failure);
    this.#hearExit();
    this.lookAt(failure);
  }

  /** Tells whether the failure of `future` was not retrieved, and nothing that waited for the future may do so. */
  isLost(future: Future<unknown>): boolean {
    return failures.get(future)?.isAwaited === false;
  }

  tell(future: Future<unknown>, message: string): void {
    this.discard(future);
    this.#tell(this.#note(future, message, false));
  }

  #note(future: Future<unknown>, message: string, isAwaited: boolean): Failure {
    const failure: Mutable<Failure> = {
      message,
      exception: future._value,
      text: safely(() => future.toString()),
      future: new WeakRef(future),
      loop: this.#loop,
      isAwaited,
      holders: 0,
      isLost: false,
      ...seams.debug?.creationOf(future),
      ...future._reportsIn(),
    };
    cutReferences(failure);
    failures.set(future, failure);
    return failure;
  }

  /** A method of its own: a function that is made beside others keeps all that they refer to, the future among it. */
  #hearExit(): void {
    this.#forgetExit ??= seams.process?.onExit(() => this.reportAll());
  }

  /** Drops the failure of `future`, which was retrieved. */
  discard(future: Future<unknown>): void {
    const failure = failures.get(future);
    if (failure === undefined) return;
    failures.delete(future);
    if (failure.isLost) seams.process?.countLost(-1);
    this.#forget(failure);
  }

  /** Has `failure` told after one turn of the host: after timers that are due, I/O, and what these lead to. */
  lookAt(failure: Failure): void {
    if (failure.holders > 0 || !this.#open.has(failure)) return;
    this.#nextTurn.push(failure);
    if (this.#thisTurn === undefined) this.#beginTurn();
  }

  #beginTurn(): void {
    this.#thisTurn = this.#nextTurn;
    this.#nextTurn = [];
    const { _host: host } = this.#loop;
    const end = host.realNow() + turnMs;
    const ended = (): void => host.macrotask(() => this.#endTurn());
    host.setTimer(() => {
      // Node counts a timer from the time at which its loop last woke up, so that this one is early after a long step.
      const early = end - host.realNow();
      if (early > 0) host.setTimer(ended, early);
      else ended();
    }, turnMs);
  }

  #endTurn(): void {
    const over = this.#thisTurn ?? [];
    this.#thisTurn = undefined;
    if (this.#nextTurn.length > 0) this.#beginTurn();
    const untaken = seams.untaken?.();
    for (const failure of over) {
      if (failure.holders > 0) continue;
      const future = failure.future.deref();
      // One that was collected is told by the registry.
      if (future !== undefined && untaken?.has(future) !== true) this.report(failure);
    }
  }

  /** Tells of `failure`, unless that was done before. */
  report(failure: Failure): void {
    if (this.#forget(failure)) this.#tell(failure);
  }

  #tell(failure: Failure): void {
    const { unretrieved } = this.#loop;
    if (unretrieved === 'ignore') return;
    if (unretrieved === 'throw' && seams.process?.isExiting() !== true) {
      // The host has a way of its own for it: `unhandledRejection`, `uncaughtException`.
      void Promise.reject(failure.exception);
      return;
    }
    if (unretrieved !== 'report') {
      // Before the report, as the handler may retrieve it.
      failure.isLost = true;
      seams.process?.countLost(1);
    }
    if (failure.scope === undefined) reportInContext(failure);
    else failure.scope.runInAsyncScope(reportInContext, undefined, failure);
  }

  reportAll(): void {
    for (const failure of [...this.#open]) this.report(failure);
  }

  #forget(failure: Failure): boolean {
    collected.unregister(failure);
    const known = this.#open.delete(failure);
    if (this.#open.size === 0) {
      this.#forgetExit?.();
      this.#forgetExit = undefined;
    }
    return known;
  }
}

/** Returns those of `loop`. They are made with its first failure. */
export function unretrievedOf(loop: EventLoop): Unretrieved {
  loop._unretrieved ??= new Unretrieved(loop);
  return loop._unretrieved;
}

seams.unretrievedOf = unretrievedOf;
