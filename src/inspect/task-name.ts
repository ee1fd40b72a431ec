import type { Task } from '../core/task.ts';
import { safely } from '../core/text.ts';

/** The name of a task. A class of the program may override `getName()`, and that may throw. */
export function taskNameOf(task: Task<unknown>): string {
  return safely(() => String(task.getName()));
}
