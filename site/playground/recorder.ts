/** Notes what tasks and jobs do, for the timeline. It is an instrument of `skein/inspect`. */
import type { Future, Task } from '../../src/index.ts';
import type { Clock } from './clock.ts';
import type { TimelineEvent } from './messages.ts';

type AnyTask = Task<unknown>;
type AnyFuture = Future<unknown>;

interface Noted {
  readonly id: number;
  name: string;
  /** When the step began that is running. */
  since: number | undefined;
  isDone: boolean;
}

interface Job {
  readonly name: string;
  readonly by: AnyTask | undefined;
  readonly outcome: 'finished' | 'failed' | 'cancelled' | undefined;
}

/** More tasks than this are no picture. */
const mostTasks = 400;

export class Recorder {
  /** Jobs that are under way. */
  jobs = 0;
  readonly #clock: Clock;
  readonly #tell: (event: TimelineEvent) => void;
  readonly #tasks = new Map<AnyTask, Noted>();
  readonly #jobIds = new Map<object, number>();
  #count = 0;

  constructor(clock: Clock, tell: (event: TimelineEvent) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  readonly instrument = {
    taskCreated: (task: AnyTask, by: AnyTask | undefined): void => this.#made(task, by),
    stepBegins: (task: AnyTask): void => this.#begins(task),
    stepEnds: (task: AnyTask): void => this.#ends(task),
    taskWaits: (task: AnyTask, future: AnyFuture): void => this.#waits(task, future),
    awaitBegins: (task: AnyTask, future: AnyFuture | undefined): void => {
      this.#ran(task);
      this.#waits(task, future);
    },
    awaitEnds: (task: AnyTask): void => this.#ran(task),
    taskDone: (task: AnyTask): void => this.#done(task),
    cancelRequested: (task: AnyTask, reason: unknown, by: AnyTask | undefined): void => {
      const noted = this.#tasks.get(task);
      if (noted === undefined) return;
      const said = reason === undefined ? '' : String(reason);
      const from = by && this.#tasks.get(by)?.id;
      this.#tell({ type: 'cancel', id: noted.id, at: this.#clock.now(), by: from, reason: said });
    },
    jobQueued: (job: Job): void => {
      this.jobs++;
      const id = this.#newId(job.name, 'job', job.by);
      if (id !== undefined) this.#jobIds.set(job, id);
    },
    jobEnds: (job: Job): void => {
      this.jobs--;
      const id = this.#jobIds.get(job);
      if (id === undefined) return;
      const how = job.outcome === 'finished' ? 'done' : (job.outcome ?? 'cancelled');
      this.#tell({ type: 'ended', id, at: this.#clock.now(), how, error: '' });
    },
  };

  /** Tells of names that have changed. */
  names(): void {
    for (const [task, noted] of this.#tasks) this.#named(task, noted);
  }

  /** The names of tasks that are not done. */
  waiting(): string[] {
    return [...this.#tasks].filter(([, { isDone }]) => !isDone).map(([task]) => task.getName());
  }

  #newId(name: string, kind: 'task' | 'job', by: AnyTask | undefined): number | undefined {
    if (this.#count >= mostTasks) return undefined;
    const id = this.#count++;
    const maker = by && this.#tasks.get(by)?.id;
    this.#tell({ type: 'made', id, at: this.#clock.now(), name, kind, by: maker });
    return id;
  }

  #made(task: AnyTask, by: AnyTask | undefined): void {
    const name = task.getName();
    const id = this.#newId(name, 'task', by);
    if (id !== undefined) this.#tasks.set(task, { id, name, since: undefined, isDone: false });
  }

  #begins(task: AnyTask): void {
    const noted = this.#tasks.get(task);
    if (noted !== undefined) noted.since ??= this.#clock.now();
  }

  #ends(task: AnyTask): void {
    const noted = this.#tasks.get(task);
    if (noted?.since === undefined) return;
    const { id, since } = noted;
    noted.since = undefined;
    this.#tell({ type: 'runs', id, at: since, to: this.#clock.now() });
  }

  /** An async function runs at this moment; how long, the host does not tell. */
  #ran(task: AnyTask): void {
    const noted = this.#tasks.get(task);
    if (noted === undefined || noted.since !== undefined) return;
    const now = this.#clock.now();
    this.#tell({ type: 'runs', id: noted.id, at: now, to: now });
  }

  #waits(task: AnyTask, future: AnyFuture | undefined): void {
    const noted = this.#tasks.get(task);
    if (noted === undefined) return;
    const on = future === undefined ? 'its turn' : this.#nameOf(future);
    this.#tell({ type: 'waits', id: noted.id, at: this.#clock.now(), on });
  }

  #nameOf(future: AnyFuture): string {
    const name = (future as Partial<AnyTask>).getName?.();
    if (name !== undefined) return name;
    const text = (future as unknown as { _shortText(): string })._shortText();
    return text.replace(/ due in .*$/, '').replaceAll(/task '([^']*)'/g, '$1');
  }

  #named(task: AnyTask, noted: Noted): void {
    const name = task.getName();
    if (name === noted.name) return;
    noted.name = name;
    this.#tell({ type: 'named', id: noted.id, at: this.#clock.now(), name });
  }

  #done(task: AnyTask): void {
    const noted = this.#tasks.get(task);
    if (noted === undefined) return;
    this.#ends(task);
    this.#named(task, noted);
    noted.isDone = true;
    const failure = task.cancelled() ? undefined : this.#failureOf(task);
    const how = task.cancelled() ? 'cancelled' : failure === undefined ? 'done' : 'failed';
    this.#tell({ type: 'ended', id: noted.id, at: this.#clock.now(), how, error: failure ?? '' });
  }

  /** The name of the error. Looking at it must not count as retrieving it. */
  #failureOf(task: AnyTask): string | undefined {
    const failed = /\bfailed exception=(\w*)/.exec(String(task));
    return failed === null ? undefined : failed[1] || 'Error';
  }
}
