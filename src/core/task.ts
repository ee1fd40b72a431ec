/**
 * A task drives a coroutine, step by step, and is the future of what it returns.
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
import { AbortSignals } from './abort-signals.ts';
import type { AsyncFrame } from './async-frame.ts';
import { cancelTask } from './cancel-task.ts';
import { Context, currentValues, type Values } from './context.ts';
import type { Coroutine } from './coroutine.ts';
import { current, currentRunner } from './current.ts';
import { drive } from './driven.ts';
import type { EventLoop } from './event-loop.ts';
import { Future } from './future.ts';
import { FAILED, FINISHED, PENDING } from './future-state.ts';
import type { AsyncScope } from './host.ts';
import { reportLateStep, throwMisuse } from './misuse.ts';
import type { PromiseBridge } from './promise-bridge.ts';
import type { Runnable } from './ready-queue.ts';
import type { StackFrame } from './stack-frames.ts';
import { endedCancelled } from './swallowed-cancellation.ts';
import { checkTaskOptions, type TaskOptions } from './task-options.ts';
import { stackOf } from './task-stack.ts';
import { shortText, taskText } from './task-text.ts';
import { waitForYielded } from './wait-for-yielded.ts';

function step(this: Task<unknown>): void {
  this._step();
}

/**
 * A coroutine that runs beside others: a named, cancellable {@link Future} of what it returns.
 * Made by `createTask()`.
 *
 * @example
 * ```ts
 * import { createTask, sleep } from 'skein';
 * const task = createTask(sleep(60_000), { name: 'poller' });
 * task.cancel('not needed'); // => true
 * await task; // throws CancelledError: not needed
 * ```
 *
 * Follows `asyncio.Task`. Differs: the loop holds pending tasks strongly; `signal` connects it to AbortSignal.
 */
export class Task<T> extends Future<T> implements Runnable {
  // No `#private` methods in here: each class that has some makes its instances larger and slower to create. Of fields,
  // too, there are only those that nearly every task needs: a program may have very many tasks.

  /** @internal */
  _previous: Task<unknown> | undefined = undefined;
  /** @internal */
  _next: Task<unknown> | undefined = undefined;
  /** @internal What it waits for. */
  _waiter: Future<unknown> | undefined = undefined;
  /** @internal */
  _mustCancel = false;
  /** @internal */
  _cancelRequests = 0;
  /** @internal The host's async context that its steps are made in. */
  _asyncScope: AsyncScope | undefined = undefined;
  /** @internal What it runs in: the values of its context, until that is asked for. */
  _context!: Context | Values;
  /** @internal */
  _coroutine: Coroutine<T> | undefined;
  /** @internal */
  _signal: AbortSignals | undefined = undefined;
  /** @internal For those who must not keep it alive. */
  _weakly: WeakRef<Task<unknown>> | undefined = undefined;
  #name: string | number = 0;

  /**
   * @param coroutine - What to run.
   * @param options - As for `createTask()`; `loop`: where to run, by default `getEventLoop()`.
   * @throws TypeError when it is not a coroutine; Error when another task runs it already.
   */
  constructor(coroutine: Coroutine<T>, options?: TaskOptions & { loop?: EventLoop });
  /** @internal `frame`: the async function that awaits the coroutine, as a part of its task. */
  constructor(
    coroutine: Coroutine<T>,
    options: TaskOptions | undefined,
    loop: EventLoop,
    frame?: AsyncFrame,
  );
  constructor(
    coroutine: Coroutine<T>,
    options?: TaskOptions & { loop?: EventLoop },
    loop?: EventLoop,
    frame?: AsyncFrame,
  ) {
    super(undefined, loop ?? options?.loop);
    if (options !== undefined) checkTaskOptions(options);
    drive(coroutine, this._loop);
    this._coroutine = coroutine;
    this._takePlace(options, frame);
  }

  /** @internal Takes its place in the loop. Apart from the constructor, which is short enough for compilers to inline. */
  _takePlace(options: TaskOptions | undefined, _frame?: AsyncFrame): void {
    this.#name = options?.name === undefined ? ++current.taskCount : String(options.name);
    this._context = options?.context ?? currentValues();
    this._loop._tasks.add(this as Task<unknown>);
    if (options !== undefined && this._startsAtOnce(options)) return;
    this._asyncScope = this._loop._captureScope(this as Task<unknown>);
    this._loop._enqueue(this);
  }

  /** @internal Listens to the signal it was given; answers whether it started at once, as it was told to. */
  _startsAtOnce({ signal, eagerStart }: TaskOptions): boolean {
    if (signal !== undefined) {
      this._signal = new AbortSignals();
      this._signal.listen(this as Task<unknown>, signal);
    }
    if (!eagerStart || signal?.aborted === true || !this._loop.isRunning()) return false;
    // The host's async context is only of use to a task that makes another step.
    if (current.asyncLocal !== undefined)
      this._asyncScope = this._loop._captureScope(this as Task<unknown>);
    this._stepInline();
    if (this._state === PENDING)
      this._asyncScope ??= this._loop._captureScope(this as Task<unknown>);
    return true;
  }

  /** @internal The task that this one is a part of: itself, or that of the async function which awaits it. */
  get _owner(): Task<unknown> {
    return this as Task<unknown>;
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
    return this._coroutine;
  }

  /** The context it runs in: the very object, not a copy. */
  getContext(): Context {
    if (this._context instanceof Context) return this._context;
    const context = new Context(this._context);
    if (current.task === this && current.context === this._context) current.context = context;
    this._context = context;
    return context;
  }

  /** @internal The values that are set in it now. */
  _valuesOfNow(): Values {
    return this._context instanceof Context ? this._context._values : this._context;
  }

  /**
   * Asks the task to stop: its coroutine gets a {@link CancelledError} where it waits, or at its next wait. It may
   * clean up, with awaits too, and it may refuse. Answers false when the task is done.
   * @param reason - A message, or any value that says why.
   *
   * Follows `asyncio.Task.cancel()`; differs in that tasks which wait for each other in a ring are woken, where
   * CPython fails with a RecursionError.
   */
  override cancel(reason?: unknown): boolean {
    this._retrieved();
    if (this._state !== PENDING) return false;
    cancelTask(this as Task<unknown>, reason);
    return true;
  }

  /** How many requests to cancel it there were, less the calls of `uncancel()`. */
  cancelling(): number {
    return this._cancelRequests;
  }

  /**
   * Takes back one request to cancel; to be called once by whoever made the request and dealt with it, as
   * `timeout()` does. At 0 a request that was not delivered yet is dropped. Answers the requests left.
   */
  uncancel(): number {
    if (this._cancelRequests > 0) {
      this._cancelRequests--;
      if (this._cancelRequests === 0) this._mustCancel = false;
    }
    return this._cancelRequests;
  }

  /**
   * An AbortSignal that aborts when the task is cancelled, to hand to `fetch` and its like. Made when first asked for.
   * Ask for it where you need it: once a cancellation was dealt with (`timeout()` ended, `uncancel()`), a fresh one is
   * handed out; and inside an async body of `timeout()` or `taskGroup()` it is the signal of that body.
   */
  get signal(): AbortSignal {
    const runner = currentRunner();
    const part = runner !== undefined && runner._owner === this ? runner : (this as Task<unknown>);
    part._signal ??= new AbortSignals();
    return part._signal.signalOf(part);
  }

  /**
   * Returns where the task is in the user's own code, the innermost place first: for a running task here and now, for a
   * failed one from its error, for a waiting one where it waits, if that wait began in debug mode (`SKEIN_DEBUG=1`); else
   * the list is empty. Where an async function waits for several things, their stacks follow one another.
   * @param options - `limit`: at most so many, from the innermost; a negative one counts from the outermost.
   *
   * @example
   * ```ts
   * import { createTask, run, sleep } from 'skein';
   * function* main() {
   *   const task = createTask(function* fetchAll() {
   *     yield* sleep(60_000);
   *   });
   *   yield* sleep(1);
   *   return task.getStack().map((frame) => frame.functionName);
   * }
   * await run(main, { debug: true }); // => ['fetchAll']
   * ```
   *
   * Follows `Task.get_stack()`. Differs: all nested coroutines are listed, and the innermost is the first.
   */
  getStack(options: { limit?: number } = {}): readonly StackFrame[] {
    return stackOf(this as Task<unknown>, options.limit);
  }

  /** Refused with an Error: a task's result is what its coroutine returns. */
  override setResult(): never {
    throw new Error(`${this._name()} takes its result from its coroutine. Return it there.`);
  }

  /** Refused with an Error: a task's exception is what its coroutine throws. */
  override setException(): never {
    throw new Error(`${this._name()} takes its exception from its coroutine. Throw it there.`);
  }

  /** @internal */
  _run(): void {
    if (this._asyncScope === undefined) this._step();
    else this._asyncScope.runInAsyncScope(step, this as Task<unknown>);
  }

  /** @internal Cancels it from a timer. Listeners and futures that hear of it find `values`, and its async context. */
  _cancelWith(values: Values): void {
    const { context } = current;
    current.context = values;
    try {
      if (this._asyncScope === undefined) this.cancel();
      else this._asyncScope.runInAsyncScope(this.cancel as () => boolean, this);
    } finally {
      current.context = context;
    }
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
    const coroutine = this._coroutine;
    if (this._state !== PENDING || coroutine === undefined) {
      if (coroutine !== undefined) this._ended();
      reportLateStep(this as Task<unknown>);
      return;
    }
    const waiter = this._waiter;
    this._waiter = undefined;
    current.task = this as Task<unknown>;
    current.context = this._context;
    try {
      const result =
        this._mustCancel || this._detail !== undefined
          ? this._interrupt(coroutine, waiter)
          : coroutine.next();
      if (result.done) this._returned(result.value);
      else waitForYielded(this as Task<unknown>, result.value);
    } catch (error) {
      this._threw(error);
    } finally {
      current.task = undefined;
      current.context = undefined;
    }
  }

  /** @internal Resumes with an exception: a cancellation that is due, or what the coroutine did wrong. */
  _interrupt(
    coroutine: Coroutine<T>,
    waiter: Future<unknown> | undefined,
  ): IteratorResult<unknown, T> {
    const misuse = this._detail as Error | undefined;
    this._detail = undefined;
    if (!this._mustCancel) return throwMisuse(coroutine, misuse);
    this._mustCancel = false;
    // A wait that ended in a cancellation of its own delivers that one.
    if (waiter !== undefined && endedCancelled(waiter)) return coroutine.next();
    return coroutine.throw(this._makeCancelledError());
  }

  /** @internal */
  _returned(value: T): void {
    this._ended();
    if (this._mustCancel) {
      // Cancelled in its last step, with no wait to deliver it at: the result is lost, as in asyncio.
      this._mustCancel = false;
      this._abandon(this._value);
    } else {
      this._detail = this._value;
      this._finish(value);
    }
  }

  /** @internal */
  _threw(error: unknown): void {
    this._ended();
    if (error instanceof CancelledError) {
      this._detail = error;
      this._abandon(undefined);
    } else {
      this._detail = this._value;
      this._fail(error);
    }
  }

  /** @internal */
  _ended(): void {
    this._coroutine = undefined;
    this._signal?.forget();
    if (this._owner === this) this._loop._tasks.remove(this as Task<unknown>);
  }

  /** @internal */
  _misused(error: Error): void {
    this._detail = error;
    this._loop._enqueue(this);
  }

  /** @internal A task's own awaits are made with `yield*`; what async code that it called awaits is not its wait. */
  _await(bridge: PromiseBridge): void {
    bridge.future._addWaiter(bridge);
  }

  /** @internal */
  override get _cancelReason(): unknown {
    return this._state === FINISHED || this._state === FAILED ? this._detail : this._value;
  }

  /** @internal */
  override _asPlainTask(): Task<unknown> | undefined {
    return this.cancel === Task.prototype.cancel ? (this as Task<unknown>) : undefined;
  }

  /** @internal */
  get _retrieves(): boolean {
    return true;
  }

  /** @internal */
  get _runner(): Task<unknown> {
    return this as Task<unknown>;
  }

  /** @internal */
  override _reportsIn(): { context: Context | undefined; scope: AsyncScope | undefined } {
    return { context: this.getContext(), scope: this._asyncScope };
  }

  /** @internal */
  override _name(): string {
    return `Task '${this.getName()}'`;
  }

  /** @internal */
  override _shortText(): string {
    return shortText(this as Task<unknown>);
  }

  override toString(): string {
    return taskText(this as Task<unknown>);
  }
}
