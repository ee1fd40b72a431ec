import { refuseMaking } from '../core/checks.ts';
import type { Task } from '../core/task.ts';
import { safely } from '../core/text.ts';
import { nameErrors } from '../errors.ts';

/**
 * Thrown when nothing can happen any more while the awaited work is not done. Names the tasks and what each waits for.
 *
 * @example
 * ```ts
 * import { VirtualEventLoop } from 'skein/testing';
 *
 * const loop = new VirtualEventLoop();
 * await loop.runUntilComplete(loop.createFuture()); // throws DeadlockError: Nothing is ready, no timer is set…
 * ```
 *
 * asyncio has no counterpart: it waits for ever.
 */
export class DeadlockError extends Error {
  /** Stays the same in all versions: for logs, and for errors that come from other processes. */
  readonly code = 'deadlock';
  /** The tasks that wait. */
  readonly tasks: readonly Task<unknown>[];

  static {
    nameErrors(this, 'DeadlockError');
  }

  /** @param tasks - The tasks that wait. */
  constructor(tasks: readonly Task<unknown>[]) {
    if (!Array.isArray(tasks) || (tasks.length > 0 && tasks[0] === undefined))
      refuseMaking('DeadlockError', 'runUntilComplete', tasks);
    const lines = tasks.map((task) => `  ${safely(() => `${task}`)}`);
    super(
      `Nothing is ready, no timer is set and nothing outside is awaited: this would wait for ever.\n${lines.join('\n') || '  (no task is pending)'}`,
    );
    this.tasks = tasks;
  }
}
