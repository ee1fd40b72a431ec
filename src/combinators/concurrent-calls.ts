/** The calls of `mapConcurrent()`, as a window over the items. */
import { cancelAll } from '../core/cancel-all.ts';
import { currentTask } from '../core/current.ts';
import { hasFailed, retrieveFrom, wasCancelled } from '../core/foreign-future.ts';
import { type Link, LinkedList } from '../core/linked-list.ts';
import type { Task } from '../core/task.ts';
import { tell } from '../core/unretrieved.ts';
import { type ListenerOwner, whenDone } from '../core/when-done.ts';

/** A call of the function. */
export interface Call {
  /** The number of the item, from 0 on. */
  readonly index: number;
  readonly task: Task<unknown>;
  /** Its place among those whose results are wanted; undefined if its result is not. */
  link: Link<Call> | undefined;
  /** True if it was cancelled while it ran. */
  wasStopped: boolean;
}

/** Tells whether a call that is done has a result. */
export function hasResult({ task }: Call): boolean {
  return !hasFailed(task) && !wasCancelled(task);
}

/** The error of `[...results]`, which would have no end. */
export function notAwaited(): Error {
  return new Error(
    'A `for` loop over the results of `mapConcurrent()` expected each to be awaited before the next one, but it was not. Write `results.toArray()` for all of them.',
  );
}

/**
 * A call is in one of these places:
 *
 * - ahead: its result was not taken. In any order: it runs.
 * - finished, in any order only: it is done, and its result was not taken.
 * - dropped: its result is not wanted. It was cancelled if it ran.
 */
export class ConcurrentCalls {
  readonly #isOrdered: boolean;
  readonly #ahead = new LinkedList<Call>();
  readonly #finished = new LinkedList<Call>();
  /** The tasks of all calls that run, of dropped ones too. */
  readonly #running = new Set<Task<unknown>>();
  #started = 0;
  /** True while a call makes its first step. */
  #isStarting = false;
  /** The number of calls that {@link remove} took out. */
  taken = 0;

  constructor(isOrdered: boolean) {
    this.#isOrdered = isOrdered;
  }

  /** The number of calls that run. */
  get running(): number {
    return this.#running.size;
  }

  /** The number of calls whose results were not taken. */
  get untaken(): number {
    return this.#ahead.size + this.#finished.size;
  }

  /** The call whose result is next, if it is there. */
  get ready(): Call | undefined {
    if (!this.#isOrdered) return this.#finished.first;
    const call = this.#ahead.first;
    return call === undefined || this.#running.has(call.task) ? undefined : call;
  }

  /** @throws Error in the task of a call, which would wait for its own end. */
  refuseInside(): void {
    if (!this.#isStarting && !this.#running.has(currentTask() as Task<unknown>)) return;
    throw new Error(
      '`next()` and `return()` expected to be called by what takes the results, but a call of `mapConcurrent()` did. Throw an error to stop all.',
    );
  }

  /** Returns the number of the next item. */
  nextIndex(): number {
    return this.#started++;
  }

  /**
   * Starts a call: its first step is made in `makeTask`, before its task is known here. `done` is called at the end of the task.
   */
  start(
    index: number,
    makeTask: () => Task<unknown>,
    done: (call: Call) => void,
    owner: ListenerOwner,
  ): void {
    const wasStarting = this.#isStarting;
    this.#isStarting = true;
    let task: Task<unknown>;
    try {
      task = makeTask();
    } finally {
      this.#isStarting = wasStarting;
    }
    const call: Call = { index, task, link: undefined, wasStopped: false };
    call.link = this.#ahead.push(call);
    this.#running.add(task);
    try {
      whenDone(task, () => done(call), owner);
    } catch (error) {
      // A task of another make, from a task factory: its end would be awaited for ever.
      this.#running.delete(task);
      this.#ahead.remove(call.link);
      call.link = undefined;
      cancelAll([task]);
      throw error;
    }
  }

  /** The task of a call is done. Returns 'dropped' if its result is not wanted. */
  done(call: Call): 'dropped' | 'failed' | 'finished' {
    const { task, link } = call;
    this.#running.delete(task);
    if (link === undefined) {
      // One that had failed before is not wanted.
      if (call.wasStopped && hasFailed(task))
        tell(task, 'Exception in a call of `mapConcurrent()` that was cancelled');
      return 'dropped';
    }
    if (!this.#isOrdered) {
      this.#ahead.remove(link);
      call.link = this.#finished.push(call);
    }
    return hasResult(call) ? 'finished' : 'failed';
  }

  /** Takes a call that is done out of the window. */
  remove(call: Call): void {
    (this.#isOrdered ? this.#ahead : this.#finished).remove(call.link as Link<Call>);
    call.link = undefined;
    this.taken++;
  }

  /** Drops the calls behind one that is done. */
  dropBehind(call: Call, request: unknown): void {
    const calls = [...this.#ahead];
    this.#drop(calls.slice(calls.indexOf(call) + 1), request);
  }

  dropAll(request: unknown): void {
    for (const { task } of this.#finished.takeAll()) retrieveFrom(task);
    this.#drop([...this.#ahead], request);
  }

  #drop(calls: readonly Call[], request: unknown): void {
    const running: Task<unknown>[] = [];
    for (const call of calls) {
      this.#ahead.remove(call.link as Link<Call>);
      call.link = undefined;
      call.wasStopped = !call.task.done();
      if (call.wasStopped) running.push(call.task);
      else retrieveFrom(call.task);
    }
    cancelAll(running, request);
  }

  /** Cancels the calls that run, once more. */
  cancel(request: unknown): void {
    cancelAll(this.#running, request);
  }

  /** The tasks whose results were not taken. */
  *[Symbol.iterator](): Generator<Task<unknown>, void, undefined> {
    for (const { task } of this.#ahead) yield task;
    for (const { task } of this.#finished) yield task;
  }
}
