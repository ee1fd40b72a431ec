import { currentTask } from '../core/current.ts';
import type { RelatedTask } from '../core/purpose.ts';
import type { Task } from '../core/task.ts';

/** The task that did something last. It is not kept alive: a queue may well outlive those who use it. */
export class LastTask {
  #last: WeakRef<Task<unknown>> | undefined;

  /** The current task did it. Each item comes through here, and a WeakRef is not cheap: a task makes one for all. */
  note(): void {
    const task = currentTask();
    if (task === undefined) return;
    task._weakly ??= new WeakRef(task);
    this.#last = task._weakly;
  }

  related(relation: RelatedTask['relation']): readonly RelatedTask[] {
    const task = this.#last?.deref();
    return task === undefined ? [] : [{ relation, task }];
  }
}
