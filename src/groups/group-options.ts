import { checkConcurrency } from '../combinators/concurrency.ts';
import { checkFlag, checkOptions } from '../core/checks.ts';
import { unexpected } from '../core/expected.ts';
import type { TaskOptions } from '../core/task-options.ts';

/** Options of `taskGroup()`. */
export interface TaskGroupOptions {
  /**
   * How many tasks of the group run at a time. Others wait before their first step. Background tasks, and those of `tg.start()`, are not
   * counted, as they may run as long as the group. Default: no limit.
   */
  limit?: number | undefined;
  /**
   * What `taskGroup()` throws: `'group'`, an ExceptionGroup of all errors; or `'first'`, the first error itself, so that `instanceof` works.
   * The other errors go to the exception handler then. Default: `'group'`.
   */
  errors?: 'group' | 'first' | undefined;
  /**
   * What a task that fails does to the others: `'stop'` cancels them and the body. With `'settle'` they go on, and `taskGroup()` does not throw the
   * error: `tg.outcomes()` has it, and so has the task. One that the program does not read is reported, as of any task. Default: `'stop'`.
   */
  onError?: 'stop' | 'settle' | undefined;
}

/** Options of `tg.createTask()` and `tg.start()`. */
export interface GroupTaskOptions extends TaskOptions {
  /** The group does not wait for the end of the task: it cancels the task when the body and all other tasks have ended. Default: false. */
  background?: boolean | undefined;
}

/**
 * Reads each option once.
 *
 * @throws TypeError or RangeError when one has the wrong type, or is not known.
 */
export function checkGroupOptions(options: TaskGroupOptions): TaskGroupOptions {
  checkOptions('taskGroup', options, ['limit', 'errors', 'onError']);
  const { limit, errors, onError } = options;
  checkConcurrency('taskGroup', limit, '`limit`');
  checkOneOf('`errors`', errors, 'group', 'first');
  checkOneOf('`onError`', onError, 'stop', 'settle');
  return { limit, errors, onError };
}

function checkOneOf(what: string, value: unknown, usual: string, other: string): void {
  if (value === undefined || value === usual || value === other) return;
  throw unexpected(
    'taskGroup',
    `${what} to be '${usual}' or '${other}'`,
    value,
    typeof value === 'string' ? RangeError : TypeError,
  );
}

/** Returns the options without `background`, which was read: they are those of any task. */
export function withoutBackground(
  options: GroupTaskOptions | undefined,
  background: unknown,
): TaskOptions {
  checkFlag('createTask', '`background`', background);
  const { background: _, ...rest } = options ?? {};
  return rest;
}
