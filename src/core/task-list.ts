/** A member of the list, as `Task` is one. */
interface Linked<T> {
  /** @internal */
  _previous: T | undefined;
  /** @internal */
  _next: T | undefined;
}

/**
 * The pending tasks of a loop, oldest first. The loop refers to them strongly, so a task goes on without other references;
 * asyncio's would be collected. It is a linked list through `_previous` and `_next` of the tasks, so that adding and
 * removing allocate nothing.
 */
export class TaskList<T extends Linked<T>> {
  #first: T | undefined;
  #last: T | undefined;

  add(task: T): void {
    task._previous = this.#last;
    if (this.#last === undefined) this.#first = task;
    else this.#last._next = task;
    this.#last = task;
  }

  /** A task that has left refers to itself: the second time nothing happens. */
  remove(task: T): void {
    if (task._previous === task) return;
    if (task._previous === undefined) this.#first = task._next;
    else task._previous._next = task._next;
    if (task._next === undefined) this.#last = task._previous;
    else task._next._previous = task._previous;
    task._previous = task;
    task._next = undefined;
  }

  *[Symbol.iterator](): Generator<T, void, undefined> {
    for (let task = this.#first; task !== undefined; task = task._next) yield task;
  }
}
