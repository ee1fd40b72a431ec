/**
 * What the core calls while an instrument is there; see `current.hooks`. `skein/inspect` puts the object there with the first
 * instrument, and takes it out with the last. The core knows this type and the field, and nothing of what the hooks do.
 *
 * The field is shared by all copies of this package in a program. So the hooks go by internal members, never by classes.
 */
import type { AsyncFrame } from './async-frame.ts';
import type { EventLoop } from './event-loop.ts';
import type { ExceptionContext } from './exception-handler.ts';
import type { Runnable } from './ready-queue.ts';
import type { Task } from './task.ts';
import type { CheckedTaskOptions } from './task-options.ts';
import type { UnreadPromise } from './unread-promise.ts';

/** A job of an executor, as far as the hooks read it. */
export interface HookedJob {
  readonly id: number;
  readonly name: string;
  readonly priority: number;
  /** Names and values that travel along. */
  shipped: readonly unknown[] | undefined;
}

export interface Hooks {
  /** The task is in the list of its loop, and was not started. Returns true if the hook has started it. */
  created(task: Task<unknown>, options: CheckedTaskOptions | undefined): boolean;
  /** Before a step of a task, or a callback. */
  begins(runnable: Runnable): void;
  /** After it. */
  ends(runnable: Runnable): void;
  awaits(frame: AsyncFrame, awaited: UnreadPromise): void;
  awaited(frame: AsyncFrame, awaited: UnreadPromise): void;
  /** A request to cancel the task was counted. */
  cancels(task: Task<unknown>, reason: unknown): void;
  /** All steps and callbacks of an iteration have run. */
  iterated(loop: EventLoop): void;
  failed(context: ExceptionContext): void;
  closed(loop: EventLoop): void;
  /** True if an instrument is told of jobs: workers then say when a job begins. */
  readonly wantJobs: boolean;
  jobQueued(job: HookedJob): void;
  jobBegins(job: HookedJob, worker: string | undefined): void;
  /** The job is over. */
  jobEnds(job: HookedJob, outcome: 'finished' | 'failed' | 'cancelled'): void;
  /** In a worker: calls a function of a job, or makes a step of its stream. */
  runsJob<R>(shipped: readonly unknown[], fn: () => R): R;
  workerStarted(name: string, executor: string): void;
  workerGone(name: string, executor: string, reason: string): void;
}
