/** A recording as the page holds it: tasks in a tree, and their spans in columns, sorted by task and time. All times are in ms from its begin. */

import type { RecordedExplanation } from '../src/inspect/recorder/recording.ts';

/**
 * What a task does during a span. The order is that of the numbers in the column `kind`. `async`: an async function runs, or awaits a
 * promise of the host, which look alike.
 */
export const spanKinds = [
  'running',
  'ready',
  'timer',
  'lock',
  'queue',
  'task',
  'job',
  'outside',
  'async',
] as const;
export type SpanKind = (typeof spanKinds)[number];

/** `abandoned`: its loop was closed before it ended. */
type Outcome = 'finished' | 'failed' | 'cancelled' | 'abandoned';

/** The states of a task. `unborn`: it is made later. */
export const states = [
  'unborn',
  'running',
  'waiting',
  'finished',
  'failed',
  'cancelled',
  'abandoned',
] as const;
export type State = (typeof states)[number];

/** A thing that tasks wait for. */
export interface Wait {
  readonly text: string;
  /** Equal for all waits at one lock, queue or group: its number. Undefined if the wait is for a task or a timer. */
  readonly of: number | undefined;
  /** The ids of the tasks that it waits for. */
  readonly tasks: readonly number[];
}

/** The tasks that held a lock at a time, by their ids. */
export interface Holders {
  readonly at: number;
  readonly by: readonly number[];
}

/** A request to cancel a task. */
interface CancelRequest {
  readonly at: number;
  readonly reason: string;
  readonly by: number | undefined;
}

export interface RecordedTask {
  readonly id: number;
  /** Its place in `Recording.tasks`. */
  readonly place: number;
  readonly name: string;
  /** The id of the task that made it. */
  readonly by: number | undefined;
  readonly begin: number;
  /** Undefined for a task that was alive at the end. */
  readonly end: number | undefined;
  readonly outcome: Outcome | undefined;
  readonly requests: readonly CancelRequest[];
  /** The messages of its failures and warnings. */
  readonly reports: readonly string[];
  /** Its spans: from `first` up to `last`, without that. */
  readonly first: number;
  readonly last: number;
}

export interface Spans {
  readonly begin: Float64Array;
  readonly end: Float64Array;
  /** The number of the kind in `spanKinds`. */
  readonly kind: Uint8Array;
  /** The number of the wait in `Recording.waits`, plus one; 0: none. */
  readonly wait: Uint32Array;
}

export interface Recording {
  readonly title: string;
  readonly length: number;
  /** How many events were dropped, as the recorder was full. */
  readonly lost: number;
  readonly tasks: readonly RecordedTask[];
  readonly byId: ReadonlyMap<number, RecordedTask>;
  readonly children: ReadonlyMap<number | undefined, readonly RecordedTask[]>;
  readonly spans: Spans;
  readonly waits: readonly Wait[];
  /** By the number of the lock, in the order of time. */
  readonly holders: ReadonlyMap<number, readonly Holders[]>;
  /** Why a schedule failed. The moments of its rows are on the axis of the page. */
  readonly explanation: RecordedExplanation | undefined;
}

/** Finds the first span of a range that ends after `time`, by halves. */
export function firstEndingAfter(
  end: Float64Array,
  first: number,
  last: number,
  time: number,
): number {
  let low = first;
  let high = last;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((end[middle] as number) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The span of a task at a time; -1 if there is none. */
export function spanAt({ spans }: Recording, { first, last }: RecordedTask, time: number): number {
  const at = firstEndingAfter(spans.end, first, last, time);
  if (at < last && (spans.begin[at] as number) <= time) return at;
  // The end of the recording belongs to the last span.
  return at === last && last > first && spans.end[last - 1] === time ? last - 1 : -1;
}

export function stateAt(recording: Recording, task: RecordedTask, time: number): State {
  if (time < task.begin) return 'unborn';
  if (task.end !== undefined && time >= task.end) return task.outcome ?? 'finished';
  const span = spanAt(recording, task, time);
  return span >= 0 && (recording.spans.kind[span] as number) <= 1 ? 'running' : 'waiting';
}

/** The thing that a task waits for at a time. */
export function waitAt(recording: Recording, task: RecordedTask, time: number): Wait | undefined {
  const at = spanAt(recording, task, time);
  return at < 0 ? undefined : recording.waits[(recording.spans.wait[at] as number) - 1];
}

/** The ids of the pending tasks that hold what a task waits at, as far as it was noted up to a time. */
export function holdersAt({ holders, byId }: Recording, wait: Wait, time: number): number[] {
  const noted = wait.of === undefined ? undefined : holders.get(wait.of);
  if (noted === undefined) return [];
  let low = 0;
  let high = noted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((noted[middle] as Holders).at > time) high = middle;
    else low = middle + 1;
  }
  const by = noted[low - 1]?.by ?? [];
  return by.filter((id) => isPending(byId.get(id), time));
}

export function isPending(task: RecordedTask | undefined, time: number): boolean {
  if (task === undefined || task.begin > time) return false;
  return task.end === undefined || task.end > time;
}

/** Puts tasks into a tree by who made them. */
export function childrenOf(
  tasks: readonly RecordedTask[],
  byId: ReadonlyMap<number, RecordedTask>,
): Map<number | undefined, RecordedTask[]> {
  const children = new Map<number | undefined, RecordedTask[]>();
  for (const task of tasks) {
    const maker = task.by !== undefined && byId.has(task.by) ? task.by : undefined;
    const list = children.get(maker);
    if (list === undefined) children.set(maker, [task]);
    else list.push(task);
  }
  return children;
}

const units: readonly (readonly [number, string])[] = [
  [60_000, 'min'],
  [1000, 's'],
  [1, 'ms'],
];

let countsMoments = false;

/** A schedule that failed takes no time: its axis counts moments. */
export function countMoments(): void {
  countsMoments = true;
}

/** `12.3 ms`, `1.2 s`, `40 µs`; `12 moments`. */
export function timeText(ms: number): string {
  if (countsMoments) return `${Math.round(ms)} ${Math.round(ms) === 1 ? 'moment' : 'moments'}`;
  for (const [size, unit] of units) {
    if (Math.abs(ms) >= size) {
      const value = ms / size;
      return `${value >= 100 ? Math.round(value) : Number(value.toPrecision(3))} ${unit}`;
    }
  }
  return ms === 0 ? '0 ms' : `${Number((ms * 1000).toPrecision(2))} µs`;
}
