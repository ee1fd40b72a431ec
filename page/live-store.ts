/** What a page was told of a program that runs, put together: the recording up to now. It is bounded: the oldest steps are forgotten, and counted. */
import type {
  RecordedJob,
  RecordedMark,
  RecordedObject,
  RecordedSteps,
  RecordedTask,
  Recording,
} from '../src/inspect/recorder/recording.ts';
import type { Changes } from '../src/inspect/server/live-feed.ts';

/** How many steps are kept at most; half of them once there are more. */
const mostSteps = 2 ** 17;
const mostMarks = 10_000;

function bytesOf(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer;
}

type Column = Float64Array | Float32Array | Uint32Array;

function joined<C extends Column>(kept: C, added: C): C {
  const all = new (kept.constructor as new (length: number) => C)(kept.length + added.length);
  all.set(kept as never, 0);
  all.set(added as never, kept.length);
  return all;
}

export class LiveStore {
  readonly #tasks = new Map<number, RecordedTask>();
  readonly #objects = new Map<number, RecordedObject>();
  readonly #jobs = new Map<number, RecordedJob>();
  #marks: RecordedMark[] = [];
  #steps: RecordedSteps = {
    length: 0,
    begin: new Float64Array(),
    took: new Float32Array(),
    task: new Uint32Array(),
    next: new Uint32Array(),
  };
  #forgottenSteps = 0;
  #forgottenTasks = 0;
  #last: Changes | undefined;

  add(changes: Changes): void {
    this.#last = changes;
    for (const task of changes.tasks) this.#tasks.set(task.id, task);
    for (const job of changes.jobs) this.#jobs.set(job.id, job);
    for (const object of changes.objects) {
      const known = this.#objects.get(object.id);
      const held = [...(known?.held ?? []), ...(object.held ?? [])];
      this.#objects.set(object.id, known === undefined ? object : { ...known, held });
    }
    this.#marks = [...this.#marks, ...changes.marks].slice(-mostMarks);
    const { begin, took, task, next, length } = changes.steps;
    const steps = this.#steps;
    this.#steps = {
      length: steps.length + length,
      begin: joined(steps.begin, new Float64Array(bytesOf(begin))),
      took: joined(steps.took, new Float32Array(bytesOf(took))),
      task: joined(steps.task, new Uint32Array(bytesOf(task))),
      next: joined(steps.next, new Uint32Array(bytesOf(next))),
    };
    if (this.#steps.length > mostSteps) this.#forget();
  }

  /** Forgets the older half of the steps, and the tasks that had ended before the rest. */
  #forget(): void {
    const { length, begin, took, task, next } = this.#steps;
    const from = length - mostSteps / 2;
    this.#forgottenSteps += from;
    this.#steps = {
      length: length - from,
      begin: begin.slice(from),
      took: took.slice(from),
      task: task.slice(from),
      next: next.slice(from),
    };
    const since = this.#steps.begin[0] ?? 0;
    for (const { id, ended } of this.#tasks.values()) {
      if (ended === undefined || ended >= since) continue;
      this.#tasks.delete(id);
      this.#forgottenTasks++;
    }
    for (const { id, ended } of this.#jobs.values()) {
      if (ended !== undefined && ended < since) this.#jobs.delete(id);
    }
  }

  /** @returns The recording up to the last message; undefined before the first one. */
  recording(): Recording | undefined {
    if (this.#last === undefined) return undefined;
    const { lost } = this.#last;
    return {
      ...this.#last,
      tasks: [...this.#tasks.values()],
      objects: [...this.#objects.values()],
      jobs: [...this.#jobs.values()],
      marks: this.#marks,
      steps: this.#steps,
      lost: {
        ...lost,
        steps: lost.steps + this.#forgottenSteps,
        tasks: lost.tasks + this.#forgottenTasks,
      },
    };
  }
}
