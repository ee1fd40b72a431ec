/**
 * What a recorder has seen. All times are milliseconds of `performance.now()` of the thread that was recorded; `timeOrigin` puts
 * recordings of several threads on one axis.
 */
import { checkNumber } from '../../core/checks.ts';

/**
 * What comes after a step, or what a task awaits. Stored as its index in this list, so names are only added at the end.
 *
 * `part`: the step was a part of another step. `ready`: the task gave way. `done`: the task ended. The others are what it waits for.
 */
export const stepKinds = [
  'part',
  'ready',
  'done',
  'outside',
  'task',
  'timer',
  'future',
  'lock',
  'semaphore',
  'event',
  'condition',
  'barrier',
  'limiter',
  'get',
  'put',
  'join',
  'group',
  'gather',
  'wait',
  'shield',
  'job',
  'room',
] as const;

/** What kind of step it is. */
export type StepKind = (typeof stepKinds)[number];

/** In `next` of a step the kind has the upper 5 bits, the id the lower 27. */
const idBits = 27;
const idMask = 2 ** idBits - 1;

/**
 * Returns a time by which a step was surely over, and no part of it was left. The end is `begin + took`, but `took` is rounded to 32 bits:
 * a step that followed at once may have begun a hair before that.
 */
export function overBy(begin: number, took: number): number {
  return begin + took * (1 - 2 ** -23);
}

export function packed(kind: number, id: number): number {
  return ((kind << idBits) | (id & idMask)) >>> 0;
}

/**
 * Reads what `RecordedSteps.next` has: the kind, and the id of the task or the object that it waits for; 0: of none.
 *
 * @throws TypeError for what is no number.
 */
export function readNext(next: number): { readonly kind: StepKind; readonly id: number } {
  checkNumber('readNext', '`next`', next);
  return { kind: stepKinds[next >>> idBits] ?? 'future', id: next & idMask };
}

/** A task of a recording. */
export interface RecordedTask {
  /** Counted from 1, in one recording. */
  readonly id: number;
  readonly name: string;
  /** The id of the task that made it; 0: none, or one that was not recorded. */
  readonly by: number;
  /** When it was made; undefined if that was before the recording. */
  readonly created: number | undefined;
  /** When it ended; undefined if it was alive at the end of the recording. */
  readonly ended: number | undefined;
  /** `abandoned`: its loop was closed before it ended. */
  readonly outcome: 'finished' | 'failed' | 'cancelled' | 'abandoned' | undefined;
}

/** A lock, a queue, or another thing that tasks waited at. Its ids are counted apart from those of tasks. */
export interface RecordedObject {
  readonly id: number;
  /** Its class: `'Lock'`. */
  readonly kind: string;
  /** The name that the program gave it. */
  readonly name: string | undefined;
  /** Of what can be held: the tasks that held it. Noted for a lock when a task begins to wait at it, and when one that waited goes on; for a semaphore and a limiter at the end only. */
  readonly held?: readonly RecordedHolders[];
}

/** The tasks that held a lock at a time. Not repeated while they are those of the entry before. */
export interface RecordedHolders {
  readonly at: number;
  /** Their ids; 16 of them at most. */
  readonly by: readonly number[];
}

/** Steps, in the order in which they ended. A task that waited already when the recording began has a first step of no length. */
export interface RecordedSteps {
  readonly length: number;
  /** When each began. */
  readonly begin: Float64Array;
  /**
   * How long it took. Below 0 the row is no step: -1: an async function of the task began to await `next`, at `begin`; -2: one of its awaits
   * is over. After the last of them, the function runs, or awaits a promise of the host.
   */
  readonly took: Float32Array;
  /** The id of the task. */
  readonly task: Uint32Array;
  /** What came after the step; see {@link readNext}. */
  readonly next: Uint32Array;
}

/** Something that happened at one moment. */
export interface RecordedMark {
  readonly at: number;
  readonly kind: 'cancel' | 'failure' | 'warning';
  /** The id of the task that it happened to; 0: none. */
  readonly task: number;
  /** The id of the task that asked for the cancellation; 0: none. */
  readonly by: number;
  /** The reason of the request, or the message of the report. */
  readonly text: string;
}

/** A job of an executor. */
export interface RecordedJob {
  readonly id: number;
  readonly name: string;
  /** The id of the task that submitted it; 0: none. */
  readonly by: number;
  readonly worker: string | undefined;
  readonly queued: number;
  readonly begun: number | undefined;
  readonly ended: number | undefined;
  readonly outcome: 'finished' | 'failed' | 'cancelled' | undefined;
}

/** What was left out, because there was no room for it. */
export interface Lost {
  /** The oldest steps. */
  readonly steps: number;
  /** Tasks that had ended before the oldest step, birth and death together. None, unless the recorder was given a limit. */
  readonly tasks: number;
  readonly marks: number;
  readonly jobs: number;
}

/** What happened in one moment of a schedule that failed. */
export interface ExplainedRow {
  /** The moment, on the axis of the recording. */
  readonly at: number;
  /** The time on the loop's clock, in ms. */
  readonly ms: number;
  /** The id of the task; 0: the world outside, the clock, or a callback. */
  readonly task: number;
  /** The name of the task, or 'outside'. */
  readonly who: string;
  readonly what: string;
  /** True if the usual thing would have been another one. */
  readonly departure: boolean;
}

/** Why a schedule of `explore()` failed. */
export interface RecordedExplanation {
  /** In which schedule, and what is wrong. */
  readonly text: string;
  /** How far the schedule is from the usual one, and the like. */
  readonly notes: readonly string[];
  readonly rows: readonly ExplainedRow[];
  /** The tasks that were left, and the questions that were not answered. */
  readonly left: readonly string[];
  readonly unanswered: readonly string[];
  /** What to look at. */
  readonly advice: string;
  /** The schedule, for the option `replay`; undefined if it cannot be run again. */
  readonly replay: string | undefined;
}

/** What the tasks of a program did in a time. Times are in ms, by `performance.now()`. */
export interface Recording {
  /** The version of the format. */
  readonly version: 1;
  /** The time on the clock of the world at which `performance.now()` was 0, in ms since 1970. */
  readonly timeOrigin: number;
  readonly began: number;
  readonly ended: number;
  readonly program: {
    /** Its main file, without folders; empty where there is none. */
    readonly name: string;
    readonly pid: number;
    /** `'Node 24.1.0'` */
    readonly runtime: string;
  };
  readonly tasks: readonly RecordedTask[];
  readonly objects: readonly RecordedObject[];
  readonly steps: RecordedSteps;
  readonly marks: readonly RecordedMark[];
  readonly jobs: readonly RecordedJob[];
  readonly iterations: {
    readonly count: number;
    /** How long all of them took together, in ms. */
    readonly busy: number;
    /** How long the longest took. */
    readonly longest: number;
  };
  readonly lost: Lost;
  /** Of a schedule of `explore()` that failed. Its times are no ms, but count what the recorder saw: a schedule takes no time. */
  readonly explanation?: RecordedExplanation | undefined;
}
