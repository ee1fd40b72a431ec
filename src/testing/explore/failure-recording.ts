/**
 * Recordings of schedules that failed. In a bundle for pages there are none: pages write no files. The entry of Node, Deno and Bun
 * registers what makes them.
 */
import type { Task } from '../../core/task.ts';
import type { RecordedExplanation } from '../../inspect/recorder/recording.ts';

/** Records the run that is drawn. */
export interface FailureRecording {
  /** The moment that has come, on the axis of the recording. */
  readonly at: number;
  begin(): void;
  idOf(task: Task<unknown>): number;
  /** The run is over, and its loop is not closed yet. */
  end(): void;
  /** @throws what the file system throws. */
  write(file: string, explanation: RecordedExplanation): void;
}

/** `start`: undefined where no files are written. */
export const failureRecordings: { start: (() => FailureRecording) | undefined } = {
  start: undefined,
};
