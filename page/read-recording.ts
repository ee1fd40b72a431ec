/** Reads the file of a recording, and turns its steps, which are in the order of time, into the spans of each task. */

import {
  overBy,
  type RecordedMark,
  type RecordedSteps,
  readNext,
  type StepKind,
  type Recording as StoredRecording,
} from '../src/inspect/recorder/recording.ts';
import { readRecording as read } from '../src/inspect/recorder/recording-file.ts';
import {
  childrenOf,
  type Holders,
  type RecordedTask,
  type Recording,
  type SpanKind,
  type Spans,
  spanKinds,
} from './recording.ts';
import { WaitTable } from './wait-table.ts';

const spanKindOf: Readonly<Record<StepKind, SpanKind | undefined>> = {
  part: 'async',
  ready: 'ready',
  done: undefined,
  outside: 'outside',
  future: 'outside',
  task: 'task',
  group: 'task',
  gather: 'task',
  wait: 'task',
  shield: 'task',
  timer: 'timer',
  lock: 'lock',
  semaphore: 'lock',
  condition: 'lock',
  limiter: 'lock',
  event: 'queue',
  barrier: 'queue',
  get: 'queue',
  put: 'queue',
  join: 'queue',
  job: 'job',
  room: 'job',
};

/** An await of an async function began: see `RecordedSteps.took`. */
const awaitBegan = -1;

/** Sorts the rows by task, and those of a task by when they began. */
function rowsByTask({ length, begin, task }: RecordedSteps): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < length; row++) {
    const id = task[row] as number;
    let list = rows.get(id);
    if (list === undefined) {
      list = [];
      rows.set(id, list);
    }
    // A step that runs inside of another one stands before it: it ended earlier.
    let at = list.length;
    while (at > 0 && (begin[list[at - 1] as number] as number) > (begin[row] as number)) at--;
    if (at === list.length) list.push(row);
    else list.splice(at, 0, row);
  }
  return rows;
}

/** Writes spans into columns, the tasks one after the other. */
class SpanWriter {
  readonly #begin: Float64Array;
  readonly #end: Float64Array;
  readonly #kind: Uint8Array;
  readonly #wait: Uint32Array;
  length = 0;

  constructor(most: number) {
    this.#begin = new Float64Array(most);
    this.#end = new Float64Array(most);
    this.#kind = new Uint8Array(most);
    this.#wait = new Uint32Array(most);
  }

  add(begin: number, end: number, kind: SpanKind, wait: number): void {
    if (!(end > begin)) return;
    const at = this.length++;
    this.#begin[at] = begin;
    this.#end[at] = end;
    this.#kind[at] = spanKinds.indexOf(kind);
    this.#wait[at] = wait;
  }

  spans(): Spans {
    const { length } = this;
    return {
      begin: this.#begin.slice(0, length),
      end: this.#end.slice(0, length),
      kind: this.#kind.slice(0, length),
      wait: this.#wait.slice(0, length),
    };
  }
}

interface Life {
  readonly id: number;
  readonly begin: number;
  readonly end: number;
  /** True if the task was made before the recording, or its first steps were dropped: what it did before is not known. */
  readonly isCut: boolean;
}

/** Writes the spans of one task. */
function writeSpans(
  { steps, began: start }: StoredRecording,
  rows: readonly number[],
  { id, begin, end, isCut }: Life,
  waits: WaitTable,
  writer: SpanWriter,
): void {
  let kind: SpanKind | undefined = isCut ? undefined : 'ready';
  let wait = 0;
  let since = begin;
  let runningUntil = Number.NEGATIVE_INFINITY;
  let over = Number.NEGATIVE_INFINITY;
  const close = (at: number): void => {
    if (kind !== undefined) writer.add(since, at, kind, wait);
    since = at;
  };
  const goOn = (row: number, at: number): void => {
    const next = readNext(steps.next[row] as number);
    kind = spanKindOf[next.kind];
    wait = waits.numberOf(next.kind, next.id, id, at);
  };
  for (const row of rows) {
    const began = steps.begin[row] as number;
    const at = began - start;
    const took = steps.took[row] as number;
    if (took >= 0) {
      // A part that runs inside of a step of the task itself.
      if (at < over) continue;
      close(at);
      const from = Math.max(at, runningUntil);
      runningUntil = at + took;
      over = overBy(began, took) - start;
      writer.add(from, runningUntil, 'running', 0);
      since = runningUntil;
      goOn(row, runningUntil);
    } else {
      if (at > runningUntil) close(at);
      if (took === awaitBegan) goOn(row, Math.max(at, runningUntil));
      else {
        kind = 'async';
        wait = 0;
      }
    }
  }
  close(end);
}

function marksByTask(marks: readonly RecordedMark[]): Map<number, RecordedMark[]> {
  const byTask = new Map<number, RecordedMark[]>();
  for (const mark of marks) byTask.set(mark.task, [...(byTask.get(mark.task) ?? []), mark]);
  return byTask;
}

function holdersOf({ objects, began }: StoredRecording): Map<number, readonly Holders[]> {
  const held = objects.filter((object) => object.held !== undefined);
  return new Map(
    held.map(({ id, held = [] }) => [id, held.map(({ at, by }) => ({ at: at - began, by }))]),
  );
}

/** Makes of a recording what the page shows. */
export function shownRecording(stored: StoredRecording): Recording {
  const { began, ended, steps, lost, program } = stored;
  const length = Math.max(ended - began, 0.001);
  const rows = rowsByTask(steps);
  const marks = marksByTask(stored.marks);
  const waits = new WaitTable(stored);
  const writer = new SpanWriter(2 * steps.length + stored.tasks.length);
  const tasks: RecordedTask[] = stored.tasks.map((task, place) => {
    const { id, name, by, created, outcome } = task;
    const begin = created === undefined ? 0 : created - began;
    const end = task.ended === undefined ? undefined : Math.min(length, task.ended - began);
    const first = writer.length;
    const isCut = created === undefined || lost.steps > 0;
    writeSpans(stored, rows.get(id) ?? [], { id, begin, end: end ?? length, isCut }, waits, writer);
    const own = marks.get(id) ?? [];
    return {
      id,
      place,
      name,
      by: by === 0 ? undefined : by,
      begin,
      end,
      outcome,
      requests: own
        .filter(({ kind }) => kind === 'cancel')
        .map(({ at, text, by }) => ({
          at: at - began,
          reason: text,
          by: by === 0 ? undefined : by,
        })),
      reports: own.filter(({ kind }) => kind !== 'cancel').map(({ text }) => text),
      first,
      last: writer.length,
    };
  });
  const byId = new Map(tasks.map((task) => [task.id, task]));
  return {
    title: `${program.name || 'a program'} · pid ${program.pid} · ${program.runtime}`,
    length,
    lost: lost.steps + lost.tasks + lost.marks + lost.jobs,
    tasks,
    byId,
    children: childrenOf(tasks, byId),
    spans: writer.spans(),
    waits: waits.list,
    holders: holdersOf(stored),
    explanation: stored.explanation && {
      ...stored.explanation,
      rows: stored.explanation.rows.map((row) => ({ ...row, at: Math.max(0, row.at - began) })),
    },
  };
}

export async function readRecording(bytes: Uint8Array): Promise<Recording> {
  return shownRecording(await read(bytes));
}
