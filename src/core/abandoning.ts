/**
 * What a deadline does with async functions that a request to cancel cannot reach, in a host without an async context: they await
 * a promise of the host, and nothing tells which function goes on after that.
 */
import type { AsyncFrame } from './async-frame.ts';
import { takePendingCancel } from './cancel-task.ts';
import type { Caller } from './continuations.ts';
import { current } from './current.ts';
import type { Future } from './future.ts';
import type { Runnable } from './ready-queue.ts';
import type { Task } from './task.ts';

/**
 * How many iterations a function has for what it does when it is cancelled, before it counts as one that was not reached: it may
 * have been on its way to an await, or reject because of its signal.
 */
const patience = 10;

/** Returns the async functions that `task` waits for in the end, and that a request to cancel did not reach. */
function unreached(task: Task<unknown>, wrapped: ReadonlyMap<Caller, number>): AsyncFrame[] {
  const frames: AsyncFrame[] = [];
  const futures = new Set<Future<unknown>>([task]);
  // The set grows while it is read.
  for (const future of futures) {
    if (future.done() || wrapped.has(future as AsyncFrame)) continue;
    const { _waiter: waiter } = future as Partial<Task<unknown>>;
    const targets = waiter === undefined ? future._passesCancelTo?.()?.futures : [waiter];
    for (const target of targets ?? []) futures.add(target);
    const { _part: part, _isFollowed: isFollowed } = future as Partial<AsyncFrame>;
    if (isFollowed && targets?.length === 0 && part?._mustCancel) frames.push(future as AsyncFrame);
  }
  return frames;
}

/** Gives up on a function. Its task goes on, cancelled. */
function abandon(frame: AsyncFrame): void {
  const part = frame._part;
  const name = frame._function === '' ? 'An async function' : `\`${frame._function}()\``;
  takePendingCancel(part);
  frame._abandonWith(part._makeCancelledError());
  frame._countOutside();
  part._loop._report({
    message: `${name} was abandoned at its deadline: it awaits a promise of the host. Write \`await fromPromise(promise)\`.`,
    future: part._task,
  });
}

class Abandoning implements Runnable {
  readonly #task: Task<unknown>;
  readonly #wrapped: ReadonlyMap<Caller, number>;
  #left = patience;

  constructor(task: Task<unknown>, wrapped: ReadonlyMap<Caller, number>) {
    this.#task = task;
    this.#wrapped = wrapped;
  }

  _run(): void {
    const task = this.#task;
    if (task.done()) return;
    if (this.#left-- > 0) task._loop._enqueue(this);
    else for (const frame of unreached(task, this.#wrapped)) abandon(frame);
  }
}

/** Abandons the functions that `task` waits for and that the request to cancel it, which was just made, does not reach. */
export function abandonUnreached(task: Task<unknown>): void {
  const wrapped = current.asyncLocal?.wrapped;
  if (wrapped !== undefined) task._loop._enqueue(new Abandoning(task, wrapped));
}
