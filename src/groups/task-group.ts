import '../core/register-tasks.ts';
import type { Settled } from '../combinators/settled.ts';
import { signalOf } from '../core/abort-signals.ts';
import { awaitable, awaitableMethods } from '../core/awaitable.ts';
import { cancelAll } from '../core/cancel-all.ts';
import { checkBody } from '../core/checks.ts';
import {
  type AwaitableCoroutine,
  type Body,
  type Coroutine,
  isCoroutine,
} from '../core/coroutine.ts';
import { requirePart } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { asExit } from '../core/exits.ts';
import { wasCancelled } from '../core/foreign-future.ts';
import type { Future } from '../core/future.ts';
import { tryCancel } from '../core/pass-cancel.ts';
import { printsItself } from '../core/prints-itself.ts';
import type { PurposeKind } from '../core/purpose.ts';
import { runBody, type TaskSource } from '../core/run-body.ts';
import type { Task } from '../core/task.ts';
import type { BodyOf, Missing, SourceOf } from '../core/type-messages.ts';
import { whenDone } from '../core/when-done.ts';
import { CancelRequest } from '../errors/cancel-request.ts';
import { CancelledError } from '../errors.ts';
import { Semaphore } from '../sync/semaphore.ts';
import { Background } from './background.ts';
import { Collected, outcomesOf } from './collected.ts';
import { GroupErrors } from './group-errors.ts';
import {
  checkGroupOptions,
  type GroupTaskOptions,
  type TaskGroupOptions,
  withoutBackground,
} from './group-options.ts';
import { inSlot } from './slots.ts';
import { type Started, Starting } from './starting.ts';

/**
 * Tasks that end together: made by `taskGroup()`, which gives it to its body.
 *
 * States: open → exiting (the body ended, the group waits for its tasks) → finished. In addition it may be aborting: its
 * tasks were cancelled, because one failed, or the body failed, or the parent was cancelled, or `cancel()` was called. An
 * aborting group takes no new tasks.
 *
 * @example
 * ```ts
 * import { run, sleep, taskGroup } from 'skein';
 *
 * await run(async () => {
 *   const seen: string[] = [];
 *   await taskGroup(async (tg) => {
 *     tg.createTask(sleep(60_000, 'slow'));
 *     tg.createTask(async () => {
 *       seen.push(await sleep(1, 'fast'));
 *       tg.cancel();
 *     });
 *   });
 *   return seen;
 * }); // => ['fast']
 * ```
 *
 * Follows `asyncio.TaskGroup`, with `cancel()` of 3.15.
 */
export class TaskGroup {
  static {
    printsItself(this.prototype);
    awaitableMethods(this.prototype, 'start');
  }

  readonly #parent: Task<unknown>;
  readonly #loop: EventLoop;
  readonly #tasks = new Set<Future<unknown>>();
  readonly #errors: GroupErrors;
  #exiting = false;
  #aborting = false;
  /** True if the group cancelled its parent, which it does only as it aborts: it takes that request back at its end. */
  #parentCancelled = false;
  #childrenDone: Future<void> | undefined;
  /** The result of the body; undefined if it was stopped. */
  #result: unknown;
  #background: Background | undefined;
  /** Tasks of `start()`. */
  #starting: WeakMap<Future<unknown>, Starting<unknown>> | undefined;
  /** Undefined if a failure stops the others. */
  readonly #collected: Collected | undefined;
  readonly #slots: Semaphore | undefined;

  /** @internal */
  constructor(parent: Task<unknown>, { limit, errors, onError }: TaskGroupOptions) {
    this.#parent = parent;
    this.#slots = limit === undefined ? undefined : new Semaphore(limit);
    this.#collected = onError === 'settle' ? new Collected() : undefined;
    this.#errors = new GroupErrors(parent.getLoop(), errors === 'first');
    this.#loop = parent.getLoop();
  }

  /**
   * Starts a task in the group; see `createTask()`. If it fails, the others and the body are cancelled.
   *
   * @param source - As for `createTask()`.
   * @param options - As for `createTask()`; `background`: true for a task that the group cancels at its end, in the place of waiting for it.
   * @returns The task. After the group it is done, and `task.result()` has its result.
   * @throws Error when the group takes no tasks any more: it is finished, or shutting down; as `createTask()`.
   */
  createTask<T, Yielded = Missing, Given = AbortSignal, Way = Missing, Other = never>(
    source: SourceOf<T, Yielded, Given, Way, Other>,
    options?: GroupTaskOptions,
  ): Task<T> {
    return this.#add(source as TaskSource<T>, options, this.#slots);
  }

  #add<T>(
    source: TaskSource<T>,
    given: GroupTaskOptions | undefined,
    slots: Semaphore | undefined,
  ): Task<T> {
    if (this.#exiting && this.#tasks.size === 0) throw this.#refusal(source, 'is finished');
    if (this.#aborting) throw this.#refusal(source, 'is shutting down');
    const background = given?.background;
    const options = background === undefined ? given : withoutBackground(given, background);
    const task = this.#loop.createTask(
      slots === undefined || background ? source : inSlot(source, slots, this.#loop),
      options,
    );
    this.#tasks.add(task);
    if (background) {
      this.#background ??= new Background();
      this.#background.add(task);
    }
    this.#collected?.add(task);
    try {
      // By way of the loop even if the task ended eagerly: else the parent would be cancelled too early.
      whenDone(task, this.#taskDone, this.#parent);
    } catch (error) {
      // A task of another make, from a task factory: the group would wait for it for ever.
      this.#tasks.delete(task);
      this.#background?.delete(task);
      cancelAll([task]);
      throw error;
    }
    // Its first step, made eagerly, may have aborted the group.
    if (this.#aborting) tryCancel(task, undefined);
    return task;
  }

  /**
   * Starts a task in the group, and waits until it is ready: the function calls `started(value)`, and goes on as a task of the group. For
   * servers, and whatever others need from the beginning.
   *
   * If it fails before, the error is thrown here, and the group goes on. If the caller is cancelled before, so is the task.
   *
   * @param body - An async function or a generator function. It is given `started`.
   * @param options - As for `tg.createTask()`. The group's `limit` does not count the task.
   * @returns What the function gave to `started()`.
   * @throws What the function throws before it has started; Error when it ends without having called `started()`. As `tg.createTask()`; TypeError
   *   when `body` is not a function.
   *
   * @example
   * ```ts
   * import { run, sleep, type Started, taskGroup } from 'skein';
   *
   * async function serve(started: Started<number>) {
   *   await sleep(1); // it opens a port
   *   started(8080);
   *   await sleep(60_000);
   * }
   * await run(async () => {
   *   return await taskGroup(async (tg) => {
   *     const port = await tg.start(serve, { background: true });
   *     return `connected to ${port}`;
   *   });
   * }); // => 'connected to 8080'
   * ```
   *
   * asyncio has no counterpart. Follows Trio's `nursery.start()`.
   */
  start<T = void>(
    body: Body<[started: Started<T>], unknown>,
    options?: GroupTaskOptions,
  ): AwaitableCoroutine<T>;
  *start<T>(body: Body<[started: Started<T>], unknown>, options?: GroupTaskOptions): Coroutine<T> {
    checkBody('start', body);
    const starting = new Starting<T>();
    const task = this.#add(starting.run(body), options, undefined);
    this.#starting ??= new WeakMap();
    this.#starting.set(task, starting as Starting<unknown>);
    return yield* starting.wait(task);
  }

  /**
   * Returns how the tasks of a group with `onError: 'settle'` ended, in the order in which they were created, without those that are
   * not done. It has all of them after the group. For tasks of different types, `allSettled(tasks)` has the types too.
   *
   * @throws Error when a failure stops the group, so that there is none to collect.
   */
  outcomes(): Settled<unknown>[] {
    return outcomesOf(this.#collected);
  }

  /**
   * Cancels the group's tasks and its body; `taskGroup()` then throws nothing, unless a task fails, and returns undefined if the
   * body was stopped. Does nothing once the group is finished.
   */
  cancel(): void {
    if (this.#aborting || (this.#exiting && this.#tasks.size === 0)) return;
    this.#stop();
  }

  /**
   * An AbortSignal that aborts when the group is cancelled: because a task or the body failed, by `cancel()`, or with the task
   * that runs it. For `fetch` and its like, in the body and in the tasks of the group.
   */
  get signal(): AbortSignal {
    return signalOf(this.#parent);
  }

  /** @internal An async body has returned, perhaps in the step in which it called `cancel()`. */
  _returned(result: unknown): void {
    this.#result = result;
  }

  /** @internal */
  *_run<T>(body: Body<[TaskGroup], T>): Coroutine<T> {
    let cancellation: CancelledError | undefined;
    try {
      this.#result = yield* runBody(body, this);
    } catch (error) {
      if (error instanceof CancelledError) cancellation = error;
      else this.#errors.addOfBody(error);
      if (!this.#aborting) this.#abort();
    }
    this.#exiting = true;
    const [whileOpen, last] = yield* this.#waitForChildren();
    cancellation ??= whileOpen;
    this.#collected?.letGo();

    if (this.#parentCancelled) {
      // The group asked once, so it takes back one request. A request that is left is of other code, and must not be lost.
      if (this.#parent.uncancel() === 0) cancellation = undefined;
      else cancellation ??= last;
    }
    if (this.#errors.isEmpty) {
      if (cancellation !== undefined) throw cancellation;
      // If `cancel()` stopped the body there is no result. The program called it, so it knows.
      return this.#result as T;
    }
    if (this.#parent.cancelling() > 0) {
      // The errors are thrown first. The request to cancel is made again, for the next await.
      this.#parent.uncancel();
      // Its `cancel()` may be code of the program. What that throws does not take the place of the errors.
      cancelAll([this.#parent]);
    }
    throw this.#errors.toThrow();
  }

  /** Returns the CancelledError that aborted the group, if one did, and the last one that the parent got. */
  *#waitForChildren(): Coroutine<[CancelledError | undefined, CancelledError | undefined]> {
    let first: CancelledError | undefined;
    let last: CancelledError | undefined;
    // In a loop: the parent may be cancelled again while it waits.
    while (this.#tasks.size > 0) {
      if (this.#areOnlyInBackground) this.#background?.stop(new CancelRequest(undefined, this));
      this.#childrenDone = asExit(this.#loop.createFuture<void>());
      this.#childrenDone._purpose = this;
      try {
        yield* this.#childrenDone;
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        last = error;
        if (!this.#aborting) {
          first = error;
          this.#abort();
        }
      }
      this.#childrenDone = undefined;
    }
    return [first, last];
  }

  get #areOnlyInBackground(): boolean {
    return this.#tasks.size === (this.#background?.size ?? 0);
  }

  #abort(): void {
    this.#aborting = true;
    // Background tasks are cancelled now, and not again at the end.
    this.#background = undefined;
    cancelAll(this.#tasks, new CancelRequest(undefined, this));
  }

  /** Aborts, and cancels the body. */
  #stop(): void {
    this.#abort();
    this.#parentCancelled = true;
    cancelAll([this.#parent], new CancelRequest(undefined, this));
  }

  readonly #taskDone = (task: Future<unknown>): void => {
    this.#tasks.delete(task);
    this.#background?.delete(task);
    if (this.#areOnlyInBackground && this.#childrenDone?.done() === false) {
      this.#childrenDone.setResult();
    }
    if (this.#starting?.get(task)?.isPending || this.#collected?.takes(task)) return;
    try {
      if (!wasCancelled(task)) task.result();
    } catch (error) {
      this.#childFailed(error, task);
    }
  };

  #childFailed(error: unknown, task: Future<unknown>): void {
    if (this.#parent.done()) {
      this.#errors.reportLate(error, task);
      return;
    }
    this.#errors.addOfTask(error);
    if (this.#aborting) return;
    // The parent may be waiting in the body:
    //
    //   yield* taskGroup(function* (tg) {
    //     tg.createTask(fails());
    //     yield* sleep(60_000);   <- CancelledError comes out here, and becomes the group's error at the end
    //   });
    this.#stop();
  }

  #refusal(source: unknown, why: string): Error {
    if (isCoroutine(source)) source.return(undefined);
    return new Error(`The task group ${why}; it takes no new tasks.`);
  }

  /** @internal */
  get _kind(): PurposeKind {
    return 'group';
  }

  /** @internal Names it in stacks. */
  _title(): string {
    return '`taskGroup()`';
  }

  /** Names the group and its tasks. */
  toString(): string {
    const { size } = this.#tasks;
    return `<TaskGroup of ${size} ${size === 1 ? 'task' : 'tasks'}>`;
  }
}

const running = awaitable(function* (
  body: Body<[TaskGroup], unknown>,
  options: TaskGroupOptions,
): Coroutine<unknown> {
  return yield* new TaskGroup(requirePart('taskGroup'), options)._run(body);
});

/**
 * Runs `body`, which starts tasks with `tg.createTask()`, and waits until they all are done. No task outlives the group:
 * if one fails, or the body does, the others are cancelled and awaited, and then all errors are thrown in one group.
 *
 * A task that is cancelled by itself is not a failure. If the calling task is cancelled, all tasks of the group are.
 *
 * @param body - An async function or a generator function. It is given the {@link TaskGroup}.
 * @param options - `limit`, `errors`, `onError`: see {@link TaskGroupOptions}. Without them it is asyncio's group.
 * @returns What the body returns; undefined if `tg.cancel()` stopped the body.
 * @throws ExceptionGroup with what the tasks and the body threw; CancelledError when the caller was cancelled and nothing
 *   failed. With `errors: 'first'`, the first of these errors. At once: TypeError when `body` is not a function, or an option has the wrong type.
 *
 * @example
 * ```ts
 * import { run, sleep, taskGroup } from 'skein';
 *
 * await run(async () => {
 *   const [a, b] = await taskGroup(async (tg) => {
 *     return [tg.createTask(sleep(2, 'a')), tg.createTask(sleep(1, 'b'))] as const;
 *   });
 *   return a.result() + b.result();
 * }); // => 'ab'
 * await run(function* () {
 *   const task = yield* taskGroup(function* (tg) {
 *     return tg.createTask(sleep(1, 'a'));
 *   });
 *   return task.result();
 * }); // => 'a'
 * ```
 *
 * Follows `asyncio.TaskGroup`. Differs: the body's value is returned; an error of a task is any thrown value; options.
 */
export function taskGroup<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
  body: BodyOf<'taskGroup(async (tg) => { … })', TaskGroup, T, Yielded, Given, Way, Other>,
  options: TaskGroupOptions = {},
): AwaitableCoroutine<T> {
  checkBody('taskGroup', body);
  const checked = checkGroupOptions(options);
  return running(body as Body<[TaskGroup], unknown>, checked) as AwaitableCoroutine<T>;
}
