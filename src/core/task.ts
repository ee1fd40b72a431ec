/**
 * A task drives a coroutine, step by step, and is the future of what it returns.
 *
 * While pending it is, at any time, in one of three conditions:
 * - **ready**: in the loop's ready queue (`_waiter` is undefined, or done); `_run` makes the next step.
 * - **waiting**: among the waiters of `_waiter`, a pending future; settling that makes it ready.
 * - **running**: inside `_step`.
 *
 * `cancel()` on a waiting task cancels `_waiter`, whose CancelledError the next step throws into the coroutine; if
 * there is no waiter, or it refuses, `_mustCancel` has the next step throw one (or the next wait be cancelled at once).
 * Each request is delivered once. A task leaves pending only in `_step`, when the coroutine returned or threw.
 */
import { CancelledError } from '../errors.ts';
import type { AsyncFrame } from './async-frame.ts';
import { type Context, copyContext } from './context.ts';
import { type Coroutine, isCoroutine, notAwaitable } from './coroutine.ts';
import { current, currentRunner } from './current.ts';
import type { EventLoop } from './event-loop.ts';
import { CANCELLED, FAILED, Future, isFuture, PENDING } from './future.ts';
import type { AsyncScope } from './host.ts';
import type { PromiseBridge } from './promise-bridge.ts';
import type { Runnable } from './ready-queue.ts';
import { describe } from './text.ts';

export interface TaskOptions {
  /** Shown in text forms and reports; anything but a string is turned into one. Default: `Task-1`, `Task-2`, … */
  name?: unknown;
  /** What the task runs in. Default: a copy of the current context. */
  context?: Context;
  /** Cancels the task when it aborts, with its reason. */
  signal?: AbortSignal;
  /** Makes the first step at once, inside this call, if the loop is running. Default: what the loop's task factory does. */
  eagerStart?: boolean;
}

function step(this: Task<unknown>): void {
  this._step();
}

const driven = new WeakSet<object>();

/**
 * A coroutine that runs beside others: a named, cancellable {@link Future} of what it returns.
 * Made by `createTask()`.
 *
 * Follows `asyncio.Task`. Differs: the loop holds pending tasks strongly; `signal` connects it to AbortSignal.
 */
export class Task<T> extends Future<T> implements Runnable {
  /** @internal */
  _previous: Task<unknown> | undefined = undefined;
  /** @internal */
  _next: Task<unknown> | undefined = undefined;
  /** @internal What it waits for. */
  _waiter: Future<unknown> | undefined = undefined;
  /** @internal */
  _mustCancel = false;
  /** @internal */
  readonly _context: Context;
  /** @internal The task that this one is a part of: itself, or that of the async function which awaits it. */
  readonly _owner: Task<unknown>;
  #coroutine: Coroutine<T> | undefined;
  #name: string | number;
  #cancelRequests = 0;
  #beingCancelled = false;
  #misuse: Error | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #forgetSignal: (() => void) | undefined = undefined;
  readonly #scope: AsyncScope | undefined;

  /**
   * @param coroutine - What to run.
   * @param options - As for `createTask()`; `loop`: where to run, by default `getEventLoop()`.
   * @throws TypeError when it is not a coroutine; Error when another task runs it already.
   */
  constructor(coroutine: Coroutine<T>, options?: TaskOptions & { loop?: EventLoop });
  /** @internal Runs a coroutine that an async function awaits, as a part of that function's task. */
  constructor(coroutine: Coroutine<T>, options: { loop: EventLoop }, partOf: AsyncFrame);
  constructor(
    coroutine: Coroutine<T>,
    options: TaskOptions & { loop?: EventLoop } = {},
    partOf?: AsyncFrame,
  ) {
    super(options);
    if (!isCoroutine(coroutine)) {
      throw new TypeError(`\`new Task()\` expected a coroutine, but got ${describe(coroutine)}.`);
    }
    if (driven.has(coroutine)) {
      throw new Error(
        'This coroutine is run by a task already. Await that task, or call the generator function again for a new coroutine.',
      );
    }
    driven.add(coroutine);
    this.#coroutine = coroutine;
    if (partOf !== undefined) {
      this._owner = partOf._runner._owner;
      this._context = partOf._runner._context;
      this.#name = this._owner.getName();
      this.#scope = this._loop._captureScope(partOf);
      return;
    }
    this._owner = this as Task<unknown>;
    const name = options.name;
    this.#name = name === undefined ? ++current.taskCount : String(name);
    this._context = options.context ?? copyContext();
    this.#scope = this._loop._captureScope(this as Task<unknown>);
    this._loop._tasks.add(this as Task<unknown>);
    const { signal, eagerStart } = options;
    if (eagerStart && signal?.aborted !== true && this._loop.isRunning()) this._stepInline();
    else this._loop._enqueue(this);
    if (signal !== undefined && !this.done()) this.#listen(signal);
  }

  /** The name given to it, or `Task-` and a number. */
  getName(): string {
    return typeof this.#name === 'number' ? `Task-${this.#name}` : this.#name;
  }

  /** Gives it another name; anything but a string is turned into one. */
  setName(name: unknown): void {
    this.#name = String(name);
  }

  /** The coroutine it drives, or undefined once that has ended. */
  getCoro(): Coroutine<T> | undefined {
    return this.#coroutine;
  }

  /** The context it runs in: the very object, not a copy. */
  getContext(): Context {
    return this._context;
  }

  /**
   * Asks the task to stop: its coroutine gets a {@link CancelledError} where it waits, or at its next wait. It may
   * clean up, with awaits too, and it may refuse. Answers false when the task is done.
   *
   * @param reason - A message, or any value that says why.
   *
   * Follows `asyncio.Task.cancel()`; differs in that tasks which wait for each other in a ring are woken, where
   * CPython fails with a RecursionError.
   */
  override cancel(reason?: unknown): boolean {
    this._retrieved();
    if (this._state !== PENDING) return false;
    this.#cancelRequests++;
    if (this.#beingCancelled) {
      this.#leaveRing(reason);
      return true;
    }
    this.#beingCancelled = true;
    try {
      if (this._waiter?.cancel(reason) !== true) {
        this._mustCancel = true;
        this._cancelReason = reason;
      }
    } finally {
      this.#beingCancelled = false;
    }
    if (this.#controller !== undefined) {
      this.#controller.abort(
        reason instanceof CancelledError ? reason : new CancelledError(reason),
      );
    }
    return true;
  }

  /** What we wait for waits, in the end, for us: nobody else will ever wake us. */
  #leaveRing(reason: unknown): void {
    this._waiter?._removeWaiters((waiter) => waiter === this);
    this._waiter = undefined;
    this._mustCancel = true;
    this._cancelReason = reason;
    this._loop._enqueue(this);
  }

  /** How many requests to cancel it there were, less the calls of `uncancel()`. */
  cancelling(): number {
    return this.#cancelRequests;
  }

  /**
   * Takes back one request to cancel; to be called once by whoever made the request and dealt with it, as
   * `timeout()` does. At 0 a request that was not delivered yet is dropped. Answers the requests left.
   */
  uncancel(): number {
    if (this.#cancelRequests > 0) {
      this.#cancelRequests--;
      if (this.#cancelRequests === 0) this._mustCancel = false;
    }
    return this.#cancelRequests;
  }

  /**
   * An AbortSignal that aborts when the task is cancelled, to hand to `fetch` and its like. Made when first asked for.
   *
   * Ask for it where you need it: once a cancellation was dealt with (`timeout()` ended, `uncancel()`), a fresh one is
   * handed out; and inside an async body of `timeout()` or `taskGroup()` it is the signal of that body.
   */
  get signal(): AbortSignal {
    const runner = currentRunner();
    if (runner !== undefined && runner !== this && runner._owner === this) return runner.signal;
    const controller = this.#controller;
    if (controller !== undefined && !(controller.signal.aborted && this.#cancelRequests === 0)) {
      return controller.signal;
    }
    this.#controller = new AbortController();
    if (this.#cancelRequests > 0) this.#controller.abort(new CancelledError(this._cancelReason));
    return this.#controller.signal;
  }

  /** Refused: a task's result is what its coroutine returns. */
  override setResult(): never {
    throw new Error(`${this._name()} takes its result from its coroutine. Return it there.`);
  }

  /** Refused: a task's exception is what its coroutine throws. */
  override setException(): never {
    throw new Error(`${this._name()} takes its exception from its coroutine. Throw it there.`);
  }

  /** @internal */
  _run(): void {
    if (this.#scope === undefined) this._step();
    else this.#scope.runInAsyncScope(step, this as Task<unknown>);
  }

  /** @internal Makes a step outside of the ready queue: eagerly, or for an await of an async function. */
  _stepInline(): void {
    const { loop, task, context } = current;
    current.loop = this._loop;
    try {
      this._run();
    } finally {
      current.loop = loop;
      current.task = task;
      current.context = context;
    }
  }

  /** @internal */
  _step(): void {
    const coroutine = this.#coroutine;
    if (this._state !== PENDING || coroutine === undefined) {
      this._loop.callExceptionHandler({
        message: 'A task was stepped after it was done',
        exception: this._alreadyDone('step'),
        future: this as Future<unknown>,
      });
      return;
    }
    const waiter = this._waiter;
    this._waiter = undefined;
    current.task = this as Task<unknown>;
    current.context = this._context;
    try {
      const result =
        this._mustCancel || this.#misuse !== undefined
          ? this.#interrupt(coroutine, waiter)
          : coroutine.next();
      if (result.done) this.#returned(result.value);
      else this.#wait(result.value);
    } catch (error) {
      this.#threw(error);
    } finally {
      current.task = undefined;
      current.context = undefined;
    }
  }

  /** Resumes with an exception: a cancellation that is due, or what the coroutine did wrong. */
  #interrupt(
    coroutine: Coroutine<T>,
    waiter: Future<unknown> | undefined,
  ): IteratorResult<unknown, T> {
    const misuse = this.#misuse;
    this.#misuse = undefined;
    if (!this._mustCancel) return coroutine.throw(misuse);
    this._mustCancel = false;
    // A wait that ended in a cancellation of its own delivers that one.
    if (waiter !== undefined && endedCancelled(waiter)) return coroutine.next();
    return coroutine.throw(this._makeCancelledError());
  }

  #returned(value: T): void {
    this.#ended();
    if (this._mustCancel) {
      // Cancelled in its last step, with no wait to deliver it at: the result is lost, as in asyncio.
      this._mustCancel = false;
      this._abandon(this._cancelReason);
    } else {
      this._finish(value);
    }
  }

  #threw(error: unknown): void {
    this.#ended();
    if (error instanceof CancelledError) {
      this._cancelledError = error;
      this._abandon(undefined);
    } else {
      this._fail(error);
    }
  }

  #ended(): void {
    this.#coroutine = undefined;
    this.#forgetSignal?.();
    if (this._owner === this) this._loop._tasks.remove(this as Task<unknown>);
  }

  #wait(awaited: unknown): void {
    if (awaited instanceof Future) {
      if (!awaited._awaited) return this.#misused(this.#yielded(awaited));
      awaited._awaited = false;
      if (awaited._loop !== this._loop) return this.#misused(this._foreignLoop(awaited));
      if (awaited === this) return this.#misused(this._awaitsItself());
      awaited._addWaiter(this);
      this._waiter = awaited;
      if (this._mustCancel && awaited.cancel(this._cancelReason)) this._mustCancel = false;
    } else if (awaited === undefined) {
      this._loop._enqueue(this);
    } else if (isFuture(awaited)) {
      this.#waitForForeign(awaited);
    } else {
      this.#misused(notAwaitable(awaited));
    }
  }

  /** A future of another make: its callbacks are all that we can rely on. */
  #waitForForeign(awaited: Future<unknown>): void {
    this._waiter = awaited;
    awaited.addDoneCallback(() => this._run());
    if (this._mustCancel && awaited.cancel(this._cancelReason)) this._mustCancel = false;
  }

  #misused(error: Error): void {
    this.#misuse = error;
    this._loop._enqueue(this);
  }

  #yielded(awaited: Future<unknown>): TypeError {
    return new TypeError(
      `${this._name()} yielded ${awaited}. Write \`yield*\`, with the star, to await it.`,
    );
  }

  /** @internal */
  _foreignLoop(awaited: Future<unknown>): Error {
    return new Error(
      `${this._name()} cannot wait for ${awaited}: it belongs to another event loop. Create it on the loop that awaits it.`,
    );
  }

  /** @internal */
  _awaitsItself(): Error {
    return new Error(`${this._name()} cannot await itself: it would wait for ever.`);
  }

  /** @internal Tells whether somebody has a signal that told of the cancellation. */
  _signalled(): boolean {
    return this.#controller?.signal.aborted === true;
  }

  /** @internal A task's own awaits are made with `yield*`; what async code that it called awaits is not its wait. */
  _await(bridge: PromiseBridge): void {
    bridge.future._addWaiter(bridge);
  }

  /** @internal */
  get _runner(): Task<unknown> {
    return this as Task<unknown>;
  }

  #listen(signal: AbortSignal): void {
    const abort = (): void => void this.cancel(signal.reason);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    this.#forgetSignal = () => signal.removeEventListener('abort', abort);
  }

  /** @internal */
  override _failureContext(): { context: Context | undefined; scope: AsyncScope | undefined } {
    return { context: this._context, scope: this.#scope };
  }

  /** @internal */
  override _name(): string {
    return `Task '${this.getName()}'`;
  }

  override toString(): string {
    const text = super.toString();
    const waits = this._waiter === undefined ? '' : ` waiting for ${this._waiter._shortText()}`;
    return `<Task '${this.getName()}'${text.slice(text.indexOf(' '), -1)}${waits}>`;
  }

  /** @internal */
  override _shortText(): string {
    return `task '${this.getName()}'`;
  }
}

function endedCancelled(future: Future<unknown>): boolean {
  if (future._state === CANCELLED) return true;
  return future._state === FAILED && future._value instanceof CancelledError;
}
