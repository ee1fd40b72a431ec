/// <reference lib="esnext.disposable" preserve="true" />
import './core/register-tasks.ts';
import { gather } from './combinators/gather.ts';
import { cancelAll } from './core/cancel-all.ts';
import { checkFlag, checkOptions, isEventLoop } from './core/checks.ts';
import { type Context, copyContext } from './core/context.ts';
import { type Awaitable, type Coroutine, isCoroutine } from './core/coroutine.ts';
import { current, currentTask } from './core/current.ts';
import { enteredLoops } from './core/entered-loops.ts';
import { EventLoop } from './core/event-loop.ts';
import { unexpected } from './core/expected.ts';
import type { Future } from './core/future.ts';
import { FAILED } from './core/future-state.ts';
import { systemHost } from './core/host.ts';
import { printsItself } from './core/prints-itself.ts';
import { coroutineOf, type TaskSource } from './core/run-body.ts';
import { seams } from './core/seams.ts';
import type { EndingSignal } from './core/signals.ts';
import type { Task } from './core/task.ts';
import { describe, framesText, safely } from './core/text.ts';
import type { Main, MainOf, Missing } from './core/type-messages.ts';
import { tell } from './core/unretrieved.ts';
import { checkUnretrieved, type UnretrievedAction } from './core/unretrieved-action.ts';
import { untilDone } from './core/until-done.ts';
import { CancelledError, KeyboardInterrupt, SystemExit } from './errors.ts';
import { yieldableOf } from './interop/ensure-future.ts';

/** Options of {@link run} and {@link Runner}. */
export interface RunnerOptions {
  /** Makes the loop, when it is first needed; by default a new {@link EventLoop}. */
  loop?: (() => EventLoop) | undefined;
  /** Turns the loop's debug mode on or off. */
  debug?: boolean | undefined;
  /** Cancels what runs when it aborts, with its reason. */
  signal?: AbortSignal | undefined;
  /**
   * Cancels main on Ctrl-C (SIGINT) and on SIGTERM. Default: true. With false, signals are left to the program, and without
   * a listener the host kills the process.
   */
  interrupts?: boolean | undefined;
  /**
   * Says what is done about a failure that nothing retrieves: see {@link EventLoop.unretrieved}. Default: that of the loop,
   * `'exit-code'`.
   */
  unretrieved?: UnretrievedAction | undefined;
}

const known: readonly (keyof RunnerOptions)[] = [
  'loop',
  'debug',
  'signal',
  'interrupts',
  'unretrieved',
];

/** After a second signal, tasks that are left over have this time to clean up. */
const hurryMs = 1000;

/** Makes the error that says which signal ended main. */
function endedBy(signal: EndingSignal): KeyboardInterrupt | SystemExit {
  const error = signal === 'SIGINT' ? new KeyboardInterrupt() : new SystemExit();
  seams.process?.setCodeOfUncaught(error, error.exitCode);
  return error;
}

/** Returns what `run()` throws for a cancellation that came after a signal. */
function interruptionOf(
  error: CancelledError,
  task: Task<unknown>,
  signal: EndingSignal,
): KeyboardInterrupt | SystemExit | CancelledError {
  const interruption = endedBy(signal);
  // A task of another make may have no `uncancel()`: then nothing tells whether something else cancelled it too.
  if ((task as Partial<Task<unknown>>).uncancel?.() === 0) return interruption;
  seams.process?.setCodeOfUncaught(error, interruption.exitCode);
  return error;
}

/** Names the tasks, and shows where they are. */
function listed(tasks: readonly Task<unknown>[]): string {
  const shown = tasks.map((task) => {
    const text = (): string =>
      [`  ${task}`, framesText(task.getStack(), '      ')].filter(Boolean).join('\n');
    // A class of the program may have texts of its own, which throw.
    return safely(text);
  });
  return shown.join('\n');
}

function counted(tasks: readonly Task<unknown>[]): string {
  return tasks.length === 1 ? 'a task' : `${tasks.length} tasks`;
}

function reportLeftOver(loop: EventLoop, tasks: readonly Task<unknown>[]): void {
  const were = tasks.length === 1 ? 'was' : 'were';
  loop._report({
    message: `run() ended while ${counted(tasks)} ${were} pending, to be cancelled now:\n${listed(tasks)}`,
    warning: true,
  });
}

function* awaitMain<T>(main: Awaitable<T>): Coroutine<T> {
  return yield* yieldableOf(main, 'run');
}

function coroutineOfMain<T>(main: Main<T>): Coroutine<T> {
  if (typeof main === 'function') return coroutineOf(main as TaskSource<T>);
  if (main instanceof Promise) {
    throw new TypeError(
      '`run()` expected a function, but got a promise. Write `run(main)`, not `run(main())`.',
    );
  }
  return isCoroutine(main) ? (main as Coroutine<T>) : awaitMain(main);
}

/**
 * Runs several programs, one after the other, on one loop and in one context.
 *
 * States: created → open (the first `run()` made the loop) → closed (`close()`).
 *
 * @example
 * ```ts
 * import { Runner, sleep } from 'skein';
 *
 * await using runner = new Runner();
 * await runner.run(async () => await sleep(1, 'first')); // => 'first'
 * await runner.run(function* () {
 *   return yield* sleep(1, 'second');
 * }); // => 'second'
 * ```
 *
 * Follows `asyncio.Runner`. Differs: `run()` and `close()` return promises; `signal` has no counterpart.
 */
export class Runner implements AsyncDisposable {
  static {
    printsItself(this.prototype);
  }

  readonly #options: RunnerOptions;
  #loop: EventLoop | undefined;
  #context: Context | undefined;
  #closed = false;
  /** The signals that are not left to the program. */
  #signals: readonly EndingSignal[] = [];
  /** The first signal that came while main ran. */
  #signal: EndingSignal | undefined;
  /** True once a signal came that main did not end by in time. */
  #hurries = false;
  #mainFailed = false;

  /**
   * @param options - `loop`: makes the loop; `debug`; `signal`: cancels what runs; `interrupts`: false leaves Ctrl-C and SIGTERM
   *   to the program. Nothing is made before it is needed.
   * @throws TypeError when they are no object, or `debug` or `interrupts` is neither true nor false.
   */
  constructor(options: RunnerOptions = {}) {
    checkOptions('new Runner', options, known);
    checkFlag('new Runner', '`debug`', options.debug);
    checkFlag('new Runner', '`interrupts`', options.interrupts);
    if (options.unretrieved !== undefined) checkUnretrieved(options.unretrieved);
    this.#options = options;
  }

  /**
   * Returns the loop, which is made when first needed.
   *
   * @throws Error when the runner is closed; TypeError when the option `loop` is not a function.
   */
  getLoop(): EventLoop {
    if (this.#closed) throw new Error('This runner is closed. Make a new one.');
    if (this.#loop === undefined) {
      const { loop } = this.#options;
      if (loop !== undefined && typeof loop !== 'function') {
        throw new TypeError(
          `\`loop\` was expected to be a function that makes the loop, but is ${describe(loop)}. Write \`{ loop: () => loop }\`.`,
        );
      }
      const made: unknown = loop?.() ?? new EventLoop();
      if (!isEventLoop(made)) {
        throw unexpected('new Runner', '`loop` to return an event loop', made);
      }
      this.#loop = made;
      if (this.#options.debug !== undefined) this.#loop.setDebug(this.#options.debug);
      const { unretrieved } = this.#options;
      if (unretrieved !== undefined) this.#loop.unretrieved = unretrieved;
    }
    return this.#loop;
  }

  /**
   * Runs `main` as a task and resolves with its result.
   *
   * The first Ctrl-C or SIGTERM cancels main, whatever else listens to it; unless the program listened before `run()` was
   * called, then the signal is the program's. A second one has `run()` throw at once. See the guide on programs.
   *
   * @param main - An async function or a generator function; a coroutine or a future will do as well.
   * @param options - `context`: what it runs in, by default one that all runs of this runner share.
   * @returns What main returns.
   * @throws KeyboardInterrupt when Ctrl-C ended it; SystemExit when SIGTERM did; what main throws; Error when called inside of a
   *   task, or when the runner is closed; TypeError when main cannot be run. All of them reject the promise.
   */
  async run<
    T,
    Yielded = Missing,
    Given = Missing,
    Way = Missing,
    Tag = Missing,
    List = Missing,
    Other = never,
  >(
    main: MainOf<T, Yielded, Given, Way, Tag, List, Other>,
    options: { context?: Context | undefined } = {},
  ): Promise<T> {
    if (current.loop !== undefined || currentTask() !== undefined) {
      throw new Error(
        '`run()` was called inside of a task. It is for the outermost program: await the coroutine itself here.',
      );
    }
    checkOptions('runner.run', options, ['context']);
    const loop = this.getLoop();
    const coroutine = coroutineOfMain(main as Main<T>);
    this.#context ??= copyContext();
    const { signal } = this.#options;
    const task = loop.createTask(coroutine, {
      context: options.context ?? this.#context,
      ...(signal !== undefined && { signal }),
    });
    this.#mainFailed = true;
    await this.#untilDoneOrInterrupted(loop, task);
    try {
      const result = task.result();
      this.#mainFailed = false;
      return result;
    } catch (error) {
      if (this.#signal === undefined || !(error instanceof CancelledError)) throw error;
      throw interruptionOf(error, task, this.#signal);
    }
  }

  async #untilDoneOrInterrupted(loop: EventLoop, task: Task<unknown>): Promise<void> {
    this.#signal = undefined;
    this.#hurries = false;
    if (this.#options.interrupts !== false) this.#signals = seams.process?.freeSignals() ?? [];
    let forget: (() => void) | undefined;
    const interrupted = new Promise<never>((_, reject) => {
      forget = seams.process?.onSignals(this.#signals, (signal) => {
        if (this.#signal === undefined) {
          this.#signal = signal;
          cancelAll([task]);
        } else {
          this.#hurries = true;
          reject(endedBy(signal));
        }
      });
    });
    try {
      await this.#drive(loop, task, interrupted);
    } finally {
      forget?.();
    }
  }

  /**
   * Runs until `future` is done, or until `end` is settled. If the program comes to its end before, what is stuck is reported.
   */
  async #drive(loop: EventLoop, future: Future<unknown>, end: Promise<void>): Promise<void> {
    const forget = seams.process?.onDrained(() => {
      const stuck = [...loop._tasks].map((task) => safely(() => `  ${task}`)).join('\n');
      loop._report({
        message: `The program ended while run() was waiting. Nothing can wake these tasks any more:\n${stuck}`,
      });
    });
    const leave = enteredLoops().enter(loop);
    try {
      await Promise.race([untilDone(loop, future), end]);
    } finally {
      leave();
      forget?.();
    }
  }

  /**
   * Cancels what is left, waits for it to end and reports what it throws; shuts the default executor down; closes the
   * loop. Does nothing the second time.
   *
   * A signal meanwhile cancels what is left once more, and `close()` waits for a second at most. It does so from the start
   * if main was interrupted twice.
   *
   * @throws KeyboardInterrupt or SystemExit when such a signal came, unless main had failed before.
   */
  async close(): Promise<void> {
    const loop = this.#loop;
    if (this.#closed) return;
    this.#closed = true;
    if (loop === undefined || loop.isClosed()) return;
    let timer: unknown;
    let hurry = (): void => {};
    const timeIsUp = new Promise<void>((resolve) => {
      hurry = () => {
        timer = systemHost.setTimer(resolve, hurryMs);
      };
    });
    let signal: EndingSignal | undefined;
    let forget: (() => void) | undefined;
    if (this.#hurries) {
      hurry();
    } else {
      forget = seams.process?.onSignals(this.#signals, (heard) => {
        // The next one kills the process.
        forget?.();
        signal = heard;
        cancelAll(loop._tasks);
        hurry();
      });
    }
    try {
      await this.#cancelAll(loop, timeIsUp);
      await Promise.race([loop.shutdownDefaultExecutor(), timeIsUp]);
    } finally {
      forget?.();
      systemHost.clearTimer(timer);
      loop.close();
    }
    if (signal !== undefined && !this.#mainFailed) throw endedBy(signal);
  }

  async #cancelAll(loop: EventLoop, timeIsUp: Promise<void>): Promise<void> {
    const left = [...loop._tasks];
    if (left.length === 0) return;
    if (loop.getDebug()) reportLeftOver(loop, left);
    cancelAll(left);
    await this.#drive(loop, gather(left, { returnExceptions: true }), timeIsUp);
    const pending = left.filter((task) => !task.done());
    if (pending.length > 0) {
      loop._report({
        message: `run() was interrupted again, and does not wait any longer for ${counted(pending)}:\n${listed(pending)}`,
      });
    }
    for (const task of left) {
      if (task._state !== FAILED) continue;
      tell(task, 'A task that was left over when run() ended failed while it was cancelled');
    }
  }

  toString(): string {
    if (this.#closed) return '<Runner closed>';
    return `<Runner ${this.#loop === undefined ? 'created' : `open on ${this.#loop}`}>`;
  }

  /** Closes it at the end of a block with `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Runs a program: `main` as the first task of a new loop. When it ends, what it left running is cancelled and awaited, the
 * default executor is shut down and the loop closed.
 *
 * @param main - An async function or a generator function; a coroutine or a future will do as well.
 * @param options - `loop`: makes the loop; `debug`: turns debug mode on or off; `signal`: cancels main; `interrupts`: false leaves
 *   Ctrl-C and SIGTERM to the program; `unretrieved`: see {@link EventLoop.unretrieved}.
 * @returns What main returns.
 * @throws KeyboardInterrupt when Ctrl-C ended it; SystemExit when SIGTERM did; what main throws; Error when called inside of a
 *   task; TypeError when main cannot be run. All of them reject the promise.
 *
 * @example
 * ```ts
 * import { run, sleep } from 'skein';
 *
 * await run(async () => {
 *   await sleep(5);
 *   return 'done';
 * }); // => 'done'
 * await run(function* () {
 *   yield* sleep(5);
 *   return 'done';
 * }); // => 'done'
 * ```
 *
 * Follows `asyncio.run()`. Differs: returns a promise, as JavaScript cannot block.
 */
export async function run<
  T,
  Yielded = Missing,
  Given = Missing,
  Way = Missing,
  Tag = Missing,
  List = Missing,
  Other = never,
>(main: MainOf<T, Yielded, Given, Way, Tag, List, Other>, options?: RunnerOptions): Promise<T> {
  const runner = new Runner(options);
  try {
    return await runner.run(main as Main<T>);
  } finally {
    await runner.close();
  }
}
