import { current } from './current.ts';
import type { AsyncScope } from './host.ts';
import type { Task } from './task.ts';

/** Captures the async context of the first step of a task. An async function enters its own there. */
export function captureStart(task: Task<unknown>): AsyncScope | undefined {
  const enters =
    current.asyncLocal?.enterWith && (task._coroutine as { _entersContext?: true })._entersContext;
  return enters ? task._loop._host.captureScope(true) : task._loop._captureScope(task);
}
