import { currentTask } from '../core/current.ts';
import type { RelatedTask } from '../core/purpose.ts';
import type { Task } from '../core/task.ts';

/** The task that used a queue last. It is not kept alive: a queue may live longer than the tasks that use it. */
export class LastTask {
  #last: WeakRef<Task<unknown>> | undefined;

  /** Notes the current task. Called for each item, so the WeakRef, which is not cheap, is made once for each task. */
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
