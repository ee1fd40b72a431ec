import { currentTask } from '../core/current.ts';
import type { RelatedTask } from '../core/purpose.ts';
import type { Task } from '../core/task.ts';

/** The greatest number of holders that are noted: more than a reader needs, and few enough to search. */
const maxNoted = 100;

/**
 * The tasks that hold the slots of a semaphore, as far as is known: any task may release, also one that holds no slot.
 * Never more tasks than slots, so that a semaphore that is acquired and never released does not keep ever more tasks alive.
 */
export class Holders {
  readonly #tasks: Task<unknown>[] = [];
  readonly #slots: number;

  constructor(slots: number) {
    this.#slots = slots;
  }

  /** Notes that the current task took a slot. */
  took(): void {
    const tasks = this.#tasks;
    if (tasks.length >= this.#slots || tasks.length >= maxNoted) return;
    const task = currentTask();
    if (task !== undefined) tasks.push(task);
  }

  /** Notes that the current task gave a slot back: its own, else that of the first holder. `free` slots are free now. */
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
