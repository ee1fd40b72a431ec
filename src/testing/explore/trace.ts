/**
 * Notes what happens in a run, for the drawing. Only the run that is explained has one: texts cost more than the run.
 *
 * A row is open while a task makes a step; what the task does meanwhile is added to it. Steps of the library's own callbacks
 * are left out: they are seen in what they wake.
 */
import { AsyncFrame } from '../../core/async-frame.ts';
import { current, currentTask } from '../../core/current.ts';
import type { Future } from '../../core/future.ts';
import { CANCELLED, FAILED, FINISHED, PENDING } from '../../core/future-state.ts';
import { Handle } from '../../core/handle.ts';
import { isPurpose } from '../../core/purpose.ts';
import type { Runnable } from '../../core/ready-queue.ts';
import { Task } from '../../core/task.ts';
import { brief, functionName, msText } from '../../core/text.ts';
import { UnreadPromise } from '../../core/unread-promise.ts';
import type { DecisionKind } from './decisions.ts';
import { type QueueWatcher, taskOf } from './explored-queue.ts';
import type { FailureRecording } from './failure-recording.ts';
import type { Cancelling, Happening } from './happening.ts';
import type { Asked } from './outside.ts';
import type { Run } from './run.ts';

/** One row of the explanation of a failure. */
export interface TimelineEntry {
  /** The time on the loop's clock, in ms. */
  readonly ms: number;
  /** The name of the task; 'outside' for the world, the clock and callbacks. */
  readonly who: string;
  /** What the task did, or what happened in the loop. */
  readonly what: string;
  /** True if the usual thing would have been another one. */
  readonly departure: boolean;
}

/** Where an entry is in the recording of the run. */
export interface Moment {
  readonly at: number;
  /** The id of the task; 0: none. */
  readonly task: number;
}

interface Row {
  ms: number;
  who: string;
  task: Task<unknown> | undefined;
  parts: string[];
  departure: boolean;
}

/** What was last noted of a task. */
interface Known {
  requests: number;
  text: string;
  begun: boolean;
}

export class Trace implements QueueWatcher {
  readonly timeline: TimelineEntry[] = [];
  /** One for each entry, if the run is recorded. */
  readonly moments: Moment[] = [];
  /** The tasks that were not done at the end. */
  left: readonly string[] = [];
  /** The questions that were not answered at the end. */
  unanswered: readonly string[] = [];
  readonly #known = new Map<Task<unknown>, Known>();
  /** Tasks whose async function goes on in the next turn of the host. */
  readonly #resumed = new Set<Task<unknown>>();
  #run!: Run;
  #row: Row | undefined;
  #runnable: Runnable | undefined;
  /** The next step is a departure. */
  #departs = false;

  readonly #recording: FailureRecording | undefined;

  /** @param recording - What records the run, if it is to be recorded. */
  constructor(recording?: FailureRecording) {
    this.#recording = recording;
  }

  watch(run: Run): void {
    this.#run = run;
    this.#recording?.begin();
    run.loop.queue.watcher = this;
  }

  // ── What the run tells ──────────────────────────────────────────────────────────────────────────────────────────────

  happens(happening: Happening, isDeparture: boolean): void {
    switch (happening.kind) {
      case 'iteration':
      case 'step':
        this.#departs = isDeparture;
        break;
      case 'answer':
        this.#open(undefined, isDeparture);
        break;
      case 'time':
        this.#open(undefined, isDeparture, timeText(this.#run));
        break;
      case 'cancel': {
        const { task } = happening as Cancelling;
        this.#open(undefined, isDeparture, `cancels ${task.getName()}`);
        this.#know(task).requests = task.cancelling() + 1;
        break;
      }
      case 'quiet':
        this.#open(undefined, isDeparture, 'all is quiet');
        break;
    }
  }

  answered({ what }: Asked, error: unknown): void {
    this.#part(error === undefined ? `'${what}' is answered` : `'${what}' fails: ${brief(error)}`);
  }

  decided(what: string, taken: number, kind: DecisionKind): void {
    if (kind === 'fault') {
      if (taken > 0) this.#mark();
      return;
    }
    this.note(`chooses ${taken} for '${what}'`);
    if (taken > 0) this.#mark();
  }

  /** Adds a text to what the running task does. */
  note(text: string): void {
    if (this.#row !== undefined) {
      this.#part(text);
      return;
    }
    const task = currentTask();
    this.#open(task, false, text);
    this.pause();
  }

  /** Nothing runs now. */
  pause(): void {
    this.#endStep();
    this.#close();
    this.#departs = false;
  }

  /** The host had a turn: async functions went on. */
  turnEnded(): void {
    for (const [task, { begun }] of this.#known) if (begun) this.#noteChange(task);
    this.#resumed.clear();
  }

  /** The run is over, and its loop is not closed yet. */
  ends(): void {
    this.pause();
    this.left = this.#run.loop.tasks.map(String);
    this.unanswered = this.#run.outside.names();
    this.#run.loop.queue.watcher = undefined;
    this.#recording?.end();
  }

  // ── What the queue tells ────────────────────────────────────────────────────────────────────────────────────────────

  becomesReady(runnable: Runnable): void {
    const task = taskOf(runnable);
    if (task === undefined) return;
    const isNew = !this.#known.has(task);
    this.#know(task);
    if (current.task === undefined || task === current.task._task) return;
    this.#part(`${isNew ? 'starts' : 'wakes'} ${task.getName()}`);
  }

  begins(runnable: Runnable): void {
    this.#endStep();
    this.#runnable = runnable;
    const task = taskOf(runnable);
    if (task !== undefined) {
      this.#know(task).begun = true;
      this.#open(task, this.#departs, ...resumedWith(runnable, task));
    } else if (runnable instanceof Handle) {
      const text = runnable.cancelled() ? [] : [`${functionName(runnable._callback)} is called`];
      this.#open(undefined, this.#departs, ...text);
    } else {
      this.#open(undefined, this.#departs);
    }
    this.#departs = false;
  }

  #endStep(): void {
    const runnable = this.#runnable;
    if (runnable === undefined) return;
    this.#runnable = undefined;
    const task = taskOf(runnable);
    for (const [other, known] of this.#known) {
      if (other.cancelling() > known.requests && other._state === PENDING) {
        this.#part(
          `${task === undefined ? cancellerText(runnable) : ''}cancels ${other.getName()}`,
        );
      }
      known.requests = other.cancelling();
    }
    if (task !== undefined) {
      const goesOnLater = runnable instanceof UnreadPromise || task._waiter instanceof AsyncFrame;
      if (goesOnLater) this.#resumed.add(task);
      else this.#part(this.#stateOf(task));
    }
    this.#close();
  }

  // ── Tasks ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  #know(task: Task<unknown>): Known {
    let known = this.#known.get(task);
    if (known === undefined) {
      known = { requests: task.cancelling(), text: '', begun: false };
      this.#known.set(task, known);
    }
    return known;
  }

  /** Notes what a task does now, if it is something else than before. */
  #noteChange(task: Task<unknown>): void {
    const before = this.#know(task).text;
    const now = this.#stateOf(task);
    if (now === '') return;
    if (now === before && !this.#resumed.has(task)) return;
    if (task._state !== PENDING && now === before) return;
    this.#open(task, false, now);
    this.#close();
  }

  #stateOf(task: Task<unknown>): string {
    const text = stateText(task, this.#run.outside.promisedTo(task));
    this.#know(task).text = text;
    return text;
  }

  // ── Rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #open(task: Task<unknown> | undefined, departure: boolean, ...parts: string[]): void {
    this.#close();
    const who = task?.getName() ?? 'outside';
    this.#row = { ms: this.#run.loop.time(), who, task, parts, departure };
  }

  #part(text: string): void {
    if (text === '') return;
    if (this.#row === undefined) {
      this.#open(undefined, false, text);
      return;
    }
    const { parts } = this.#row;
    // A task that fails with what it got says so once.
    if (parts.at(-1)?.replace('gets ', 'fails: ') === text) parts.pop();
    if (parts.at(-1) !== text) parts.push(text);
  }

  #mark(): void {
    if (this.#row !== undefined) this.#row.departure = true;
  }

  #close(): void {
    const row = this.#row;
    this.#row = undefined;
    if (row === undefined || row.parts.length === 0) return;
    // The clock has moved since the row was opened, if time passed in it.
    const { who, task, parts, departure } = row;
    if (this.#recording !== undefined) {
      const { at } = this.#recording;
      this.moments.push({ at, task: task === undefined ? 0 : this.#recording.idOf(task) });
    }
    this.timeline.push({ ms: this.#run.loop.time(), who, what: listOf(parts), departure });
  }
}

/** What is told of several tasks at once. */
const told = /^(?:starts|wakes|(?:a deadline |a done callback )?cancels) /;

/** "starts a, b, c; waits for task 'a'" */
function listOf(parts: readonly string[]): string {
  const merged: string[] = [];
  for (const part of parts) {
    const verb = told.exec(part)?.[0];
    const last = merged.at(-1);
    const joins = verb !== undefined && last?.startsWith(verb);
    if (joins) merged[merged.length - 1] = `${last}, ${part.slice(verb.length)}`;
    else merged.push(part);
  }
  return merged.join('; ');
}

/** Names what cancelled a task, if no task did: a timer of the library, or its callback at the end of a task. */
function cancellerText(runnable: Runnable): string {
  if (runnable instanceof Handle) return '';
  return '_when' in runnable ? 'a deadline ' : 'a done callback ';
}

function timeText({ loop }: Run): string {
  const ms = loop.nextDeadline - loop.time();
  return loop.queue.length > 0 ? `time passes: a step took ${msText(ms)}` : 'time passes';
}

/** With what a task goes on, if it is not a result. */
function resumedWith(runnable: Runnable, task: Task<unknown>): string[] {
  if (!(runnable instanceof Task)) return [];
  const waiter = runnable._waiter;
  if (task._mustCancel) {
    const had = waiter?._state === FINISHED ? ', though what it waited for had a result' : '';
    return [`gets a CancelledError${had}`];
  }
  if (waiter?._state === CANCELLED) return ['gets a CancelledError'];
  if (waiter?._state === FAILED) return [`gets ${brief(waiter._value)}`];
  return [];
}

/** @param promised - What it was given promises for, by `env.promise()`. */
function stateText(task: Task<unknown>, promised: readonly string[]): string {
  switch (task._state) {
    case FINISHED:
      return 'ends';
    case FAILED:
      return `fails: ${brief(task._value)}`;
    case CANCELLED:
      return 'is cancelled';
    default:
      if (task._waiter === undefined) return 'gives way';
      return goesOn(task._waiter) ? '' : `waits for ${awaitedText(task._waiter, promised)}`;
  }
}

/** Tells whether what an async function waits for is done: it is about to go on, so there is nothing to tell of it. */
function goesOn(awaited: Future<unknown>): boolean {
  if (awaited._state !== PENDING) return true;
  if (awaited instanceof AsyncFrame) return awaited.awaited().some(goesOn);
  const isPart = awaited instanceof Task && awaited._task !== awaited;
  return isPart && awaited._waiter !== undefined && goesOn(awaited._waiter);
}

/** Names what a task waits for, in fewer words than its text form has. */
function awaitedText(awaited: Future<unknown>, promised: readonly string[]): string {
  if (awaited instanceof AsyncFrame) {
    const inner = awaited.awaited();
    if (inner.length > 0) return inner.map((each) => awaitedText(each, promised)).join(', ');
    return promised.length > 0 ? promised.join(', ') : 'a promise of the host';
  }
  if (awaited instanceof Task) {
    if (awaited._task === awaited) return awaited.getName();
    return awaited._waiter === undefined
      ? 'a part of itself'
      : awaitedText(awaited._waiter, promised);
  }
  const purpose = awaited._purpose;
  const related = isPurpose(purpose) ? (purpose._related?.() ?? []) : [];
  const text = awaited._shortText();
  if (text === '<Future pending>') return 'a future';
  // "<Lock 'log' locked by …>" becomes "the Lock 'log'", and "gather() of …" becomes "gather()".
  const short = /^\w+\(\)/.exec(text)?.[0] ?? text.replace(/<(\w+(?: '[^']*')?).*>/, 'the $1');
  return [short, ...related.map(({ relation, task }) => `${relation} ${task.getName()}`)].join(
    ', ',
  );
}
