/**
 * Records what tasks do, in memory of a bounded size: a ring of steps, and tables of tasks, marks and jobs.
 *
 * One reading of the clock is the price of a step: a step begins where the one before it ended. The clock is read again for the
 * first step after the loop gave way to the host, after a callback, and for a step inside of another.
 *
 * The hooks tell it of a step in one call, `stepIsOver()`, while it is the only instrument that hears of steps: see step-taker.ts.
 */
import { currentTask } from '../../core/current.ts';
import type { EventLoop } from '../../core/event-loop.ts';
import type { ExceptionContext } from '../../core/exception-handler.ts';
import type { Future } from '../../core/future.ts';
import { CANCELLED, FAILED, PENDING } from '../../core/future-state.ts';
import type { Task } from '../../core/task.ts';
import { safely } from '../../core/text.ts';
import type { JobEvent } from '../instruments/instrument.ts';
import type { StepTaker } from '../instruments/step-taker.ts';
import { isPending, waitOf } from '../instruments/wait-of.ts';
import { thisProgram } from './program.ts';
import type { RecordedJob, RecordedMark, Recording } from './recording.ts';
import { packed } from './recording.ts';
import { StepRing } from './step-ring.ts';
import { TaskTable } from './task-table.ts';
import { kinds, whatItWaitsFor } from './what-it-waits-for.ts';

export interface RecorderLimits {
  readonly steps: number;
  readonly tasks: number;
  /** Default: `performance.now()`. */
  readonly now?: (() => number) | undefined;
}

/** In Node, the global is a getter, which costs as much as a fifth of a look at the clock. */
const clock = performance;
const hostNow = (): number => clock.now();

/** How many marks, and how many jobs that have ended, are kept. */
const mostEvents = 10_000;
/** A row of the ring that is no step, but the begin or the end of an await: see `RecordedSteps.took`. */
const awaitBegan = -1;
const awaitIsOver = -2;

/** Reasons are any values: a long text would fill the recording. */
const longestText = 300;

function textOf(reason: unknown): string {
  return (typeof reason === 'string' ? reason : safely(() => String(reason))).slice(0, longestText);
}

/** Tells whether an iteration of the loop is running, or follows at once; and not a step that an async function makes itself. */
function iterates(loop: EventLoop): boolean {
  return (loop as unknown as { readonly _iterates: boolean })._iterates;
}

const part = packed(kinds.part, 0);
const ready = packed(kinds.ready, 0);

export class TaskRecorder implements StepTaker {
  readonly #ring: StepRing;
  readonly #tasks: TaskTable;
  readonly #marks: RecordedMark[] = [];
  readonly #jobs = new Map<JobEvent, number>();
  readonly #now: () => number;
  readonly #began: number;
  #markCount = 0;
  #jobCount = 0;
  #jobsLost = 0;
  /** When the step that runs began; between steps, when the last one ended. */
  #at = 0;
  /** When the last step ended. */
  #ended = 0;
  /** True if the next step did not begin where the last one ended. */
  #clockIsDue = true;
  /** When the steps began that others run inside of. */
  readonly #outer: number[] = [];
  /** See `StepTaker`. Below 0 while the clock is due. */
  running = -1;
  #iterations = 0;
  /** When the first step of the iteration began. */
  #iterationBegan = Number.POSITIVE_INFINITY;
  #busy = 0;
  #longest = 0;

  constructor({ steps, tasks, now = hostNow }: RecorderLimits) {
    this.#now = now;
    this.#began = now();
    this.#ring = new StepRing(steps);
    this.#tasks = new TaskTable(tasks, this.#ring, now);
  }

  /** Notes the tasks of a loop that are alive already, and what they wait for: as a step that took no time. */
  see(loop: EventLoop): void {
    const at = this.#now();
    for (const task of loop._tasks) {
      const { id } = this.#tasks.of(task);
      const waiter = task._waiter;
      if (waiter === undefined || !isPending(waiter)) continue;
      this.#ring.add(at, 0, id, whatItWaitsFor(waiter, this.#tasks));
    }
  }

  /** Returns the task of an id that is not done. */
  taskOf(id: number): Task<unknown> | undefined {
    return this.#tasks.taskOf(id);
  }

  /** Returns the id of a task. */
  idOf(task: Task<unknown>): number {
    return this.#tasks.of(task).id;
  }

  taskCreated(task: Task<unknown>, by: Task<unknown> | undefined): void {
    this.#tasks.add(task, by, this.#now());
  }

  stepBegins(_task: Task<unknown>): void {
    if (this.running > 0) {
      this.running++;
      this.#outer.push(this.#at);
      this.#at = this.#now();
      return;
    }
    if (this.running < 0) {
      this.#clockIsDue = false;
      this.#at = this.#now();
      if (this.#at < this.#iterationBegan) this.#iterationBegan = this.#at;
    }
    this.running = 1;
  }

  stepEnds(task: Task<unknown>): void {
    const end = this.#now();
    this.#ended = end;
    const life = this.#tasks.of(task);
    this.#ring.add(this.#at, end - this.#at, life.id, part);
    if (life.wanted !== undefined) this.#tasks.goesOn(life, life.wanted);
    if (this.running > 1) {
      this.running--;
      this.#at = this.#outer.pop() ?? end;
      return;
    }
    this.#at = end;
    // A step that an async function makes itself, outside of any iteration.
    if (!iterates(task._loop)) this.#clockIsDue = true;
    this.running = this.#clockIsDue ? -1 : 0;
  }

  stepIsOver(task: Task<unknown>, isPart: boolean): void {
    this.stepEnds(task);
    if (isPart) return;
    if (task._state !== PENDING) return this.taskDone(task);
    const waiter = waitOf(task);
    if (waiter === undefined) this.taskReady(task);
    else this.taskWaits(task, waiter);
  }

  taskWaits(task: Task<unknown>, future: Future<unknown>): void {
    this.#ring.follow(whatItWaitsFor(future, this.#tasks));
    this.#tasks.waits(task);
  }

  taskReady(_task: Task<unknown>): void {
    this.#ring.follow(ready);
  }

  taskDone(task: Task<unknown>): void {
    const state = task._state;
    const outcome = state === CANCELLED ? 'cancelled' : state === FAILED ? 'failed' : 'finished';
    const id = this.#tasks.end(task, outcome, this.#ended);
    this.#ring.follow(packed(kinds.done, id));
  }

  awaitBegins(task: Task<unknown>, future: Future<unknown> | undefined): void {
    const next = future === undefined ? ready : whatItWaitsFor(future, this.#tasks);
    this.#ring.add(this.#now(), awaitBegan, this.#tasks.of(task).id, next);
    if (future !== undefined) this.#tasks.awaits(task, future);
  }

  awaitEnds(task: Task<unknown>, future: Future<unknown> | undefined): void {
    this.#ring.add(this.#now(), awaitIsOver, this.#tasks.of(task).id, part);
    if (future !== undefined) this.#tasks.awaited(future);
  }

  cancelRequested(task: Task<unknown>, reason: unknown, by: Task<unknown> | undefined): void {
    this.#mark('cancel', task, by, reason === undefined ? '' : textOf(reason));
  }

  failureUnhandled({ message, warning, future }: ExceptionContext): void {
    const task = (future as Partial<Task<unknown>> | undefined)?._task ?? currentTask();
    this.#mark(warning === true ? 'warning' : 'failure', task, undefined, message);
  }

  callbackEnds(): void {
    this.#makeClockDue();
  }

  #makeClockDue(): void {
    this.#clockIsDue = true;
    if (this.running === 0) this.running = -1;
  }

  /** Two arguments: it has no need of the time that a further look at the clock would tell. */
  iterationEnds(loop: EventLoop, _steps: number): void {
    // An iteration that follows at once begins where this one ended.
    if (!iterates(loop)) this.#makeClockDue();
    this.#iterations++;
    const took = this.#ended - this.#iterationBegan;
    this.#iterationBegan = this.#clockIsDue ? Number.POSITIVE_INFINITY : this.#ended;
    if (!(took > 0)) return;
    this.#busy += took;
    if (took > this.#longest) this.#longest = took;
  }

  loopClosed(loop: EventLoop): void {
    this.#tasks.abandon(loop, this.#now());
  }

  jobQueued(job: JobEvent): void {
    this.#jobs.set(job, ++this.#jobCount);
    if (this.#jobs.size <= mostEvents) return;
    for (const each of this.#jobs.keys()) {
      if (each.endedAt === undefined) continue;
      this.#jobs.delete(each);
      this.#jobsLost++;
      return;
    }
  }

  /** Asked for, so that workers say when they begin a job. The event of the job has the time. */
  jobBegins(): void {}

  #mark(
    kind: RecordedMark['kind'],
    task: Task<unknown> | undefined,
    by: Task<unknown> | undefined,
    text: string,
  ): void {
    const mark = { at: this.#now(), kind, task: this.#id(task), by: this.#id(by), text };
    this.#marks[this.#markCount++ % mostEvents] = mark;
  }

  #id(task: Task<unknown> | undefined): number {
    return task === undefined ? 0 : this.#tasks.of(task).id;
  }

  /**
   * Returns what was recorded so far.
   *
   * @param since - How many steps are left out: those that were taken before.
   */
  take(since = 0): Recording {
    const first = this.#markCount > mostEvents ? this.#markCount % mostEvents : 0;
    this.#tasks.noteWaits((waiter) => whatItWaitsFor(waiter, this.#tasks));
    return {
      version: 1,
      timeOrigin: performance.timeOrigin,
      began: this.#began,
      ended: this.#now(),
      program: thisProgram(),
      tasks: this.#tasks.list(),
      objects: this.#tasks.objects(),
      steps: this.#ring.copy(since),
      marks: [...this.#marks.slice(first), ...this.#marks.slice(0, first)],
      jobs: [...this.#jobs].map(([job, id]) => this.#jobOf(job, id)),
      iterations: { count: this.#iterations, busy: this.#busy, longest: this.#longest },
      lost: {
        steps: this.#ring.lost,
        tasks: this.#tasks.lost,
        marks: this.#markCount - this.#marks.length,
        jobs: this.#jobsLost,
      },
    };
  }

  #jobOf(job: JobEvent, id: number): RecordedJob {
    const { name, by, worker, queuedAt, begunAt, endedAt, outcome } = job;
    return {
      id,
      name,
      by: this.#id(by),
      worker,
      queued: queuedAt,
      begun: begunAt,
      ended: endedAt,
      outcome,
    };
  }
}
