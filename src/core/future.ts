/**
 * A result that will be there later.
 *
 * States: pending → finished (`setResult`), failed (`setException`) or cancelled (`cancel`). No other transition exists;
 * asyncio counts failed as finished, and `done()` is true for all three.
 *
 * When a future leaves pending, its waiters are put into the loop's ready queue in the order of registration. They run in
 * the next iteration, never inside the call that settled the future.
 *
 * Two fields hold all that a future or a task has to remember, as programs make very many of them:
 *
 * | state     | `_value`                           | `_detail` of a future | `_detail` of a task                  |
 * |-----------|------------------------------------|-----------------------|--------------------------------------|
 * | pending   | of a task: the last cancel reason  | `_purpose`            | `_misuse`: thrown at the next step   |
 * | finished  | the result                         | `_purpose`            | the last cancel reason               |
 * | failed    | the exception                      | `_purpose`            | the last cancel reason               |
 * | cancelled | the cancel reason                  | `_purpose`, or, if a CancelledError ended it, that error     ||
 *
 * A future is its own iterator, so that awaiting one allocates nothing. `next()` says "I wait" while the future is pending,
 * and returns the outcome afterwards. It keeps no state, so any number of coroutines can await a future at once.
 */
import type { CancelledError } from '../errors.ts';
import { cancelledError } from './cancelled-error.ts';
import { checkCallback } from './checks.ts';
import type { Context } from './context.ts';
import { futureMarker, type Suspension } from './coroutine.ts';
import { getEventLoop } from './current.ts';
import { errorOf } from './error-of.ts';
import type { EventLoop } from './event-loop.ts';
import { contextAmong, loopAmong } from './future-options.ts';
import { CANCELLED, FAILED, FINISHED, PENDING, stateText } from './future-state.ts';
import type { FutureWaiters } from './future-waiters.ts';
import { isList, wakeAll, withoutCallback, withoutWaiter } from './future-waiters.ts';
import { Handle } from './handle.ts';
import type { AsyncScope } from './host.ts';
import { comparesByIdentity } from './identity.ts';
import { alreadyDone, notDone } from './invalid-state.ts';
import { notePlainMethods } from './overrides.ts';
import type { CancelTargets } from './pass-cancel.ts';
import { printsItself } from './prints-itself.ts';
import { addBridge, settleAwait } from './promise-bridge.ts';
import { isAwait, readsThen } from './read-then.ts';
import type { Runnable } from './ready-queue.ts';
import { seams } from './seams.ts';
import { ended, isCompared, steppedAgain } from './stepped-again.ts';
import { type Stop, stop } from './stop.ts';
import { readyAwaits, renewSuspension, suspendOn, suspension } from './suspension.ts';

/** Called with the future once it is done. */
export type DoneCallback<F> = (future: F) => unknown;

/**
 * A result that will be there later. It is set with `setResult()` or `setException()`, and read with `await` (in a coroutine
 * `yield*`) or `result()`. Usually made by `loop.createFuture()`.
 *
 * @example
 * ```ts
 * import { createTask, Future, sleep } from 'skein';
 *
 * const answer = new Future<number>();
 * createTask(async () => {
 *   await sleep(5);
 *   answer.setResult(42);
 * });
 * await answer; // => 42
 * ```
 *
 * Follows `asyncio.Future`. Differs: any thrown value is a valid exception, `undefined` included; and it is a promise too, with
 * `then()`, `catch()` and `finally()`.
 */
export class Future<T> implements Promise<T> {
  static {
    Object.defineProperty(this.prototype, futureMarker, { value: true });
    for (const apply of [printsItself, comparesByIdentity, notePlainMethods]) apply(this.prototype);
    Object.defineProperty(this.prototype, 'finally', { value: Promise.prototype.finally });
    Object.defineProperty(this.prototype, 'stop', { value: stop, writable: true });
    readsThen(this.prototype, this.prototype.then);
  }

  /** `compared.ts` gives each future a tag of its own. */
  get [Symbol.toStringTag](): string {
    return 'Future';
  }

  // Set by the constructor, not as class fields: V8 does not inline the `super()` of a class that has fields, and programs
  // make very many tasks.

  /** @internal */
  declare readonly _loop: EventLoop;
  /** @internal */
  declare _state: number;
  /** @internal See the table above. */
  declare _value: unknown;
  /** @internal The waiters. A single waiter is stored without an array, as one is the usual number. */
  declare _waiters: FutureWaiters;
  /** @internal See the table above. */
  declare _detail: unknown;

  /**
   * @param options - `loop`: the loop it belongs to, by default `getEventLoop()`.
   * @throws TypeError when `options` is not an object, or `loop` not a loop.
   */
  constructor(options?: { loop?: EventLoop | undefined });
  /** @internal Takes the loop without an options object: programs make very many futures. */
  constructor(options: undefined, loop: EventLoop | undefined);
  constructor(options?: { loop?: EventLoop | undefined }, loop?: EventLoop) {
    const given = options === undefined ? loop : loopAmong(options);
    this._loop = given ?? getEventLoop();
    this._state = PENDING;
    this._value = undefined;
    this._waiters = undefined;
    this._detail = undefined;
    if (this._loop.getDebug()) {
      seams.debug?.noteCreation(this);
      seams.debug?.noteAwaitsOf(this);
    }
  }

  /** Returns the loop that its callbacks run on. */
  getLoop(): EventLoop {
    return this._loop;
  }

  /** Tells whether it is finished, failed or cancelled. */
  done(): boolean {
    return this._state !== PENDING;
  }

  /** Tells whether it was cancelled. */
  cancelled(): boolean {
    return this._state === CANCELLED;
  }

  /**
   * Returns the result, or throws the exception.
   * @throws CancelledError when it was cancelled.
   * @throws InvalidStateError while it is pending.
   */
  result(): T {
    switch (this._state) {
      case FINISHED:
        return this._value as T;
      case FAILED:
        this._retrieved();
        throw this._value;
      case CANCELLED:
        throw this._makeCancelledError();
      default:
        throw notDone(this as Future<unknown>, 'result');
    }
  }

  /**
   * Returns the exception it failed with, or undefined if it has a result.
   *
   * JavaScript can throw `undefined`. A failure with it cannot be told from a result here, but `result()` throws it.
   * @throws CancelledError when it was cancelled.
   * @throws InvalidStateError while it is pending.
   */
  exception(): unknown {
    switch (this._state) {
      case FINISHED:
        return undefined;
      case FAILED:
        this._retrieved();
        return this._value;
      case CANCELLED:
        throw this._makeCancelledError();
      default:
        throw notDone(this as Future<unknown>, 'exception');
    }
  }

  /**
   * Settles it with a result.
   * @throws InvalidStateError when it is done.
   */
  setResult(result: T): void {
    if (this._state !== PENDING) throw alreadyDone(this as Future<unknown>, 'set the result of');
    this._finish(result);
  }

  /**
   * Settles it with an exception: what awaits it throws that very value. An error class is instantiated.
   * @throws InvalidStateError when it is done.
   */
  setException(exception: unknown): void {
    // Asked before and after: the constructor is code of the program, which may settle the future.
    const error = this._state === PENDING ? errorOf(exception) : undefined;
    if (this._state !== PENDING) throw alreadyDone(this as Future<unknown>, 'set the exception of');
    this._fail(error);
  }

  /**
   * Cancels it: what awaits it throws a {@link CancelledError}. If it is done it stays as it is, and this returns false;
   * an exception that was never retrieved is not reported then.
   * @param reason - A message, or any value that says why.
   */
  cancel(reason?: unknown): boolean {
    this._retrieved();
    if (this._state !== PENDING) return false;
    this._abandon(reason);
    return true;
  }

  /**
   * Calls `callback` with this future once it is done: on the loop, in a later iteration, never at once.
   *
   * @param options - `context`: what it runs in, by default a copy of the current context.
   * @throws TypeError when `callback` is not a function, or is a generator function or an async function: nothing would
   *   wait for those; when `context` is not a Context.
   *
   * @example
   * ```ts
   * import { createTask, sleep } from 'skein';
   *
   * const task = createTask(sleep(1, 'tea'));
   * task.addDoneCallback((done) => console.log(done.result()));
   * await sleep(5);
   * // Output:
   * // tea
   * ```
   */
  addDoneCallback(callback: DoneCallback<this>, options?: { context?: Context | undefined }): void {
    checkCallback('addDoneCallback', callback);
    const context = options === undefined ? undefined : contextAmong(options);
    this._addWaiter(new Handle(callback, [this], this._loop, context));
  }

  /** Removes every registration of `callback`. Returns how many there were. Throws a TypeError when it is no function. */
  removeDoneCallback(callback: DoneCallback<this>): number {
    checkCallback('removeDoneCallback', callback);
    const { kept, removed } = withoutCallback(this._waiters, callback);
    this._waiters = kept;
    return removed;
  }

  /** Makes `await future` work: in an async function that runs as a task this is a cancellation point. */
  then<Result1 = T, Result2 = never, Reason = unknown>(
    onFulfilled?: ((value: T) => Result1 | PromiseLike<Result1>) | null,
    onRejected?: ((reason: Reason) => Result2 | PromiseLike<Result2>) | null,
  ): Promise<Result1 | Result2> {
    const self = this as Future<unknown>;
    const awaits = isAwait(onFulfilled);
    if (awaits && typeof onRejected === 'function')
      return settleAwait(self, onFulfilled, onRejected as (reason: unknown) => unknown);
    const promise = new Promise<unknown>((...settle) => addBridge(self, ...settle, awaits));
    return (promise as Promise<T>).then(onFulfilled, onRejected);
  }

  /** Calls `onRejected` if it fails or is cancelled, as a promise does. It listens: `await` the future itself to be cancelled. */
  catch<Result = never, Reason = unknown>(
    onRejected?: ((reason: Reason) => Result | PromiseLike<Result>) | null,
  ): Promise<T | Result> {
    return this.then(undefined, onRejected);
  }

  /** Calls `onFinally` once it is done, however that came, as a promise does. */
  declare readonly finally: Promise<T>['finally'];

  /** Cancels it, and returns a future of its end: a task has cleaned up then, and the worker of a job is free. See {@link Stop}. */
  declare readonly stop: Stop;

  /** Makes `yield* future` work. */
  [Symbol.iterator](): Iterator<Suspension, T, unknown> {
    if (suspension.value !== undefined) renewSuspension(this as Future<unknown>);
    if (this._state >= FAILED) seams.identity?.noteIterator(this);
    return this as unknown as Iterator<Suspension, T, unknown>;
  }

  /** @internal */
  next(): IteratorResult<this, T> {
    if (this._state === PENDING) {
      if (!suspendOn(this as Future<unknown>)) return steppedAgain(this);
      if (this._loop.getDebug()) seams.debug?.noteSuspension(this as Future<unknown>);
      return suspension as IteratorResult<this, T>;
    }
    readyAwaits.count++;
    if (this._state !== FINISHED && isCompared(this)) return ended as IteratorResult<this, T>;
    return { done: true, value: this.result() };
  }

  /** @internal */
  throw(error: unknown): never {
    throw error;
  }

  /** @internal */
  return(value: T): IteratorResult<this, T> {
    return { done: true, value };
  }

  /** @internal */
  _finish(result: unknown): void {
    this._state = FINISHED;
    this._value = result;
    this._wakeWaiters();
  }

  /** @internal */
  _fail(exception: unknown): void {
    this._state = FAILED;
    this._value = exception;
    // A task or promise that awaits the future retrieves the exception. A callback need not.
    const waiters = this._waiters;
    this._wakeWaiters();
    if (seams.unretrievedOf === undefined) void Promise.reject(exception);
    else seams.unretrievedOf(this._loop).failed(this as Future<unknown>, waiters);
  }

  /** @internal */
  _abandon(reason: unknown): void {
    this._state = CANCELLED;
    this._value = reason;
    this._wakeWaiters();
  }

  /** @internal A CancelledError ended the work. The first awaiter gets that very error, as in CPython. */
  _abandonWith(error: CancelledError): void {
    this._detail = error;
    this._abandon(undefined);
  }

  /** @internal The purpose of a future (a timer, a lock, a queue): texts name it as what the awaiter waits for. */
  get _purpose(): unknown {
    return this._detail;
  }

  /** @internal */
  set _purpose(purpose: unknown) {
    this._detail = purpose;
  }

  /** @internal */
  _makeCancelledError(): CancelledError {
    const error = this._detail;
    if (this._state !== CANCELLED || !(error instanceof Error)) {
      return cancelledError(this._cancelReason, this._loop.getDebug());
    }
    this._detail = undefined;
    return error as CancelledError;
  }

  /** @internal The reason that `cancel()` was last called with. */
  get _cancelReason(): unknown {
    return this._state === CANCELLED ? this._value : undefined;
  }

  /** @internal The exception was retrieved, or is not wanted: it is not reported. */
  _retrieved(): void {
    if (this._state === FAILED) this._loop._unretrieved?.discard(this as Future<unknown>);
  }

  /** @internal */
  _addWaiter(waiter: Runnable): void {
    const waiters = this._waiters;
    if (this._state !== PENDING) this._loop._enqueue(waiter);
    else if (waiters === undefined) this._waiters = waiter;
    else if (isList(waiters)) waiters.push(waiter);
    else this._waiters = [waiters, waiter];
  }

  /** @internal */
  _removeWaiter(waiter: Runnable): void {
    this._waiters = withoutWaiter(this._waiters, waiter);
  }

  /** @internal */
  _wakeWaiters(): void {
    const waiters = this._waiters;
    if (waiters === undefined) return;
    this._waiters = undefined;
    wakeAll(this as Future<unknown>, waiters);
  }

  /** @internal The context and the async scope in which its failure is reported. */
  _reportsIn(): { context: Context | undefined; scope: AsyncScope | undefined } {
    return { context: undefined, scope: undefined };
  }

  /** @internal The futures that are cancelled in its place; undefined if it is cancelled itself. See pass-cancel.ts. */
  _passesCancelTo(): CancelTargets | undefined {
    return undefined;
  }

  /** @internal Its name in errors. */
  _name(): string {
    return `This ${this.constructor.name}`;
  }

  /** @internal Names it in the text of a task that waits for it. */
  _shortText(): string {
    return seams.texts?.shortText(this) ?? this.toString();
  }

  toString(): string {
    return `<${this.constructor.name} ${stateText(this)}>`;
  }
}
