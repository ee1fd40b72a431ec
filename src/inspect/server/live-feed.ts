/**
 * What a page is told of a program that runs: first all that is known, then what has changed. A feed belongs to one page, and knows what that
 * has got. It asks the recorder, which does not know of it: a page that is slow or gone costs the program nothing.
 */
import { safely } from '../../core/text.ts';
import type { TaskRecorder } from '../recorder/recorder.ts';
import type {
  RecordedJob,
  RecordedObject,
  RecordedSteps,
  RecordedTask,
  Recording,
} from '../recorder/recording.ts';

/** What a text is that `redact` may change. */
export type RedactedKind = 'task' | 'object' | 'job' | 'reason' | 'message';

/** Returns the text as it may be shown. */
export type Redact = (text: string, kind: RedactedKind) => string;

/** The columns of `RecordedSteps` as base64, little-endian. */
interface SentSteps {
  readonly length: number;
  readonly begin: string;
  readonly took: string;
  readonly task: string;
  readonly next: string;
}

/**
 * What has changed since the last one. `tasks` and `jobs` have those that are new or have changed; `objects` those that are new, with all
 * holders, and those with new holders, with these only; `marks` and `steps` are new. `lost.steps` counts those that no message has.
 */
export interface Changes extends Omit<Recording, 'steps'> {
  readonly steps: SentSteps;
}

/** Returns what the view shows of memory, as base64. */
export function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = '';
  // As many arguments as all engines take.
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

function sent({ length, begin, took, task, next }: RecordedSteps): SentSteps {
  return {
    length,
    begin: base64(begin),
    took: base64(took),
    task: base64(task),
    next: base64(next),
  };
}

export class LiveFeed {
  readonly #recorder: TaskRecorder;
  readonly #redact: Redact;
  #tasks: ReadonlyMap<number, RecordedTask> = new Map();
  #jobs: ReadonlyMap<number, RecordedJob> = new Map();
  /** When the last holders were noted that the page knows, by the id of the object. */
  #held: ReadonlyMap<number, number> = new Map();
  #steps = 0;
  #stepsLost = 0;
  #marks = 0;

  constructor(recorder: TaskRecorder, redact: Redact = (text) => text) {
    this.#recorder = recorder;
    this.#redact = (text, kind) => safely(() => String(redact(text, kind)));
  }

  /** Returns what has changed. */
  take(): Changes {
    const recording = this.#recorder.take(this.#steps);
    const { steps, lost, marks } = recording;
    const redact = this.#redact;
    this.#stepsLost += Math.max(0, lost.steps - this.#steps);
    this.#steps = Math.max(this.#steps, lost.steps) + steps.length;
    const newMarks = marks.slice(
      Math.max(0, marks.length - (lost.marks + marks.length - this.#marks)),
    );
    this.#marks = lost.marks + marks.length;
    return {
      ...recording,
      tasks: this.#changedTasks(recording.tasks),
      objects: this.#changedObjects(recording.objects),
      jobs: this.#changedJobs(recording.jobs),
      marks: newMarks.map((mark) => ({
        ...mark,
        text: redact(mark.text, mark.kind === 'cancel' ? 'reason' : 'message'),
      })),
      steps: sent(steps),
      lost: { ...lost, steps: this.#stepsLost },
    };
  }

  #changedTasks(tasks: readonly RecordedTask[]): RecordedTask[] {
    const known = this.#tasks;
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
    return tasks
      .filter(({ id, name, outcome }) => {
        const before = known.get(id);
        return before === undefined || before.name !== name || before.outcome !== outcome;
      })
      .map((task) => ({ ...task, name: this.#redact(task.name, 'task') }));
  }

  #changedObjects(objects: readonly RecordedObject[]): RecordedObject[] {
    const known = this.#held;
    const lastOf = ({ held }: RecordedObject): number =>
      held?.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    this.#held = new Map(objects.map((object) => [object.id, lastOf(object)]));
    return objects.flatMap((object) => {
      const { id, name, held } = object;
      const before = known.get(id);
      if (before === undefined) {
        return [{ ...object, name: name === undefined ? name : this.#redact(name, 'object') }];
      }
      const added = held?.filter(({ at }) => at > before) ?? [];
      return added.length === 0 ? [] : [{ id, kind: object.kind, name: undefined, held: added }];
    });
  }

  #changedJobs(jobs: readonly RecordedJob[]): RecordedJob[] {
    const known = this.#jobs;
    this.#jobs = new Map(jobs.map((job) => [job.id, job]));
    return jobs
      .filter(({ id, begun, ended }) => {
        const before = known.get(id);
        return before === undefined || before.begun !== begun || before.ended !== ended;
      })
      .map((job) => ({ ...job, name: this.#redact(job.name, 'job') }));
  }
}
