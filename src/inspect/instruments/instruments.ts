/**
 * The hooks of the core, while instruments are there: each event goes to all instruments, in the order in which they were added.
 *
 * An object of this class stays as it is. When an instrument is added or taken out, another object takes its place in `current.hooks`. A step
 * that has begun ends with the object that it began with, so each instrument gets pairs.
 *
 * `begins()`, `ends()` and `iterated()` run in each step. What is rare has functions of its own: the engine compiles small ones into the loop.
 */
import type { AsyncFrame } from '../../core/async-frame.ts';
import { isEventLoop } from '../../core/checks.ts';
import { current, currentTask, getEventLoop } from '../../core/current.ts';
import type { EventLoop } from '../../core/event-loop.ts';
import type { ExceptionContext } from '../../core/exception-handler.ts';
import type { Future } from '../../core/future.ts';
import { PENDING } from '../../core/future-state.ts';
import type { HookedJob, Hooks } from '../../core/hooks.ts';
import type { Runnable } from '../../core/ready-queue.ts';
import type { Task } from '../../core/task.ts';
import type { CheckedTaskOptions } from '../../core/task-options.ts';
import { checkedTraceparent, traceparentIn, withTraceparent } from '../../core/traceparent.ts';
import type { UnreadPromise } from '../../core/unread-promise.ts';
import { plainReason } from '../../errors/cancel-request.ts';
import type { Entry } from './entry.ts';
import type { EventName } from './instrument.ts';
import { type Filled, newShared, type Shared } from './shared.ts';
import { type TakerEntry, takerAlone } from './step-taker.ts';
import { waitOf } from './wait-of.ts';

type Tell = (first?: unknown, second?: unknown, third?: unknown) => void;

function nothing(): void {}

function once(fn: () => void): () => void {
  let isDue = true;
  return () => {
    if (!isDue) return;
    isDue = false;
    fn();
  };
}

/** The loop of a task, or a loop; else that of the code which runs now. */
function loopOf(subject: unknown): EventLoop {
  if (isEventLoop(subject)) return subject;
  return (subject as Partial<Task<unknown>> | undefined)?._loop ?? getEventLoop();
}

/** An async function awaits the next iteration by something that makes its future only when asked for it. */
function futureOf(awaited: UnreadPromise): Future<unknown> | undefined {
  return '_outcome' in awaited ? undefined : awaited.future;
}

/** The events of steps. */
const ofSteps = ['stepBegins', 'stepEnds', 'taskWaits', 'taskReady', 'taskDone'] as const;

/** The whole task that a step belongs to; undefined for a callback. */
function taskOf(runnable: Runnable): Task<unknown> | undefined {
  return (runnable as Partial<Task<unknown>>)._task;
}

export class Instruments implements Hooks {
  readonly entries: readonly Entry[];
  readonly wantJobs: boolean;
  readonly #shared: Shared;
  readonly #replace: (entries: readonly Entry[]) => void;
  /** The instrument that is told of whole steps; see step-taker.ts. */
  readonly #stepTaker: TakerEntry | undefined;
  readonly #iterationTaker: TakerEntry | undefined;
  readonly #contexts: readonly Entry[];
  readonly #jobContexts: readonly Entry[];
  readonly #taskCreated: Tell;
  readonly #stepBegins: Tell;
  readonly #stepEnds: Tell;
  readonly #taskWaits: Tell;
  readonly #taskReady: Tell;
  readonly #taskDone: Tell;
  readonly #awaitBegins: Tell;
  readonly #awaitEnds: Tell;
  readonly #callbackBegins: Tell;
  readonly #callbackEnds: Tell;
  readonly #iterationEnds: Tell;
  /** The steps and callbacks that have begun and not ended. */
  #depth = 0;
  /** The steps and callbacks of the iteration, without those that were made inside of another. */
  #steps = 0;
  /** True if an instrument takes the third argument of `iterationEnds()`: the clock is the dearest part of an event. */
  readonly #isTimed: boolean;
  /** When the iteration began, if an instrument wants to know. */
  #begun = 0;
  /** Tasks that were done before a step that began. */
  #late: Set<Runnable> | undefined;

  /** @param replace - Puts an object for other entries into the place of this one. */
  constructor(
    entries: readonly Entry[],
    replace: (entries: readonly Entry[]) => void,
    before?: Instruments,
  ) {
    this.entries = entries;
    this.#replace = replace;
    this.#shared = before?.shared ?? newShared();
    this.#stepTaker = takerAlone(entries, ofSteps);
    this.#iterationTaker = takerAlone(entries, ['iterationEnds']);
    this.#contexts = entries.filter(({ instrument }) => instrument.taskContext !== undefined);
    this.#jobContexts = entries.filter(({ instrument }) => instrument.jobContext !== undefined);
    this.wantJobs = entries.some(
      ({ instrument: { jobBegins, jobEnds } }) => jobBegins !== undefined || jobEnds !== undefined,
    );
    this.#taskCreated = this.#teller('taskCreated');
    this.#stepBegins = this.#teller('stepBegins');
    this.#stepEnds = this.#teller('stepEnds');
    this.#taskWaits = this.#teller('taskWaits');
    this.#taskReady = this.#teller('taskReady');
    this.#taskDone = this.#teller('taskDone');
    this.#awaitBegins = this.#teller('awaitBegins');
    this.#awaitEnds = this.#teller('awaitEnds');
    this.#callbackBegins = this.#teller('callbackBegins');
    this.#callbackEnds = this.#teller('callbackEnds');
    this.#iterationEnds = this.#teller('iterationEnds');
    this.#isTimed = entries.some(
      ({ instrument: { iterationEnds } }) =>
        iterationEnds !== undefined && iterationEnds.length !== 2,
    );
  }

  get shared(): Shared {
    return this.#shared;
  }

  created(task: Task<unknown>, options: CheckedTaskOptions | undefined): boolean {
    const shared = this.#shared;
    const by = currentTask();
    if (shared.isTelling || this.#isOwn(by)) {
      shared.own.add(task);
      shared.hasOwn = true;
      return false;
    }
    this.#taskCreated(task, by);
    if (this.#contexts.length === 0) return false;
    // Starts the task inside of what the instruments do for its async context.
    this.#inside(this.#contexts, 'taskContext', task, () => task._start(options));
    return true;
  }

  /** Calls `fn` once, inside of what the instruments do around it: the first one innermost. */
  #inside(entries: readonly Entry[], event: EventName, about: unknown, fn: () => void): void {
    let enter = once(fn);
    for (const entry of entries) {
      const inner = enter;
      enter = once(() => {
        this.#tell(entry, event, about, () => this.#aside(inner));
        // An instrument that did not call it, or threw before, does not keep it from happening.
        inner();
      });
    }
    enter();
  }

  /** What the program does in here is told: an eager task makes its first step. */
  #aside(fn: () => void): void {
    const shared = this.#shared;
    const { isTelling } = shared;
    shared.isTelling = false;
    try {
      fn();
    } finally {
      shared.isTelling = isTelling;
    }
  }

  begins(runnable: Runnable): void {
    const shared = this.#shared;
    if (shared.isTelling) return;
    if (this.#depth++ === 0 && this.#steps++ === 0 && this.#isTimed)
      this.#begun = performance.now();
    const task = taskOf(runnable);
    const entry = this.#stepTaker;
    if (
      entry?.taker.running === 0 &&
      task !== undefined &&
      !shared.hasOwn &&
      (runnable as Task<unknown>)._state === PENDING
    )
      entry.taker.running = 1;
    else this.#tellBegin(runnable, task);
  }

  #tellBegin(runnable: Runnable, task: Task<unknown> | undefined): void {
    if (task === undefined) this.#callbackBegins(runnable);
    else if (this.#isOwn(task)) return;
    else if ((runnable as Task<unknown>)._state === PENDING) this.#stepBegins(task);
    else {
      this.#late ??= new Set();
      this.#late.add(runnable);
    }
  }

  ends(runnable: Runnable): void {
    const shared = this.#shared;
    if (shared.isTelling) return;
    this.#depth--;
    const task = taskOf(runnable);
    const entry = this.#stepTaker;
    if (entry?.isIn !== true || task === undefined || shared.hasOwn || this.#late !== undefined) {
      this.#tellEnd(runnable, task);
      return;
    }
    shared.isTelling = true;
    try {
      entry.taker.stepIsOver(task, task !== runnable);
    } catch (error) {
      shared.isTelling = false;
      this.#takeOut(entry, 'stepEnds', error, loopOf(task));
    } finally {
      shared.isTelling = false;
    }
  }

  #tellEnd(runnable: Runnable, task: Task<unknown> | undefined): void {
    if (task === undefined) this.#callbackEnds(runnable);
    else if (!this.#isOwn(task) && this.#late?.delete(runnable) !== true) {
      this.#stepEnds(task);
      if (task === runnable) this.#tellState(task);
    }
  }

  #tellState(task: Task<unknown>): void {
    if (task._state !== PENDING) return this.#taskDone(task);
    const waiter = waitOf(task);
    if (waiter === undefined) this.#taskReady(task);
    else this.#taskWaits(task, waiter);
  }

  awaits(frame: AsyncFrame, awaited: UnreadPromise): void {
    const task = frame._part._task;
    if (this.#awaitBegins === nothing || this.#shared.isTelling || this.#isOwn(task)) return;
    this.#awaitBegins(task, futureOf(awaited));
  }

  awaited(frame: AsyncFrame, awaited: UnreadPromise): void {
    const task = frame._part._task;
    if (this.#awaitEnds === nothing || this.#shared.isTelling || this.#isOwn(task)) return;
    this.#awaitEnds(task, futureOf(awaited));
  }

  cancels(task: Task<unknown>, reason: unknown): void {
    const by = currentTask();
    if (this.#isOwn(task._task) || this.#isOwn(by)) return;
    this.#tellAll('cancelRequested', task._task, plainReason(reason), by);
  }

  iterated(loop: EventLoop): void {
    const steps = this.#steps;
    this.#depth = 0;
    this.#steps = 0;
    if (steps === 0 || this.#iterationEnds === nothing || this.#shared.isTelling) return;
    const entry = this.#iterationTaker;
    if (entry?.isIn === true) return entry.taker.iterationEnds(loop, steps);
    this.#iterationEnds(loop, steps, this.#isTimed ? performance.now() - this.#begun : 0);
  }

  failed(context: ExceptionContext): void {
    this.#tellAll('failureUnhandled', context);
  }

  closed(loop: EventLoop): void {
    this.#tellAll('loopClosed', loop);
  }

  jobQueued(job: HookedJob): void {
    const by = currentTask();
    if (this.#shared.isTelling || this.#isOwn(by)) return;
    const told: Filled = {
      name: job.name,
      priority: job.priority,
      by,
      queuedAt: performance.now(),
      begunAt: undefined,
      endedAt: undefined,
      worker: undefined,
      outcome: undefined,
      traceparent: traceparentIn(job.shipped),
    };
    this.#shared.jobs.set(job, told);
    this.#tellAll('jobQueued', told);
    const traceparent = checkedTraceparent(told.traceparent);
    if (traceparent !== undefined) job.shipped = withTraceparent(job.shipped, traceparent);
  }

  jobBegins(job: HookedJob, worker: string | undefined): void {
    const told = this.#shared.jobs.get(job);
    if (told === undefined) return;
    told.begunAt = performance.now();
    told.worker = worker;
    this.#tellAll('jobBegins', told);
  }

  jobEnds(job: HookedJob, outcome: 'finished' | 'failed' | 'cancelled'): void {
    const told = this.#shared.jobs.get(job);
    if (told === undefined) return;
    this.#shared.jobs.delete(job);
    told.endedAt = performance.now();
    told.outcome = outcome;
    this.#tellAll('jobEnds', told);
  }

  runsJob<R>(shipped: readonly unknown[], fn: () => R): R {
    const traceparent = traceparentIn(shipped);
    if (traceparent === undefined || this.#jobContexts.length === 0) return fn();
    let returned: { readonly value: R } | undefined;
    let thrown: { readonly error: unknown } | undefined;
    this.#inside(this.#jobContexts, 'jobContext', traceparent, () => {
      try {
        returned = { value: fn() };
      } catch (error) {
        // The function's own: an instrument has to hear nothing of it.
        thrown = { error };
      }
    });
    if (returned === undefined) throw thrown?.error;
    return returned.value;
  }

  workerStarted(name: string, executor: string): void {
    this.#tellAll('workerStarted', Object.freeze({ name, executor }));
  }

  workerGone(name: string, executor: string, reason: string): void {
    this.#tellAll('workerGone', Object.freeze({ name, executor }), reason);
  }

  /** Tells whether an instrument has made the task. */
  #isOwn(task: Task<unknown> | undefined): boolean {
    return this.#shared.hasOwn && task !== undefined && this.#shared.own.has(task);
  }

  /** Makes the function that tells an event that happens often. */
  #teller(event: EventName): Tell {
    const tellers = this.entries
      .filter(({ instrument }) => instrument[event] !== undefined)
      .map((entry) => this.#tellerOf(entry, event));
    if (tellers.length <= 1) return tellers[0] ?? nothing;
    return (first, second, third) => {
      for (const tell of tellers) tell(first, second, third);
    };
  }

  #tellerOf(entry: Entry, event: EventName): Tell {
    const shared = this.#shared;
    const { instrument, self } = entry;
    const method = instrument[event] as Tell;
    return (first, second, third) => {
      if (!entry.isIn || shared.isTelling) return;
      shared.isTelling = true;
      try {
        Reflect.apply(method, self, [first, second, third]);
      } catch (error) {
        shared.isTelling = false;
        this.#takeOut(entry, event, error, loopOf(first));
      } finally {
        shared.isTelling = false;
      }
    };
  }

  #tell(entry: Entry, event: EventName, first?: unknown, second?: unknown, third?: unknown): void {
    if (entry.instrument[event] !== undefined) this.#tellerOf(entry, event)(first, second, third);
  }

  /** Tells an event to all instruments. */
  #tellAll(event: EventName, first?: unknown, second?: unknown, third?: unknown): void {
    for (const entry of this.entries) this.#tell(entry, event, first, second, third);
  }

  /** An instrument threw. It must not break what it is told of, and not fail a thousand times. */
  #takeOut(failed: Entry, event: EventName, exception: unknown, loop: EventLoop): void {
    failed.isIn = false;
    this.#replace((current.hooks as Instruments).entries.filter((entry) => entry.isIn));
    loop._report({
      message: `An instrument threw in \`${event}()\`, and was taken out`,
      exception,
    });
  }
}
