/**
 * A recording as a trace of the format that Chrome and Perfetto read (JSON, "Trace Event Format").
 *
 * - A task is a slice of its own, from birth to end, with its waits inside.
 * - Steps are slices on the track of the loop. On one track slices have to nest, so times that were rounded are set right.
 * - Arrows lead from where a task was made to its first step.
 * - A job is a slice with its time in the queue and its time in a worker.
 */
import { overBy, type RecordedTask, type Recording, readNext } from '../recorder/recording.ts';

/** An event of the format. Times are in µs. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: 'M' | 'X' | 'b' | 'e' | 'n' | 's' | 'f' | 'i' | 'C';
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: number;
  readonly id2?: { readonly local: string };
  readonly bp?: 'e';
  readonly s?: 't';
  readonly args?: Readonly<Record<string, unknown>>;
}

/** The track of the loop. */
const loopTrack = 1;
/** How often the number of tasks is told at most. */
const mostCounts = 2000;

interface Step {
  begin: number;
  end: number;
  /** When it began, and a time by which it was over: as they were recorded, in ms. */
  readonly began: number;
  readonly over: number;
  readonly task: number;
  readonly next: number;
}

/** Something that a task waited for. */
interface Wait {
  readonly begin: number;
  readonly end: number;
  readonly next: number;
}

/** A trace of one recording, while it is made. */
class Trace {
  readonly #recording: Recording;
  readonly #pid: number;
  readonly #tasks: ReadonlyMap<number, RecordedTask>;
  readonly #objects: ReadonlyMap<number, string>;
  readonly #events: TraceEvent[] = [];

  constructor(recording: Recording) {
    this.#recording = recording;
    this.#pid = recording.program.pid;
    this.#tasks = new Map(recording.tasks.map((task) => [task.id, task]));
    this.#objects = new Map(
      recording.objects.map(({ id, kind, name }) => [id, name ?? `${kind}#${id}`]),
    );
  }

  /** Whole tenths of a µs since the recording began: larger numbers lose digits in some viewers. */
  #time(ms: number): number {
    return Math.max(0, Math.round((ms - this.#recording.began) * 10_000) / 10);
  }

  #add(event: Omit<TraceEvent, 'pid' | 'tid'> & { readonly tid?: number }): void {
    this.#events.push({ pid: this.#pid, tid: loopTrack, ...event });
  }

  make(): TraceEvent[] {
    const { program, jobs, marks } = this.#recording;
    const meta = (name: string, text: string): void =>
      this.#add({ name, ph: 'M', ts: 0, args: { name: text } });
    meta('process_name', `${program.name} (${program.runtime})`);
    meta('thread_name', 'loop');
    const steps = this.#steps();
    this.#addSteps(steps);
    const waits = this.#waits(steps);
    for (const task of this.#tasks.values()) this.#addTask(task, waits.get(task.id) ?? []);
    this.#addFlows(steps);
    for (const job of jobs) this.#addJob(job);
    for (const { kind, at, task, text } of marks) {
      if (kind !== 'cancel')
        this.#add({ name: kind, ph: 'i', s: 't', ts: this.#time(at), args: { task, text } });
    }
    this.#addCounts();
    // A stable order: of equal times, what was added first. A slice ends there before the next one of its track begins.
    const isMeta = ({ ph }: TraceEvent): boolean => ph === 'M';
    return [
      ...this.#events.filter(isMeta),
      ...this.#events.filter((event) => !isMeta(event)).sort((a, b) => a.ts - b.ts),
    ];
  }

  /** The steps by their begin, the outer one first, with times that nest. */
  #steps(): Step[] {
    const { steps } = this.#recording;
    const all: Step[] = [];
    for (let row = 0; row < steps.length; row++) {
      const begin = steps.begin[row] as number;
      const took = steps.took[row] as number;
      if (took < 0) continue;
      const task = steps.task[row] as number;
      const next = steps.next[row] as number;
      const times = { begin: this.#time(begin), end: this.#time(begin + took) };
      all.push({ ...times, began: begin, over: overBy(begin, took), task, next });
    }
    all.sort((a, b) => a.begin - b.begin || b.end - a.end);
    const open: Step[] = [];
    let last = 0;
    // By the times that were recorded: of those that are told, two that follow each other may overlap.
    for (const step of all) {
      while (open.length > 0 && (open.at(-1) as Step).over <= step.began) open.pop();
      const around = open.at(-1);
      step.begin = Math.max(step.begin, around === undefined ? last : around.begin);
      step.end = Math.max(step.begin, step.end);
      if (around !== undefined) step.end = Math.min(step.end, around.end);
      else last = step.end;
      open.push(step);
    }
    return all;
  }

  #addSteps(steps: readonly Step[]): void {
    for (const { begin, end, task } of steps) {
      const dur = Math.round((end - begin) * 10) / 10;
      const name = this.#nameOf(task);
      this.#add({ name, ph: 'X', cat: 'skein.step', ts: begin, dur, args: { task } });
    }
  }

  /**
   * What each task waited for. Of a coroutine: from the end of a step to the begin of the next one. Of an async function: from
   * one of its awaits to the end of it; of several at once the first is told, until the last is over.
   */
  #waits(steps: readonly Step[]): Map<number, Wait[]> {
    const waits = new Map<number, Wait[]>();
    const add = (task: number, wait: Wait): void => {
      const list = waits.get(task);
      if (list === undefined) waits.set(task, [wait]);
      else if (wait.begin >= (list.at(-1) as Wait).end) list.push(wait);
    };
    const awaiting = this.#addAwaits(add);
    const end = this.#time(this.#recording.ended);
    const open = new Map<number, Step>();
    for (const step of steps) {
      if (awaiting.has(step.task)) continue;
      const before = open.get(step.task);
      if (before !== undefined)
        add(step.task, {
          begin: before.end,
          end: Math.max(before.end, step.begin),
          next: before.next,
        });
      const { kind } = readNext(step.next);
      if (kind === 'done' || kind === 'part' || kind === 'ready') open.delete(step.task);
      else open.set(step.task, step);
    }
    for (const [task, step] of open) {
      const ended = this.#tasks.get(task)?.ended;
      add(task, {
        begin: step.end,
        end: ended === undefined ? end : Math.max(step.end, this.#time(ended)),
        next: step.next,
      });
    }
    return waits;
  }

  /** Returns the tasks that are async functions: those with awaits. */
  #addAwaits(add: (task: number, wait: Wait) => void): Set<number> {
    const { steps, ended } = this.#recording;
    const open = new Map<number, { begin: number; next: number; count: number }>();
    const seen = new Set<number>();
    for (let row = 0; row < steps.length; row++) {
      const took = steps.took[row] as number;
      if (took >= 0) continue;
      const task = steps.task[row] as number;
      const at = this.#time(steps.begin[row] as number);
      const now = open.get(task);
      seen.add(task);
      if (took === -1) {
        if (now === undefined)
          open.set(task, { begin: at, next: steps.next[row] as number, count: 1 });
        else now.count++;
      } else if (now !== undefined && --now.count === 0) {
        open.delete(task);
        add(task, { begin: now.begin, end: at, next: now.next });
      }
    }
    for (const [task, { begin, next }] of open) {
      const end = this.#tasks.get(task)?.ended ?? ended;
      add(task, { begin, end: Math.max(begin, this.#time(end)), next });
    }
    return seen;
  }

  #addTask(task: RecordedTask, waits: readonly Wait[]): void {
    const { id, name, by, created, ended, outcome } = task;
    const about = { cat: 'skein.task', id2: { local: String(id) } };
    const begin = created === undefined ? 0 : this.#time(created);
    const end = Math.max(begin, this.#time(ended ?? this.#recording.ended));
    const madeBy = by === 0 ? {} : { 'made by': this.#nameOf(by) };
    this.#add({
      ...about,
      name,
      ph: 'b',
      ts: begin,
      args: { id, ...madeBy, outcome: outcome ?? 'alive' },
    });
    const inside: [at: number, add: () => void][] = [];
    for (const wait of waits) {
      const from = Math.min(Math.max(wait.begin, begin), end);
      const to = Math.min(Math.max(wait.end, from), end);
      const text = this.#waitText(wait.next);
      inside.push([from, () => this.#add({ ...about, name: text, ph: 'b', ts: from })]);
      inside.push([to, () => this.#add({ ...about, name: text, ph: 'e', ts: to })]);
    }
    for (const mark of this.#recording.marks) {
      if (mark.kind !== 'cancel' || mark.task !== id) continue;
      const at = Math.min(Math.max(this.#time(mark.at), begin), end);
      const args = { reason: mark.text, by: mark.by === 0 ? undefined : this.#nameOf(mark.by) };
      inside.push([at, () => this.#add({ ...about, name: 'cancel', ph: 'n', ts: at, args })]);
    }
    for (const [, add] of inside.sort(([a], [b]) => a - b)) add();
    this.#add({ ...about, name, ph: 'e', ts: end });
  }

  /** An arrow from where a task was made, inside a step of its maker, to its first step. */
  #addFlows(steps: readonly Step[]): void {
    const first = new Map<number, Step>();
    for (const step of steps) if (!first.has(step.task)) first.set(step.task, step);
    for (const { id, by, created } of this.#tasks.values()) {
      const step = first.get(id);
      if (step === undefined || by === 0 || created === undefined) continue;
      const ts = Math.min(this.#time(created), step.begin);
      this.#add({ name: 'made', cat: 'skein.made', ph: 's', id, ts });
      this.#add({ name: 'made', cat: 'skein.made', ph: 'f', bp: 'e', id, ts: step.begin });
    }
  }

  #addJob({
    id,
    name,
    by,
    worker,
    queued,
    begun,
    ended,
    outcome,
  }: Recording['jobs'][number]): void {
    const about = { cat: 'skein.job', id2: { local: String(id) } };
    const from = this.#time(queued);
    const to = Math.max(from, this.#time(ended ?? this.#recording.ended));
    const at = begun === undefined ? to : Math.min(Math.max(this.#time(begun), from), to);
    const submitted = by === 0 ? undefined : this.#nameOf(by);
    const args = { 'submitted by': submitted, outcome: outcome ?? 'alive' };
    const title = `job ${name}`;
    const runs = `runs in ${worker ?? 'a worker'}`;
    this.#add({ ...about, name: title, ph: 'b', ts: from, args });
    this.#add({ ...about, name: 'is queued', ph: 'b', ts: from });
    this.#add({ ...about, name: 'is queued', ph: 'e', ts: at });
    if (begun !== undefined) {
      this.#add({ ...about, name: runs, ph: 'b', ts: at });
      this.#add({ ...about, name: runs, ph: 'e', ts: to });
    }
    this.#add({ ...about, name: title, ph: 'e', ts: to });
  }

  #addCounts(): void {
    const changes = this.#recording.tasks.flatMap(({ created, ended }) => [
      { at: created === undefined ? 0 : this.#time(created), by: 1 },
      ...(ended === undefined ? [] : [{ at: this.#time(ended), by: -1 }]),
    ]);
    changes.sort((a, b) => a.at - b.at);
    const every = Math.ceil(changes.length / mostCounts);
    let alive = 0;
    for (const [index, { at, by }] of changes.entries()) {
      alive += by;
      const isTold = index % every === 0 || index === changes.length - 1;
      if (isTold) this.#add({ name: 'tasks', ph: 'C', ts: at, args: { alive } });
    }
  }

  #nameOf(id: number): string {
    return this.#tasks.get(id)?.name ?? `task ${id}`;
  }

  #waitText(next: number): string {
    const { kind, id } = readNext(next);
    if (kind === 'task') return `waits: ${this.#nameOf(id)}`;
    if (kind === 'ready') return 'waits: the next iteration';
    const name = this.#objects.get(id);
    return name === undefined ? `waits: ${kind}` : `waits: ${kind} ${name}`;
  }
}

/**
 * Returns a recording as a trace, the JSON text that https://ui.perfetto.dev and chrome://tracing open.
 *
 * @throws TypeError when it is no recording.
 *
 * @example
 * ```ts
 * import { run, sleep } from 'skein';
 * import { recordTasks, toPerfetto } from 'skein/inspect';
 *
 * const recorder = recordTasks();
 * await run(() => sleep(1));
 * recorder.stop();
 * JSON.parse(toPerfetto(recorder.take())).traceEvents.length > 0; // => true
 * ```
 */
export function toPerfetto(recording: Recording): string {
  if (recording?.version !== 1 || recording.steps === undefined) {
    throw new TypeError(
      '`toPerfetto()` expected a recording, but got something else. Write `toPerfetto(recorder.take())`.',
    );
  }
  const events = new Trace(recording).make().map((event) => JSON.stringify(event));
  return `{"displayTimeUnit":"ms","traceEvents":[\n${events.join(',\n')}\n]}\n`;
}
