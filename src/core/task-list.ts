import type { Task } from './task.ts';

/**
 * The pending tasks of a loop, oldest first. The loop refers to them strongly, so a task goes on without other references;
 * asyncio's would be collected. It is a linked list through `_previous` and `_next` of the tasks, so that adding and
 * removing allocate nothing.
 */
export class TaskList {
  #first: Task<unknown> | undefined;
  #last: Task<unknown> | undefined;

  add(task: Task<unknown>): void {
    task._previous = this.#last;
    if (this.#last === undefined) this.#first = task;
    else this.#last._next = task;
    this.#last = task;
  }

  /** A task that has left refers to itself: the second time nothing happens. */
  remove(task: Task<unknown>): void {
    if (task._previous === task) return;
    if (task._previous === undefined) this.#first = task._next;
    else task._previous._next = task._next;
    if (task._next === undefined) this.#last = task._previous;
    else task._next._previous = task._previous;
    task._previous = task;
    task._next = undefined;
  }

  *[Symbol.iterator](): Generator<Task<unknown>, void, undefined> {
    for (let task = this.#first; task !== undefined; task = task._next) yield task;
  }
}
