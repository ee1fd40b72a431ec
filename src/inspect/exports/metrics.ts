import type { EventLoop } from '../../core/event-loop.ts';
import { CANCELLED, FAILED } from '../../core/future-state.ts';
import type { Task } from '../../core/task.ts';
import { addInstrument } from '../instruments/add-instrument.ts';
import type { Instrument, JobEvent } from '../instruments/instrument.ts';

/** Numbers of a program since its metrics began. All times are in seconds, as monitoring systems want them. */
export interface Metrics {
  readonly tasks: {
    /** The tasks that were made since, and have not ended. */
    readonly alive: number;
    readonly finished: number;
    readonly failed: number;
    readonly cancelled: number;
  };
  readonly steps: number;
  readonly iterations: {
    readonly count: number;
    /** How long all iterations took together: divided by the time that has passed, how busy the loop was. */
    readonly seconds: number;
    /** How long the longest iteration took since the last `read()`: nothing else ran meanwhile. */
    readonly longest: number;
  };
  readonly jobs: {
    readonly queued: number;
    readonly running: number;
    readonly finished: number;
    readonly failed: number;
    readonly cancelled: number;
    /** How long the jobs that were begun had waited, together. */
    readonly queueSeconds: number;
    readonly runSeconds: number;
  };
  readonly cancelRequests: number;
  readonly failures: number;
}

/** Metrics that are being collected. */
export interface MetricsCollector extends Disposable {
  /** Returns the numbers of now. */
  read(): Metrics;
}

const secondMs = 1000;

class Collector implements Instrument {
  #created = 0;
  readonly #tasks = { finished: 0, failed: 0, cancelled: 0 };
  #abandoned = 0;
  #steps = 0;
  #iterations = 0;
  #busyMs = 0;
  #longestMs = 0;
  readonly #jobs = { queued: 0, running: 0, finished: 0, failed: 0, cancelled: 0 };
  #queueMs = 0;
  #runMs = 0;
  #cancelRequests = 0;
  #failures = 0;
  /** The jobs that were queued since, and have not ended; true if they have begun. A job that runs again was begun before. */
  readonly #begun = new WeakMap<JobEvent, boolean>();
  readonly #alive = new WeakSet<Task<unknown>>();

  taskCreated(task: Task<unknown>): void {
    this.#created++;
    this.#alive.add(task);
  }

  stepEnds(): void {
    this.#steps++;
  }

  taskDone(task: Task<unknown>): void {
    // A task that was made before is not counted: the number would be below zero.
    if (!this.#alive.delete(task)) return;
    const state = task._state;
    this.#tasks[state === CANCELLED ? 'cancelled' : state === FAILED ? 'failed' : 'finished']++;
  }

  loopClosed(loop: EventLoop): void {
    for (const task of loop._tasks) if (this.#alive.delete(task)) this.#abandoned++;
  }

  iterationEnds(_loop: EventLoop, _steps: number, took: number): void {
    this.#iterations++;
    this.#busyMs += took;
    if (took > this.#longestMs) this.#longestMs = took;
  }

  cancelRequested(): void {
    this.#cancelRequests++;
  }

  failureUnhandled({ warning }: { readonly warning?: true }): void {
    if (warning !== true) this.#failures++;
  }

  jobQueued(job: JobEvent): void {
    this.#begun.set(job, false);
    this.#jobs.queued++;
  }

  jobBegins(job: JobEvent): void {
    if (this.#begun.get(job) !== false) return;
    this.#begun.set(job, true);
    const { queuedAt, begunAt = queuedAt } = job;
    this.#jobs.queued--;
    this.#jobs.running++;
    this.#queueMs += begunAt - queuedAt;
  }

  jobEnds(job: JobEvent): void {
    if (!this.#begun.delete(job)) return;
    const { begunAt, endedAt, outcome = 'finished' } = job;
    this.#jobs[outcome]++;
    if (begunAt === undefined) {
      this.#jobs.queued--;
      return;
    }
    this.#jobs.running--;
    this.#runMs += (endedAt ?? begunAt) - begunAt;
  }

  read(): Metrics {
    const { finished, failed, cancelled } = this.#tasks;
    const alive = this.#created - finished - failed - cancelled - this.#abandoned;
    const longest = this.#longestMs / secondMs;
    this.#longestMs = 0;
    return Object.freeze({
      tasks: Object.freeze({ alive, finished, failed, cancelled }),
      steps: this.#steps,
      iterations: Object.freeze({
        count: this.#iterations,
        seconds: this.#busyMs / secondMs,
        longest,
      }),
      jobs: Object.freeze({
        ...this.#jobs,
        queueSeconds: this.#queueMs / secondMs,
        runSeconds: this.#runMs / secondMs,
      }),
      cancelRequests: this.#cancelRequests,
      failures: this.#failures,
    });
  }
}

/**
 * Counts what happens from now on, for a monitoring system: tasks by outcome, steps, how busy the loop is and how long it stood still, jobs.
 *
 * @example
 * ```ts
 * import { createTask, run, sleep } from 'skein';
 * import { collectMetrics } from 'skein/inspect';
 *
 * const metrics = collectMetrics();
 * await run(async () => {
 *   await createTask(sleep(1));
 * });
 * metrics.read().tasks; // => { alive: 0, finished: 2, failed: 0, cancelled: 0 }
 * metrics[Symbol.dispose]();
 * ```
 */
export function collectMetrics(): MetricsCollector {
  const collector = new Collector();
  const added = addInstrument(collector);
  return Object.freeze({
    read: () => collector.read(),
    [Symbol.dispose]: () => added[Symbol.dispose](),
  });
}
