import { currentTask } from '../core/current.ts';
import type { RelatedTask } from '../core/purpose.ts';
import type { Task } from '../core/task.ts';

/** More than anybody reads, and few enough to search. */
const most = 100;

/**
 * The tasks that hold the slots of a semaphore, as far as can be told: any task may release, also one that holds nothing.
 * Never more than there are slots, so that a semaphore which is only ever acquired by its tasks keeps none of them alive.
 */
export class Holders {
  readonly #tasks: Task<unknown>[] = [];
  readonly #slots: number;

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** The current task took a slot. */
  took(): void {
    const tasks = this.#tasks;
    if (tasks.length >= this.#slots || tasks.length >= most) return;
    const task = currentTask();
    if (task !== undefined) tasks.push(task);
  }

  /** The current task gave one back; `free` are left now. A task that held none gave back that of the first. */
  gave(free: number): void {
    const tasks = this.#tasks;
    if (tasks.length === 0) return;
    const index = tasks.lastIndexOf(currentTask() as Task<unknown>);
    if (index === tasks.length - 1) tasks.pop();
    else if (index >= 0) tasks.splice(index, 1);
    while (tasks.length > 0 && tasks.length > this.#slots - free) tasks.shift();
  }

  related(): readonly RelatedTask[] {
    return [...new Set(this.#tasks)].map((task) => ({ relation: 'held by', task }));
  }
}
