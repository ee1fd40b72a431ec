import '../core/register-tasks.ts';
import { signalOf } from '../core/abort-signals.ts';
import { awaitable } from '../core/awaitable.ts';
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
import { Future } from '../core/future.ts';
import { tryCancel } from '../core/pass-cancel.ts';
import { printsItself } from '../core/prints-itself.ts';
import type { PurposeKind } from '../core/purpose.ts';
import { runBody, type TaskSource } from '../core/run-body.ts';
import type { Task } from '../core/task.ts';
import type { TaskOptions } from '../core/task-options.ts';
import type { BodyOf, Missing, SourceOf } from '../core/type-messages.ts';
import { tell } from '../core/unretrieved.ts';
import { whenDone } from '../core/when-done.ts';
import { CancelRequest } from '../errors/cancel-request.ts';
import { CancelledError } from '../errors.ts';
import { ExceptionGroup } from './exception-group.ts';

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
  }

  readonly #parent: Task<unknown>;
  readonly #loop: EventLoop;
  readonly #tasks = new Set<Future<unknown>>();
  readonly #errors: unknown[] = [];
  #exiting = false;
  #aborting = false;
  /** True if the group cancelled its parent, which it does only as it aborts: it takes that request back at its end. */
  #parentCancelled = false;
  #childrenDone: Future<void> | undefined;
  /** The result of the body; undefined if it was stopped. */
  #result: unknown;

  /** @internal */
  constructor(parent: Task<unknown>) {
    this.#parent = parent;
    this.#loop = parent.getLoop();
  }

  /**
   * Starts a task in the group; see `createTask()`. If it fails, the others and the body are cancelled.
   *
   * @throws Error when the group takes no tasks any more: it is finished, or shutting down; as `createTask()`.
   */
  createTask<T, Yielded = Missing, Given = AbortSignal, Way = Missing, Other = never>(
    source: SourceOf<T, Yielded, Given, Way, Other>,
    options?: TaskOptions,
  ): Task<T> {
    if (this.#exiting && this.#tasks.size === 0) throw this.#refusal(source, 'is finished');
    if (this.#aborting) throw this.#refusal(source, 'is shutting down');
    const task = this.#loop.createTask(source as TaskSource<T>, options);
    this.#tasks.add(task);
    try {
      // By way of the loop even if the task ended eagerly: else the parent would be cancelled too early.
      whenDone(task, this.#taskDone, this.#parent);
    } catch (error) {
      // A task of another make, from a task factory: the group would wait for it for ever.
      this.#tasks.delete(task);
      cancelAll([task]);
      throw error;
    }
    // Its first step, made eagerly, may have aborted the group.
    if (this.#aborting) tryCancel(task, undefined);
    return task;
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
    const bodyErrors: unknown[] = [];
    try {
      this.#result = yield* runBody(body, this);
    } catch (error) {
      if (error instanceof CancelledError) cancellation = error;
      else bodyErrors.push(error);
      if (!this.#aborting) this.#abort();
    }
    this.#exiting = true;
    const [whileOpen, last] = yield* this.#waitForChildren();
    cancellation ??= whileOpen;

    if (this.#parentCancelled) {
      // The group asked once, so it takes back one request. A request that is left is of other code, and must not be lost.
      if (this.#parent.uncancel() === 0) cancellation = undefined;
      else cancellation ??= last;
    }
    const errors = [...this.#errors, ...bodyErrors];
    if (errors.length === 0) {
      if (cancellation !== undefined) throw cancellation;
      // If `cancel()` stopped the body there is no result. The program called it, so it knows.
      return this.#result as T;
    }
    if (this.#parent.cancelling() > 0) {
      // The errors are thrown first. The request to cancel is made again, for the next await.
      this.#parent.uncancel();
      tryCancel(this.#parent, undefined);
    }
    throw new ExceptionGroup('unhandled errors in a TaskGroup', errors);
  }

  /** Returns the CancelledError that aborted the group, if one did, and the last one that the parent got. */
  *#waitForChildren(): Coroutine<[CancelledError | undefined, CancelledError | undefined]> {
    let first: CancelledError | undefined;
    let last: CancelledError | undefined;
    // In a loop: the parent may be cancelled again while it waits.
    while (this.#tasks.size > 0) {
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

  #abort(): void {
    this.#aborting = true;
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
    if (this.#tasks.size === 0 && this.#childrenDone?.done() === false) {
      this.#childrenDone.setResult();
    }
    try {
      if (!wasCancelled(task)) task.result();
    } catch (error) {
      this.#childFailed(error, task);
    }
  };

  #childFailed(error: unknown, task: Future<unknown>): void {
    if (this.#parent.done()) {
      const message = 'A task of a group failed after the group had ended';
      if (task instanceof Future) tell(task, message);
      else this.#loop.callExceptionHandler({ message, exception: error, future: task });
      return;
    }
    this.#errors.push(error);
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

  toString(): string {
    const { size } = this.#tasks;
    return `<TaskGroup of ${size} ${size === 1 ? 'task' : 'tasks'}>`;
  }
}

const running = awaitable(function* (body: Body<[TaskGroup], unknown>): Coroutine<unknown> {
  return yield* new TaskGroup(requirePart('taskGroup'))._run(body);
});

/**
 * Runs `body`, which starts tasks with `tg.createTask()`, and waits until they all are done. No task outlives the group:
 * if one fails, or the body does, the others are cancelled and awaited, and then all errors are thrown in one group.
 *
 * A task that is cancelled by itself is not a failure. If the calling task is cancelled, all tasks of the group are.
 *
 * @param body - An async function or a generator function. It is given the {@link TaskGroup}.
 * @returns What the body returns; undefined if `tg.cancel()` stopped the body.
 * @throws ExceptionGroup with what the tasks and the body threw; CancelledError when the caller was cancelled and nothing
 *   failed. At once: TypeError when `body` is not a function.
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
 * Follows `asyncio.TaskGroup`. Differs: the body's value is returned; an error of a task is any thrown value.
 */
export function taskGroup<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
  body: BodyOf<'taskGroup(async (tg) => { … })', TaskGroup, T, Yielded, Given, Way, Other>,
): AwaitableCoroutine<T> {
  checkBody('taskGroup', body);
  return running(body as Body<[TaskGroup], unknown>) as AwaitableCoroutine<T>;
}
