/** The things that the tasks of a recording wait for. Waits that are alike are one entry: a recording has a million waits, of few kinds. */
import type {
  RecordedJob,
  StepKind,
  Recording as StoredRecording,
} from '../src/inspect/recorder/recording.ts';
import { queueTexts, waitTexts } from '../src/inspect/recorder/wait-texts.ts';
import type { Wait } from './recording.ts';

/** The task waits for tasks that it made: which ones is not recorded, but which it made. */
const ofOwnTasks: ReadonlySet<StepKind> = new Set(['group', 'gather', 'wait', 'shield']);

export class WaitTable {
  readonly list: Wait[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #things = new Map<number, string>();
  readonly #names = new Map<number, string>();
  readonly #made = new Map<number, number[]>();
  readonly #jobs = new Map<number, RecordedJob[]>();
  readonly #began: number;

  constructor({ objects, tasks, jobs, began }: StoredRecording) {
    this.#began = began;
    for (const { id, kind, name } of objects) {
      this.#things.set(id, name === undefined ? `${kind} #${id}` : `${kind} '${name}'`);
    }
    for (const { id, name, by } of tasks) {
      this.#names.set(id, name);
      const made = this.#made.get(by);
      if (made === undefined) this.#made.set(by, [id]);
      else made.push(id);
    }
    for (const job of jobs) {
      const submitted = this.#jobs.get(job.by);
      if (submitted === undefined) this.#jobs.set(job.by, [job]);
      else submitted.push(job);
    }
  }

  /** Returns the number of a wait of the task in `list`, plus one; 0 if it is none. */
  numberOf(kind: StepKind, id: number, task: number, at: number): number {
    if (kind === 'part' || kind === 'ready' || kind === 'done') return 0;
    const job = kind === 'job' ? this.#jobAt(task, at) : undefined;
    const owner = ofOwnTasks.has(kind) ? task : 0;
    const key = `${kind} ${id} ${owner} ${job?.id}`;
    let number = this.#numbers.get(key);
    if (number === undefined) {
      number = this.list.push(this.#waitOf(kind, id, owner, job));
      this.#numbers.set(key, number);
    }
    return number;
  }

  #waitOf(kind: StepKind, id: number, owner: number, job: RecordedJob | undefined): Wait {
    const none: Wait = { text: kind, of: undefined, tasks: [] };
    if (kind === 'task') {
      return { ...none, text: `task ${this.#names.get(id) ?? id}`, tasks: [id] };
    }
    if (owner > 0) {
      return {
        ...none,
        text: waitTexts[kind] ?? kind,
        of: -owner,
        tasks: this.#made.get(owner) ?? [],
      };
    }
    if (job !== undefined) {
      const text =
        job.worker === undefined ? `job ${job.name}` : `job ${job.name} in ${job.worker}`;
      return { ...none, text };
    }
    const text = waitTexts[kind];
    if (text !== undefined || id === 0) return { ...none, text: text ?? kind };
    const thing = `${queueTexts[kind] ?? ''}${this.#things.get(id) ?? `${kind} #${id}`}`;
    return { ...none, text: thing, of: id };
  }

  /** The job that the task submitted last before a time, and that goes on then. */
  #jobAt(task: number, at: number): RecordedJob | undefined {
    return this.#jobs
      .get(task)
      ?.findLast(
        ({ queued, ended }) =>
          queued - this.#began <= at && (ended === undefined || ended - this.#began >= at),
      );
  }
}
