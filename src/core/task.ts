/**
 * A task drives a coroutine, step by step, and is the future of what the coroutine returns. A pending task is
 * - **ready**: in the loop's ready queue (`_waiter` is undefined, or done); `_run` makes the next step; or
 * - **waiting**: among the waiters of `_waiter`, a pending future; when that is settled the task becomes ready; or
 * - **running**: inside `_step`.
 *
 * A task leaves pending only in `_step`, when the coroutine returned or threw. How a request to cancel it is delivered is
 * told in cancel-task.ts.
 */
import './unretrieved.ts';
import { CancelledError } from '../errors.ts';
import { type AbortSignals, driveUnder, signalOf } from './abort-signals.ts';
import { asked } from './asked.ts';
import type { AsyncFrame } from './async-frame.ts';
import { cancelTask, keepsPending, takePendingCancel, takeUndelivered } from './cancel-task.ts';
import { endedCancelled } from './cancelled-error.ts';
import { Context, currentValues, type Values } from './context.ts';
import type { Coroutine } from './coroutine.ts';
import { current, currentPart } from './current.ts';
import { drive, handOut } from './driven.ts';
import type { EventLoop } from './event-loop.ts';
import { advised } from './expected.ts';
import { Future } from './future.ts';
import { loopIn } from './future-options.ts';
import { FAILED, FINISHED, PENDING } from './future-state.ts';
import type { AsyncScope } from './host.ts';
import { type LevelScope, makeLevel } from './level.ts';
import { reportLateStep, throwMisuse } from './misuse.ts';
import { takesRequests } from './pass-cancel.ts';
import type { PromiseBridge } from './promise-bridge.ts';
import type { Runnable } from './ready-queue.ts';
import { seams } from './seams.ts';
import type { StackFrame } from './stack-frames.ts';
import { captureStart } from './start-scope.ts';
import { type CheckedTaskOptions, checkTaskOptions, type TaskOptions } from './task-options.ts';
import { nameText, taskText } from './task-text.ts';
import { safely } from './text.ts';
import { waitForYielded } from './wait-for-yielded.ts';

function step(this: Task<unknown>): void {
  this._step();
}

/**
 * An async function or a coroutine that runs beside others: a named, cancellable {@link Future} of what it returns.
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
 * Follows `asyncio.Task`. Differs: the loop refers to pending tasks strongly; `signal` connects it to AbortSignal.
 */
export class Task<T> extends Future<T> implements Runnable {
  // A program may have very many tasks. So there are no `#private` methods: they make instances larger and slower to create.
  // And there are only fields that nearly every task needs; the others are undefined on the prototype.

  /** @internal Its place in the list of its loop's tasks; -1: it is not there. */
  _place = -1;
  /** @internal The future that it waits for. */
  _waiter: Future<unknown> | undefined = undefined;
  /** @internal */
  _mustCancel = false;
  /** @internal */
  _cancelRequests = 0;
  /** @internal The host's async context, in which its steps are made. */
  _asyncScope: AsyncScope | undefined = undefined;
  /** @internal Its context; until that is asked for, only the context's values. */
  _context!: Context | Values;
  /** @internal */
  _coroutine: Coroutine<T> | undefined;
  /** @internal */
  declare _signal: AbortSignals | undefined;
  /** @internal What cancels each of its waits from now on; see cancel-task.ts. */
  declare _level: LevelScope | undefined;
  /** @internal A reference for code that must not keep the task alive. One for all: a WeakRef is not cheap. */
  declare _weakly: WeakRef<Task<unknown>> | undefined;
  /** @internal */
  declare readonly _retrieves: true;
  #name: string | number = 0;

  static {
    Object.assign(this.prototype, { _level: undefined, _signal: undefined, _weakly: undefined });
    Object.assign(this.prototype, { _retrieves: true });
    takesRequests(this.prototype);
  }

  /**
   * @param coroutine - What to run.
   * @param options - As for `createTask()`; `loop`: where to run, by default `getEventLoop()`.
   * @throws TypeError when it is not a coroutine; Error when another task runs it already.
   */
  constructor(coroutine: Coroutine<T>, options?: TaskOptions & { loop?: EventLoop | undefined });
  /** @internal `frame`: the async function that awaits it, as a part of its task; `isOwn`: the program has no reference to it. */
  constructor(
    coroutine: Coroutine<T>,
    options: TaskOptions | undefined,
    loop: EventLoop,
    frame?: AsyncFrame,
    isOwn?: boolean,
  );
  constructor(
    coroutine: Coroutine<T>,
    options?: TaskOptions & { loop?: EventLoop | undefined },
    loop?: EventLoop,
    frame?: AsyncFrame,
    isOwn?: boolean,
  ) {
    super(undefined, loop ?? loopIn('new Task', options));
    const checked =
      options === undefined ? undefined : checkTaskOptions(options, loop === undefined);
    if (checked?.signal === undefined) drive(coroutine, this._loop, isOwn);
    else driveUnder(checked.signal, this as Task<unknown>, coroutine);
    this._coroutine = coroutine;
    this._takePlace(checked, frame);
  }

  /** @internal Puts the task into its loop. `PartOfTask` overrides it: there it runs inside of `super()`, before its fields exist. */
  _takePlace(options: CheckedTaskOptions | undefined, _frame?: AsyncFrame): void {
    this.#name = options?.name ?? ++current.taskCount;
    this._context = options?.context ?? currentValues();
    if (options?.level) makeLevel(this as Task<unknown>);
    this._loop._tasks.add(this as Task<unknown>);
    if (!current.hooks?.created(this as Task<unknown>, options)) this._start(options);
  }

  /** @internal Makes the first step now, if it is to and can; else enqueues it. A task that is cancelled already cannot. */
  _start(options: CheckedTaskOptions | undefined): void {
    if (!options?.eagerStart || this._mustCancel || !this._loop.isRunning()) {
      this._asyncScope = captureStart(this as Task<unknown>);
      this._loop._enqueue(this);
      return;
    }
    // Only a task that makes another step needs the host's async context.
    if (current.asyncLocal !== undefined) this._asyncScope = captureStart(this as Task<unknown>);
    this._stepInline();
    if (this._state !== PENDING) this._coroutine = undefined;
    else this._asyncScope ??= this._loop._captureScope(this as Task<unknown>);
  }

  /** @internal The whole task: this one, or the task that this one is a part of (`PartOfTask`). */
  get _task(): Task<unknown> {
    return this as Task<unknown>;
  }

  /** The name given to it, or `Task-` and a number. */
  getName(): string {
    return typeof this.#name === 'number' ? `Task-${this.#name}` : this.#name;
  }

  /** Changes its name; anything but a string is turned into one. Throws a TypeError when that is impossible. */
  setName(name: unknown): void {
    this.#name = nameText('setName', name);
  }

  /** Returns the coroutine that it drives, or drove; undefined for a task that ended in an eager first step. */
  getCoro(): Coroutine<T> | undefined {
    return handOut(seams.calls?.coroutineOf(this._coroutine) ?? this._coroutine);
  }

  /** Returns the context it runs in: the object itself, not a copy. */
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
   * Asks the task to stop: a {@link CancelledError} comes out of the `await` (`yield*`) that it is in, or out of its next one.
   * It may clean up, with awaits too, and it may refuse. Returns false when the task is done.
   * @param reason - A message, or any value that says why.
   *
   * Follows `asyncio.Task.cancel()`; differs: a ring of tasks that wait for each other is woken, where CPython fails.
   */
  override cancel(reason?: unknown): boolean {
    this._retrieved();
    if (this._state !== PENDING) return false;
    seams.cancellations?.noteCancel(this as Task<unknown>);
    cancelTask(this as Task<unknown>, asked(reason));
    return true;
  }

  /** Returns the number of requests to cancel it, less the calls of `uncancel()`. */
  cancelling(): number {
    return this._cancelRequests;
  }

  /**
   * Takes back one request to cancel. The code that made a request and dealt with it calls this once, as `timeout()`
   * does. At 0 a request that was not delivered yet is dropped. Returns the number of requests left.
   */
  uncancel(): number {
    if (this._cancelRequests > 0) {
      this._cancelRequests--;
      if (this._cancelRequests === 0) this._mustCancel = this._level !== undefined;
    }
    return this._cancelRequests;
  }

  /**
   * An AbortSignal that aborts when the task is cancelled, for `fetch` and its like. Made when first read. Read it where
   * you need it: once a cancellation was dealt with (`timeout()` ended, `uncancel()`), it is a new one; and inside an
   * async body of `timeout()` or `taskGroup()` it is the signal of that body.
   */
  get signal(): AbortSignal {
    const running = currentPart();
    return signalOf(running?._task === this ? running : (this as Task<unknown>));
  }

  /**
   * Returns the places of the task in the user's own code, the innermost first. For a running task these are the current
   * ones; for a failed task those of its error; for a waiting task where it waits, if that wait began in debug mode
   * (`SKEIN_DEBUG=1`). Else the list is empty, as it is in a bundle for pages that does not import `skein/debug`. If an async function has several awaits, their stacks follow one another.
   * @param options - `limit`: the greatest number of places, from the innermost; a negative one counts from the outermost.
   * @throws TypeError when it is not a number; RangeError when it is NaN.
   *
   * @example
   * ```ts
   * import { createTask, run, sleep } from 'skein';
   * async function main() {
   *   const task = createTask(async function fetchAll() {
   *     await sleep(60_000);
   *   });
   *   await sleep(1);
   *   return task.getStack().map((frame) => frame.functionName);
   * }
   * await run(main, { debug: true }); // => ['fetchAll']
   * ```
   *
   * Follows `Task.get_stack()`. Differs: all nested coroutines are listed, and the innermost is the first.
   */
  getStack(options: { limit?: number | undefined } = {}): readonly StackFrame[] {
    return seams.debug?.stackOf(this as Task<unknown>, options) ?? [];
  }

  /** Refused with an Error: a task's result is what its coroutine returns. */
  override setResult(): never {
    throw new Error(advised(`${this._name()} takes its result from its coroutine.`, 'result'));
  }

  /** Refused with an Error: a task's exception is what its coroutine throws. */
  override setException(): never {
    throw new Error(
      advised(`${this._name()} takes its exception from its coroutine.`, 'exception'),
    );
  }

  /** @internal */
  _run(): void {
    if (this._asyncScope === undefined) this._step();
    else this._asyncScope.runInAsyncScope(step, this as Task<unknown>);
  }

  /** @internal Its name, or its number if it was given none. */
  get _nameOrNumber(): string | number {
    return this.#name;
  }

  /** @internal Makes a step at once, not from the ready queue: an eager start, or an await in an async function. */
  _stepInline(): void {
    const { loop, task, context, hooks } = current;
    current.loop = this._loop;
    hooks?.begins(this as Task<unknown>);
    try {
      this._run();
    } finally {
      hooks?.ends(this as Task<unknown>);
      current.loop = loop;
      current.task = task;
      current.context = context;
    }
  }

  /** @internal */
  _step(): void {
    if (this._state !== PENDING) {
      this._ended();
      reportLateStep(this as Task<unknown>);
      return;
    }
    const coroutine = this._coroutine as Coroutine<T>;
    const waiter = this._waiter;
    this._waiter = undefined;
    current.task = this as Task<unknown>;
    current.context = this._context;
    try {
      const result =
        this._mustCancel || this._misuse !== undefined
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

  /** @internal Resumes the coroutine with an exception: a cancellation that is due, or an error for what it yielded. */
  _interrupt(
    coroutine: Coroutine<T>,
    waiter: Future<unknown> | undefined,
  ): IteratorResult<unknown, T> {
    const misuse = this._misuse;
    this._detail = undefined;
    // The awaited future was cancelled itself: its CancelledError delivers the request, if that is not one of another scope.
    const isCancelled = waiter !== undefined && endedCancelled(waiter);
    if (waiter !== undefined && keepsPending(this as Task<unknown>, waiter, isCancelled))
      return coroutine.next();
    if (!takePendingCancel(this as Task<unknown>)) return throwMisuse(coroutine, misuse);
    if (isCancelled) return coroutine.next();
    return coroutine.throw(this._makeCancelledError());
  }

  /** @internal */
  _returned(value: T): void {
    this._ended();
    if (takeUndelivered(this as Task<unknown>)) {
      // The task was cancelled in its last step, without a wait to deliver that at. The result is lost, as in asyncio.
      this._abandon(this._value);
    } else {
      this._detail = this._value;
      this._finish(value);
    }
  }

  /** @internal */
  _threw(error: unknown): void {
    this._ended();
    if (error instanceof CancelledError) return this._abandonWith(error);
    seams.stacks?.failed(this as Task<unknown>, error);
    this._detail = this._value;
    this._fail(error);
  }

  /** @internal */
  _ended(): void {
    this._signal?.forget(this as Task<unknown>);
    if (this._task === this) this._loop._tasks.remove(this as Task<unknown>);
  }

  /** @internal An error to be thrown into the coroutine, for what it yielded. */
  get _misuse(): Error | undefined {
    return this._detail as Error | undefined;
  }

  /** @internal */
  _misused(error: unknown): void {
    this._detail = error;
    this._loop._enqueue(this);
  }

  /** @internal An `await` in code that the task's coroutine called. The task itself waits only with `yield*`. */
  _await(bridge: PromiseBridge): void {
    bridge.listen();
  }

  /** @internal The reason of the last request to cancel it; while pending, of the next CancelledError. */
  override get _cancelReason(): unknown {
    return this._state === FINISHED || this._state === FAILED ? this._detail : this._value;
  }

  /** @internal Returns this if its `cancel()` is not overridden. */
  _asPlainTask(): Task<unknown> | undefined {
    return this.cancel === Task.prototype.cancel ? (this as Task<unknown>) : undefined;
  }

  /** @internal As `AsyncFrame._part`, so that both can be the caller of an `await`. */
  get _part(): Task<unknown> {
    return this as Task<unknown>;
  }

  /** @internal */
  override _reportsIn(): { context: Context | undefined; scope: AsyncScope | undefined } {
    return { context: this.getContext(), scope: this._asyncScope };
  }

  /** @internal */
  override _name(): string {
    return `Task '${safely(() => this.getName())}'`;
  }

  override toString(): string {
    return taskText(this as Task<unknown>);
  }
}
