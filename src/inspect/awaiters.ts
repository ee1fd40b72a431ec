import { Future } from '../core/future.ts';
import { eachWaiter } from '../core/future-waiters.ts';
import { PromiseBridge } from '../core/promise-bridge.ts';
import type { Runnable } from '../core/ready-queue.ts';
import { Task } from '../core/task.ts';
import { Listener } from '../core/when-done.ts';

/** Returns the task that a waiter stands for, or the futures whose awaiters wait by way of it. */
function behind(waiter: Runnable): Iterable<Future<unknown>> {
  if (waiter instanceof Task) return [waiter._task];
  if (waiter instanceof PromiseBridge) {
    return waiter.frame === undefined ? [] : [waiter.frame._part._task];
  }
  if (!(waiter instanceof Listener) || waiter.owner === undefined) return [];
  return waiter.owner instanceof Future ? [waiter.owner] : waiter.owner._awaited();
}

/**
 * Returns the tasks that wait for `future`, each once, in the order in which they came: with `yield*` or `await`, or by way
 * of `gather()`, `wait()`, `shield()` and their like, which put futures of their own in between.
 */
export function awaitersOf(future: Future<unknown>): Task<unknown>[] {
  const tasks = new Set<Task<unknown>>();
  const seen = new Set([future]);
  const todo = [future];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const between: Future<unknown>[] = [];
    for (const waiter of eachWaiter(at._waiters)) {
      for (const owner of behind(waiter)) {
        if (owner instanceof Task) tasks.add(owner._task);
        else if (!seen.has(owner)) between.push(owner);
        seen.add(owner);
      }
    }
    for (const each of between.reverse()) todo.push(each);
  }
  return [...tasks];
}
