import type { EventLoop } from '../../core/event-loop.ts';
import type { ExceptionContext } from '../../core/exception-handler.ts';
import type { Future } from '../../core/future.ts';
import type { Task } from '../../core/task.ts';

/** A job of an executor, from the call that submitted it to its end. One object for all events of the job: it is filled as they happen. */
export interface JobEvent {
  /** The name of its function. */
  readonly name: string;
  /** The priority that it was submitted with. */
  readonly priority: number;
  /** The task that submitted the job; undefined if code outside of all tasks did. */
  readonly by: Task<unknown> | undefined;
  /** When it was submitted, by `performance.now()`. */
  readonly queuedAt: number;
  /** When the program heard that a worker began it; undefined before, and for a job that never began. */
  readonly begunAt: number | undefined;
  /** When it ended; undefined before. */
  readonly endedAt: number | undefined;
  /** The name of the worker that began it. */
  readonly worker: string | undefined;
  /** How it ended; undefined before. */
  readonly outcome: 'finished' | 'failed' | 'cancelled' | undefined;
  /**
   * The `traceparent` of W3C Trace Context that travels with the job to its worker, in other processes and on other machines too. On a server of
   * a cluster: the one that came with the job. An instrument may set it in `jobQueued()`; what is none is not sent.
   */
  traceparent: string | undefined;
}

/** A worker of an executor. */
export interface WorkerEvent {
  /** The name of the worker. */
  readonly name: string;
  /** The class of the executor: `'ThreadPoolExecutor'`. */
  readonly executor: string;
}

/**
 * What is told of tasks, steps and jobs as they happen. Each method may be left out. It is called in the middle of what it is told: it must be
 * quick, and should start nothing. What it does itself is not told, to no instrument. If it throws, the instrument is taken out, and the error is
 * reported once to the exception handler of the loop.
 *
 * @example
 * ```ts
 * import { createTask, run, sleep } from 'skein';
 * import { addInstrument } from 'skein/inspect';
 *
 * const seen: string[] = [];
 * await run(async () => {
 *   using added = addInstrument({
 *     taskCreated: (task) => seen.push(`${task.getName()} is made`),
 *     taskDone: (task) => seen.push(`${task.getName()} is done`),
 *   });
 *   await createTask(sleep(5), { name: 'pause' });
 * });
 * seen; // => ['pause is made', 'pause is done']
 * ```
 */
export interface Instrument {
  /**
   * A task is made. The first event of the task, also before an eager first step. `by`: the task that made it, if one did. The name may change
   * later.
   */
  taskCreated?(task: Task<unknown>, by: Task<unknown> | undefined): void;
  /**
   * Called once for each task, after `taskCreated()`: the task takes the async context (`AsyncLocalStorage`) that is there while `capture()` runs.
   * For tracing libraries. If it does not call `capture()`, the task takes the context of its maker.
   */
  taskContext?(task: Task<unknown>, capture: () => void): void;
  /**
   * A step of the task begins, or of a part of it: a coroutine that an async function awaits. Steps nest strictly: an eager start and a
   * part run inside another step.
   */
  stepBegins?(task: Task<unknown>): void;
  /** The step that began last is over. */
  stepEnds?(task: Task<unknown>): void;
  /** After a step: the task waits for `future`. One of this, `taskReady()` and `taskDone()` follows each step of a task, but not of a part. */
  taskWaits?(task: Task<unknown>, future: Future<unknown>): void;
  /** After a step: the task is ready for the next one; it gave way to others. */
  taskReady?(task: Task<unknown>): void;
  /** The last event of the task, before what waits for it goes on. Tasks of a loop that is closed get none: see `loopClosed()`. */
  taskDone?(task: Task<unknown>): void;
  /**
   * An async function of the task begins to await a future of the library; `undefined`: it awaits the next iteration. Between
   * `awaitEnds()` and the next `awaitBegins()` it runs, or awaits a promise of the host: both look alike.
   */
  awaitBegins?(task: Task<unknown>, future: Future<unknown> | undefined): void;
  /** The async function goes on after that await. */
  awaitEnds?(task: Task<unknown>, future: Future<unknown> | undefined): void;
  /** A request to cancel the task was made, inside the call of `cancel()`. Of a chain of tasks, the outermost comes first. */
  cancelRequested?(task: Task<unknown>, reason: unknown, by: Task<unknown> | undefined): void;
  /** A callback begins that is no step of a task: of `callSoon()`, of a timer, of an await in an async function. */
  callbackBegins?(callback: object): void;
  /** The callback that began last is over. */
  callbackEnds?(callback: object): void;
  /** An iteration of the loop is over. `steps`: how many steps and callbacks it made; `took`: how long it took, in ms; it is not measured for a method of two parameters. */
  iterationEnds?(loop: EventLoop, steps: number, took: number): void;
  /** A job was submitted, before `submit()` returns. */
  jobQueued?(job: JobEvent): void;
  /** A worker has begun the job. Told when the program hears of it. If the worker is lost and the job is given again, this is told again. */
  jobBegins?(job: JobEvent): void;
  /** Told once for each job that was queued, also when its worker died. */
  jobEnds?(job: JobEvent): void;
  /**
   * In a worker, or on a server of a cluster: a job that came with a `traceparent` calls its function, or makes a step of its stream, while
   * `run()` runs. For tracing libraries. If it does not call `run()`, the function is called after it.
   */
  jobContext?(traceparent: string, run: () => void): void;
  /** An executor has started a worker. */
  workerStarted?(worker: WorkerEvent): void;
  /** A worker is gone, and why. */
  workerGone?(worker: WorkerEvent, reason: string): void;
  /** A failure, or a warning, goes to the exception handler. */
  failureUnhandled?(context: ExceptionContext): void;
  /** A loop was closed; its tasks that are not done get no further event. */
  loopClosed?(loop: EventLoop): void;
}

export type EventName = keyof Instrument;

/** The names of all events, as a table, which the compiler holds complete. */
const events: Readonly<Record<EventName, true>> = {
  taskCreated: true,
  taskContext: true,
  stepBegins: true,
  stepEnds: true,
  taskWaits: true,
  taskReady: true,
  taskDone: true,
  awaitBegins: true,
  awaitEnds: true,
  cancelRequested: true,
  callbackBegins: true,
  callbackEnds: true,
  iterationEnds: true,
  jobQueued: true,
  jobBegins: true,
  jobEnds: true,
  jobContext: true,
  workerStarted: true,
  workerGone: true,
  failureUnhandled: true,
  loopClosed: true,
};

export const eventNames: readonly EventName[] = Object.keys(events) as EventName[];
