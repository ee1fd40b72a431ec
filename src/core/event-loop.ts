/** The public interface of the loop. Its engine is in iterations.ts. */
import type { AsyncFrame } from './async-frame.ts';
import { checkCallback, checkFlag, checkOptions, checkTime } from './checks.ts';
import type { Coroutine } from './coroutine.ts';
import { current } from './current.ts';
import {
  type ExceptionContext,
  type ExceptionHandler,
  handleException,
} from './exception-handler.ts';
import type { Executor, Work } from './executor.ts';
import { advised, unexpected } from './expected.ts';
import { Future } from './future.ts';
import { Handle, TimerHandle } from './handle.ts';
import { type AsyncScope, type Host, systemHost } from './host.ts';
import { comparesByIdentity } from './identity.ts';
import { Iterations } from './iterations.ts';
import type { LoopExecutors } from './loop-executors.ts';
import { notInBundle } from './not-in-bundle.ts';
import { printsItself } from './prints-itself.ts';
import type { TaskSource } from './run-body.ts';
import { seams } from './seams.ts';
import type { Task } from './task.ts';
import { TaskList } from './task-list.ts';
import type { TaskOptions } from './task-options.ts';
import type { CallPart, FunctionOf, Missing, SourceOf } from './type-messages.ts';
import type { Unretrieved } from './unretrieved.ts';
import { checkUnretrieved, type UnretrievedAction } from './unretrieved-action.ts';
import { watch } from './watch.ts';

/** Makes a task of a coroutine: what `createTask()` calls. `eagerTaskFactory` is one. */
export type TaskFactory = <T>(
  loop: EventLoop,
  coroutine: Coroutine<T>,
  options: TaskOptions,
) => Task<T>;

/** What the copy of the package knows of executors that makes the loop, or another one. */
function executors(): LoopExecutors {
  if (current.executors === undefined) throw notInBundle('executors', '', 'skein/executors');
  return current.executors;
}

function notHost(given: unknown): TypeError {
  return unexpected('new EventLoop', 'no arguments', given);
}

/**
 * Runs callbacks and the steps of tasks. `getEventLoop()` returns the current loop; `new EventLoop()` makes another.
 *
 * @example
 * ```ts
 * import { getEventLoop, sleep } from 'skein';
 * const loop = getEventLoop();
 * const seen: string[] = [];
 * loop.callLater(5, () => seen.push('later'));
 * loop.callSoon(() => seen.push('soon'));
 * await sleep(10);
 * seen; // => ['soon', 'later']
 * ```
 *
 * Follows `asyncio.BaseEventLoop`. Differs: the host's loop drives it, so there is nothing to start; times are in ms.
 */
export class EventLoop extends Iterations {
  static {
    printsItself(this.prototype);
    comparesByIdentity(this.prototype);
  }

  #slowMs = 100;
  #unretrieved: UnretrievedAction = 'exit-code';
  /** @internal */
  readonly _tasks: TaskList<Task<unknown>> = new TaskList();
  /** @internal */
  _unretrieved: Unretrieved | undefined;
  /** @internal The number of open `OutsideWork`. */
  _outside = 0;
  #exceptionHandler: ExceptionHandler | undefined;
  #taskFactory: TaskFactory | undefined;
  /** @internal */
  _defaultExecutor: Executor | undefined;
  /** @internal Called when the loop is closed. */
  readonly _whenClosed: Set<() => void> = new Set();

  /** @internal */
  constructor(host: Host);
  constructor();
  constructor(host: Host = systemHost) {
    if (typeof host?.now !== 'function') throw notHost(host);
    super(host);
    if (seams.debug?.isDefault) this.setDebug(true);
  }

  /**
   * Says what is done about a failure that nothing retrieves within one turn of the host: `'report'` tells it to the exception
   * handler; `'exit-code'`, the default, does so, and the program ends with code 1 unless the failure is retrieved before, or
   * the program sets a code; `'throw'` makes an unhandled rejection of it; `'ignore'` does nothing.
   */
  get unretrieved(): UnretrievedAction {
    return this.#unretrieved;
  }

  /** @throws RangeError when it is none of the four. */
  set unretrieved(action: UnretrievedAction) {
    checkUnretrieved(action);
    this.#unretrieved = action;
  }

  /** Milliseconds on the loop's clock, which never goes back. What it counts from is not defined. */
  override time(): number {
    return this._host.now();
  }

  /**
   * Schedules `callback(...args)` for the next iteration, in a copy of the current context.
   * @throws TypeError when it is not a function; Error when the loop is closed.
   */
  callSoon<Args extends unknown[]>(callback: (...args: Args) => unknown, ...args: Args): Handle {
    checkCallback('callSoon', callback);
    this._checkOpen();
    const handle = new Handle(callback, args, this);
    this._enqueue(handle);
    return handle;
  }

  /**
   * Schedules `callback(...args)` for `delay` ms from now. A delay below 0 is allowed: the most overdue runs first.
   * @throws TypeError when the delay is not a number; RangeError when it is NaN; as `callSoon()`.
   */
  callLater<Args extends unknown[]>(
    delay: number,
    callback: (...args: Args) => unknown,
    ...args: Args
  ): TimerHandle {
    checkTime('callLater', 'a delay', delay);
    checkCallback('callLater', callback);
    return this.callAt(this.time() + delay, callback, ...args);
  }

  /**
   * Schedules `callback(...args)` for the time `when` (ms, on the clock of `time()`), never before. Callbacks of equal
   * times run in the order of the calls.
   * @throws as `callLater()`.
   */
  callAt<Args extends unknown[]>(
    when: number,
    callback: (...args: Args) => unknown,
    ...args: Args
  ): TimerHandle {
    checkTime('callAt', 'a time', when);
    checkCallback('callAt', callback);
    this._checkOpen();
    const timer = new TimerHandle(when, callback, args, this);
    this._setTimer(timer);
    return timer;
  }

  /** Returns a pending future of this loop. */
  createFuture<T>(): Future<T> {
    return new Future<T>(undefined, this);
  }

  /**
   * Runs a coroutine as a task of this loop; see `createTask()`.
   * @throws TypeError when it is not a coroutine, a generator function or an async function; Error when the loop is closed.
   */
  createTask<T, Yielded = Missing, Given = AbortSignal, Way = Missing, Other = never>(
    source: SourceOf<T, Yielded, Given, Way, Other>,
    options?: TaskOptions,
  ): Task<T> {
    const parts = seams.tasks ?? current.tasks;
    if (parts === undefined) throw notInBundle('tasks', '{ createTask } from ', 'skein');
    return parts.createTask(this, source as TaskSource<T>, options, this.#taskFactory);
  }

  /**
   * Sets the function that makes tasks; undefined restores the default. Example: {@link eagerTaskFactory}.
   * @throws TypeError when it is not a function.
   */
  setTaskFactory(factory: TaskFactory | undefined): void {
    if (factory !== undefined) checkCallback('setTaskFactory', factory);
    this.#taskFactory = factory;
  }

  /** Returns what `setTaskFactory()` was given, or undefined. */
  getTaskFactory(): TaskFactory | undefined {
    return this.#taskFactory;
  }

  /**
   * Sets the function that gets unhandled failures; undefined restores the default. Example: {@link ExceptionHandler}.
   * @throws TypeError when it is not a function.
   */
  setExceptionHandler(handler: ExceptionHandler | undefined): void {
    if (handler !== undefined) checkCallback('setExceptionHandler', handler);
    this.#exceptionHandler = handler;
  }

  /** Returns what `setExceptionHandler()` was given, or undefined. */
  getExceptionHandler(): ExceptionHandler | undefined {
    return this.#exceptionHandler;
  }

  /**
   * Reports a failure that no code handles. Never throws what a handler throws. What an override in a subclass throws goes to the console,
   * with the report, where the library calls it; in CPython it comes out of `run_forever()`. Use `setExceptionHandler()`.
   * @throws TypeError when the context is not an object.
   */
  callExceptionHandler(context: ExceptionContext): void {
    checkOptions('callExceptionHandler', context);
    current.hooks?.failed(context);
    seams.stacks?.leaveOutLibrary(context.exception);
    handleException(this.#exceptionHandler, this, context);
  }

  /** @internal As `callExceptionHandler()`, which a subclass may override. What an override throws is reported as that of a handler. */
  _report(context: ExceptionContext): void {
    handleException(() => this.callExceptionHandler(context), this, context);
  }

  /**
   * Turns debug mode on or off: it notes places, and reports slow steps, swallowed cancellations, forgotten coroutines.
   * @throws TypeError when it is neither true nor false; Error in a bundle for pages that does not import `skein/debug`.
   */
  setDebug(debug: boolean): void {
    checkFlag('setDebug', '`debug`', debug);
    if (debug && seams.debug === undefined) throw notInBundle('debug mode', '', 'skein/debug');
    this._debug = debug;
    if (debug) watch.on = true;
  }

  /** Steps and callbacks that take longer are reported in debug mode, in ms. Throws a TypeError when it is set to no number. */
  get slowCallbackDuration(): number {
    return this.#slowMs;
  }

  set slowCallbackDuration(ms: number) {
    checkTime('slowCallbackDuration', 'a time', ms);
    this.#slowMs = ms;
  }

  /** Tells whether debug mode is on. */
  getDebug(): boolean {
    return this._debug;
  }

  /**
   * Runs a function on `executor`, by default on a pool of threads. Returns a future of its result; see `toThread()`.
   * @throws TypeError when `fn` is not a function, or a generator function, or `executor` not an executor; Error when the loop is closed; what
   *   `executor.submit()` throws; Error without an executor in a bundle for pages that does not import `skein/executors`.
   * @example
   * ```ts
   * import { getEventLoop, run } from 'skein';
   * await run(() => getEventLoop().runInExecutor(undefined, (n: number) => n ** 2, 7)); // => 49
   * ```
   */
  runInExecutor<Args extends unknown[], R, Call extends CallPart = Missing, Other = Missing>(
    executor: Executor | null | undefined,
    fn: FunctionOf<'runInExecutor(executor, work, …)', Call, Other, Work<Args, R>>,
    ...args: Args
  ): Future<R> {
    return executors().runInExecutor(this, executor, fn as Work<Args, R>, args);
  }

  /**
   * Sets the executor that `runInExecutor(undefined, …)` and `toThread()` use.
   * @throws TypeError when it is not an executor.
   */
  setDefaultExecutor(executor: Executor): void {
    executors().setDefaultExecutor(this, executor);
  }

  /** Shuts the default executor down, if there is one, and waits for its workers to end. */
  async shutdownDefaultExecutor(): Promise<void> {
    await this._defaultExecutor?.shutdown();
  }

  /** Tells whether the loop runs what it is given: true until `close()`. */
  isRunning(): boolean {
    return !this._closed;
  }

  /** Tells whether `close()` was called. */
  isClosed(): boolean {
    return this._closed;
  }

  /**
   * Drops what is ready and all timers, reports failures that were never retrieved, and shuts the default executor down
   * without waiting. Does not cancel tasks: `run()` does that first; one that still waits for the loop throws. Does nothing the second
   * time.
   * @throws Error when called from one of its own callbacks or tasks.
   */
  close(): void {
    if (this._closed) return;
    if (current.loop === this || this._iterates)
      throw new Error('An event loop cannot be closed by what it runs.');
    this._stop();
    for (const closed of this._whenClosed) closed();
    this._unretrieved?.reportAll();
    seams.debug?.reportNeverAwaited(this);
    current.hooks?.closed(this);
    void this.#releaseExecutor();
  }

  /** The program's own executor may fail here. No caller waits for it, so its failure is reported. */
  async #releaseExecutor(): Promise<void> {
    try {
      await this._defaultExecutor?.shutdown({ wait: false });
    } catch (exception) {
      this._report({ message: 'The default executor failed to shut down', exception });
    }
  }

  /** @internal Captures the host's async context for something that runs later; `storedCaller()` finds `caller` in it. */
  _captureScope(caller: Task<unknown> | AsyncFrame | undefined): AsyncScope | undefined {
    const local = current.asyncLocal;
    if (local === undefined || local.thenOf !== undefined) return this._host.captureScope();
    return local.run(caller as Task<unknown>, () => this._host.captureScope());
  }

  override toString(): string {
    return `<${this.constructor.name} ${this._closed ? 'closed' : 'open'}${seams.texts?.countsOf(this) ?? ''}>`;
  }

  /** @internal */
  _checkOpen(): void {
    if (this._closed) throw new Error(advised('This event loop is closed.', 'closed'));
  }
}

current.createLoop ??= () => new EventLoop();
