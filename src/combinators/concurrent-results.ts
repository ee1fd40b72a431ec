/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The results of `mapConcurrent()`: a window that slides over the items. Up to `concurrency` calls run, and up to `bufferSize` items
 * were taken whose results were not.
 *
 * States: new → open (the first result was asked for) → closing → closed. While it is open, a task of its own, the *feeder*, takes items
 * and starts calls, as there is room. It is closing when all items were taken, when a call or the source has failed, or when the
 * rest is not wanted: then the feeder ends, and closes the source if that is not at its end. It is closed when nothing runs any more.
 *
 * With `onError: 'stop'` a failure ends the window at its place: no item is taken any more, the calls behind it are cancelled, the results
 * before it can still be taken, and then it is thrown.
 */
import '../core/register-tasks.ts';
import { notYet } from '../core/attempt.ts';
import { awaitableMethods } from '../core/awaitable.ts';
import { cancelAll } from '../core/cancel-all.ts';
import { refuseMaking } from '../core/checks.ts';
import type { AwaitableCoroutine, Coroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { asExit } from '../core/exits.ts';
import { retrieveFrom } from '../core/foreign-future.ts';
import type { Future } from '../core/future.ts';
import { keep } from '../core/future-windows.ts';
import { handOut } from '../core/library-coroutine.ts';
import type { TaskSource } from '../core/run-body.ts';
import type { Task } from '../core/task.ts';
import { whenDone } from '../core/when-done.ts';
import { CancelRequest } from '../errors/cancel-request.ts';
import { requestIn } from '../errors/cancelled-error.ts';
import { CancelledError } from '../errors.ts';
import { Asking, NextResult } from './concurrent-asking.ts';
import { type Call, ConcurrentCalls, hasResult, notAwaited } from './concurrent-calls.ts';
import { ConcurrentSource } from './concurrent-source.ts';
import { settledOf } from './settled.ts';

/** Options that were read once and checked. */
export interface CheckedOptions {
  readonly concurrency: number;
  readonly bufferSize: number;
  readonly ordered: boolean;
  readonly onError: 'stop' | 'skip' | 'settle';
  readonly indexed: boolean;
}

/** Makes the source of the task that calls the function with an item. */
export type StartCall = (item: unknown, index: number) => TaskSource<unknown>;

/** A call that is cancelled before its first step would be none, and its item lost; a feeder would not close the source. */
const startsNow = { eagerStart: true };

const dropped = 'the result of `mapConcurrent()` is not wanted';

/**
 * The results of {@link mapConcurrent}, in the order of the items unless that was not wanted.
 *
 * In async functions: `for await (const result of results)`. In coroutines: `yield* results.next()`, until `done` is true; or, for
 * items that need no waiting, `for (const next of results)` and then `yield* next`. `toArray()` collects them.
 *
 * However the loop is left, the calls that run are cancelled and awaited, and the source is closed.
 */
export class ConcurrentResults<R> implements AsyncIterableIterator<R, undefined>, AsyncDisposable {
  static {
    awaitableMethods(this.prototype, '_leave', 'toArray', '_nextResult');
  }

  readonly #source: ConcurrentSource;
  readonly #startCall: StartCall;
  readonly #options: CheckedOptions;
  readonly #loop: EventLoop = getEventLoop();
  readonly #calls: ConcurrentCalls;
  readonly #asking = new Asking(this.#loop, this);
  #feeder: Task<void> | undefined;
  /** The future that the feeder waits for. */
  #room: Future<void> | undefined;
  /** No item is taken any more. */
  #isOver = false;
  /** The error of the source, which is thrown after all results. */
  #failure: { readonly error: unknown } | undefined;

  /** @internal */
  constructor(source: ConcurrentSource, startCall: StartCall, options: CheckedOptions) {
    if (!(source instanceof ConcurrentSource)) {
      refuseMaking('ConcurrentResults', 'mapConcurrent', source);
    }
    this.#source = source;
    this.#startCall = startCall;
    this.#options = options;
    this.#calls = new ConcurrentCalls(options.ordered);
    // A failure among the results is not lost before it was taken.
    keep(this.#calls);
  }

  /** For `for await`: the results themselves. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Hands out an awaitable for each result, for coroutines.
   *
   * @throws TypeError when the items are asynchronous, when results come in any order, or when failures are skipped: it cannot be told
   *   at once then which result is next. Error when the one before was not awaited, as by `[...results]`.
   */
  *[Symbol.iterator](): Generator<AwaitableCoroutine<R>, undefined, unknown> {
    const { ordered, onError } = this.#options;
    if (this.#source.isAsync || !ordered || onError === 'skip') {
      throw new TypeError(
        'A `for` loop over the results of `mapConcurrent()` expected ordinary items, in their order and without `skip`, but got other options. Use `for await`, or `yield* results.next()`.',
      );
    }
    try {
      let before = -1;
      while (this.#hasNext()) {
        if (this.#calls.taken === before) throw notAwaited();
        before = this.#calls.taken;
        yield this._nextResult();
      }
    } finally {
      this.#giveUp(undefined);
    }
  }

  /**
   * Returns the next result, as `{ done: false, value }`, or `{ done: true }`. If the wait is cancelled, the rest is given up.
   * Throws Error in one of the calls, which may have to wait for itself.
   */
  next(): AwaitableCoroutine<IteratorResult<R, undefined>> {
    return handOut(new NextResult(this));
  }

  /** @internal */
  _tryNext(): IteratorResult<R, undefined> | typeof notYet {
    this.#calls.refuseInside();
    this.#begin();
    const call = this.#calls.ready;
    const isThere = call !== undefined && (this.#options.onError === 'settle' || hasResult(call));
    return isThere ? { done: false, value: this.#takeNow(call) as R } : notYet;
  }

  /** @internal */
  *_next(): Coroutine<IteratorResult<R, undefined>> {
    for (;;) {
      const call = this.#calls.ready;
      if (call !== undefined) return { done: false, value: (yield* this.#take(call)) as R };
      if (this.#isOver && this.#calls.untaken === 0) return yield* this.#atEnd();
      yield* this.#waitForChange();
    }
  }

  /** Gives up the rest: cancels the calls that run, waits for them, and closes the source. Throws Error in one of these calls. */
  return(): AwaitableCoroutine<IteratorReturnResult<undefined>> {
    // A request to cancel that is pending does not keep it from beginning: the calls would run on.
    return asExit(this._leave());
  }

  /** @internal */
  _leave(): AwaitableCoroutine<IteratorReturnResult<undefined>>;
  *_leave(): Coroutine<IteratorReturnResult<undefined>> {
    this.#calls.refuseInside();
    yield* this.#close(this.#request());
    return { done: true, value: undefined };
  }

  /** As `return()`, at the end of a block with `await using`. */
  [Symbol.asyncDispose](): AwaitableCoroutine<void> {
    return this.return() as unknown as AwaitableCoroutine<void>;
  }

  /** Collects all results that are left. */
  toArray(): AwaitableCoroutine<R[]>;
  *toArray(): Coroutine<R[]> {
    const results: R[] = [];
    for (let step = yield* this.next(); !step.done; step = yield* this.next()) {
      results.push(step.value);
    }
    return results;
  }

  #begin(): void {
    if (this.#feeder !== undefined || this.#isOver) return;
    this.#feeder = this.#loop.createTask(this.#feed(), { name: 'mapConcurrent()', ...startsNow });
    whenDone(this.#feeder as Task<unknown>, () => this.#feederDone(), this);
  }

  /** True if there is another result. Only for items that need no waiting: takes one, if it has to. */
  #hasNext(): boolean {
    this.#begin();
    if (this.#calls.untaken === 0) this.#fill();
    return this.#calls.untaken > 0 || this.#failure !== undefined;
  }

  /** @internal */
  _nextResult(): AwaitableCoroutine<R>;
  *_nextResult(): Coroutine<R> {
    return (yield* this.next()).value as R;
  }

  *#feed(): Coroutine<void> {
    try {
      // Its first step takes no item: it is made inside the call that asks for a result.
      yield;
      while (!this.#isOver) {
        if (!this.#source.isAsync) this.#fill();
        else if (this.#hasRoom()) this.#add(yield* this.#source.pull());
        if (this.#isOver || this.#hasRoom()) continue;
        this.#room = this.#loop.createFuture<void>();
        this.#room._purpose = 'a result of `mapConcurrent()` that is taken';
        yield* this.#room;
      }
    } catch (error) {
      if (!this.#isOver) this.#fail(error);
      // A feeder that hides its cancellation is one that debug mode tells of.
      else if (error instanceof CancelledError) throw error;
      else this.#report('The items of `mapConcurrent()` failed after the rest was given up', error);
    } finally {
      yield* this.#source.close((error) =>
        this.#report('The items of `mapConcurrent()` failed to be closed', error),
      );
    }
  }

  /** Takes items that need no waiting, and starts calls. */
  #fill(): void {
    try {
      while (this.#hasRoom()) this.#add(this.#source.pullNow());
    } catch (error) {
      this.#fail(error);
    }
  }

  #hasRoom(): boolean {
    const { concurrency, bufferSize } = this.#options;
    const { running, untaken } = this.#calls;
    return !this.#isOver && running < concurrency && untaken < bufferSize;
  }

  #add(step: IteratorResult<unknown>): void {
    // The rest may have been given up while the item was taken.
    if (this.#isOver) return;
    if (step.done) {
      this.#isOver = true;
      this.#asking.wakeAll();
      return;
    }
    const index = this.#calls.nextIndex();
    const makeTask = () => this.#loop.createTask(this.#startCall(step.value, index), startsNow);
    this.#calls.start(index, makeTask, (call) => this.#callDone(call), this);
    // The first step of the call may have ended the code that takes results: the rest was given up before this call was known.
    if (this.#isOver) this.#calls.dropAll(this.#request());
  }

  /** The source has failed, or a call could not be made. */
  #fail(error: unknown): void {
    this.#isOver = true;
    this.#failure = { error };
    this.#asking.wakeAll();
  }

  #callDone(call: Call): void {
    const outcome = this.#calls.done(call);
    if (outcome === 'failed' && this.#options.onError === 'skip') {
      retrieveFrom(call.task);
      this.#calls.remove(call);
    } else if (outcome === 'failed' && this.#options.onError === 'stop') {
      this.#isOver = true;
      this.#calls.dropBehind(call, this.#request());
      this.#stopFeeder();
    }
    this.#wakeFeeder();
    if (this.#isOver) this.#asking.wakeAll();
    else if (this.#calls.ready !== undefined) this.#asking.wakeNext();
  }

  /** Takes the result of a call that is done. Throws its error if that is to be thrown. */
  #takeNow(call: Call): unknown {
    const { index, task } = call;
    const { onError, indexed } = this.#options;
    this.#calls.remove(call);
    this.#wakeFeeder();
    if (this.#asking.any && this.#calls.ready !== undefined) this.#asking.wakeNext();
    if (onError !== 'settle') {
      const value = task.result();
      return indexed ? { index, value } : value;
    }
    const outcome = settledOf(task);
    return indexed ? { index, ...outcome } : outcome;
  }

  *#take(call: Call): Coroutine<unknown> {
    try {
      return this.#takeNow(call);
    } catch (reason) {
      yield* this.#closeFor(reason);
      throw reason;
    }
  }

  *#atEnd(): Coroutine<IteratorReturnResult<undefined>> {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure === undefined) {
      yield* this.#close(this.#request());
      return { done: true, value: undefined };
    }
    yield* this.#closeFor(failure.error);
    throw failure.error;
  }

  /** Closes before `error` is thrown. If the caller is cancelled meanwhile, it gets that instead. */
  *#closeFor(error: unknown): Coroutine<void> {
    try {
      yield* this.#close(this.#request());
    } catch (interruption) {
      this.#report('Exception in `mapConcurrent()`, whose caller was cancelled', error);
      throw interruption;
    }
  }

  /** The rest is not wanted. */
  #giveUp(request: unknown): void {
    this.#isOver = true;
    this.#failure = undefined;
    this.#calls.dropAll(request ?? this.#request());
    this.#stopFeeder();
    this.#asking.wakeAll();
  }

  /** Gives up the rest, and waits until nothing runs. The caller may be cancelled meanwhile: that is passed on, and thrown in the end. */
  *#close(request: unknown): Coroutine<void> {
    this.#giveUp(request);
    let interruption: { readonly error: unknown } | undefined;
    while (this.#calls.running > 0 || this.#feeder?.done() === false) {
      try {
        yield* this.#asking.wait(true);
      } catch (error) {
        interruption = { error };
        this.#calls.cancel(requestIn(error));
        this.#stopFeeder();
      }
    }
    if (interruption !== undefined) throw interruption.error;
  }

  #request(): CancelRequest {
    return new CancelRequest(undefined, this);
  }

  #stopFeeder(): void {
    const feeder = this.#feeder;
    if (feeder === undefined || feeder.done()) return;
    cancelAll([feeder], dropped);
    // Its source waits for a promise of the host.
    if (feeder._mustCancel) this.#source.interrupt();
  }

  #feederDone(): void {
    retrieveFrom(this.#feeder as Task<unknown>);
    this.#isOver = true;
    this.#asking.wakeAll();
  }

  *#waitForChange(): Coroutine<void> {
    let isOut = false;
    try {
      yield* this.#asking.wait(false);
      isOut = true;
    } catch (error) {
      isOut = true;
      yield* this.#close(requestIn(error));
      throw error;
    } finally {
      // The coroutine was closed: nothing can be awaited.
      if (!isOut) this.#giveUp(undefined);
    }
  }

  #wakeFeeder(): void {
    if (this.#room?.done() === false && this.#hasRoom()) this.#room.setResult();
  }

  #report(message: string, exception: unknown): void {
    this.#loop._report({ message, exception });
  }

  /** @internal Call graphs follow it from a call to the code that takes results. */
  _awaited(): Iterable<Future<unknown>> {
    return this.#asking;
  }

  /** @internal Names it in `error.source`. */
  _title(): string {
    return '`mapConcurrent()`';
  }

  toString(): string {
    return `a result of mapConcurrent(), ${this.#calls.running} running`;
  }
}
