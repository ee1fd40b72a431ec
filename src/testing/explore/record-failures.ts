/** Makes recordings of schedules that failed, for `skein open`; see failure-recording.ts. */
import type { Task } from '../../core/task.ts';
import { addStepTaker } from '../../inspect/instruments/add-instrument.ts';
import { TaskRecorder } from '../../inspect/recorder/recorder.ts';
import type { RecordedExplanation, Recording } from '../../inspect/recorder/recording.ts';
import { writeRecording } from '../../inspect/recorder/write-recording.ts';
import { type FailureRecording, failureRecordings } from './failure-recording.ts';

const steps = 65_536;

/** Nothing takes time in a schedule, so a clock would show nothing: each look at this one is the next moment. */
class Recorded implements FailureRecording {
  at = 0;
  readonly #recorder = new TaskRecorder({
    steps,
    tasks: Number.POSITIVE_INFINITY,
    now: () => ++this.at,
  });
  #added: Disposable | undefined;
  #taken: Recording | undefined;

  begin(): void {
    this.#added = addStepTaker(this.#recorder);
  }

  idOf(task: Task<unknown>): number {
    return this.#recorder.idOf(task);
  }

  end(): void {
    this.#taken = this.#recorder.take();
    this.#added?.[Symbol.dispose]();
  }

  write(file: string, explanation: RecordedExplanation): void {
    const taken = this.#taken ?? this.#recorder.take();
    writeRecording(file, { ...taken, explanation });
  }
}

failureRecordings.start = () => new Recorded();
