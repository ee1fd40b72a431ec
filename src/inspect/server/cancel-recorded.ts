import { safely } from '../../core/text.ts';
import type { TaskRecorder } from '../recorder/recorder.ts';
import { taskNameOf } from '../task-name.ts';
import type { CancelOutcome } from './live-source.ts';

/** Cancels a task of a recorder, and reports to the exception handler of its loop who asked for it. Throws nothing. */
export function cancelRecorded(
  recorder: TaskRecorder,
  id: number,
  reason: string,
  by: string,
): CancelOutcome {
  const task = recorder.taskOf(id);
  let outcome: CancelOutcome = 'done';
  safely(() => {
    if (task?.cancel(reason) !== true) return '';
    outcome = 'asked';
    const message = `Task '${taskNameOf(task)}' was cancelled by ${by}`;
    task.getLoop()._report({ message, future: task, warning: true });
    return '';
  });
  return outcome;
}
