import type { Task } from '../core/task.ts';

/** Thrown when nothing can ever happen any more, while the awaited work is not done. Names who waits for what. */
export class DeadlockError extends Error {
  readonly code = 'deadlock';
  /** The tasks that wait. */
  readonly tasks: readonly Task<unknown>[];

  static {
    this.prototype.name = 'DeadlockError';
  }

  constructor(tasks: readonly Task<unknown>[]) {
    const lines = tasks.map((task) => `  ${task}`);
    super(
      `Nothing is ready, no timer is set and nothing outside is awaited: this would wait for ever.\n${lines.join('\n') || '  (no task is pending)'}`,
    );
    this.tasks = tasks;
  }
}
