/** Sums up what tasks did between two samples. */
import type { RecordedObject, Recording, StepKind } from '../inspect/recorder/recording.ts';
import { readNext } from '../inspect/recorder/recording.ts';
import { queueTexts, waitTexts } from '../inspect/recorder/wait-texts.ts';
import type { Changes } from '../inspect/server/live-feed.ts';

export interface SampledTask {
  readonly name: string;
  /** How long it ran during the sample, in ms. */
  readonly busy: number;
  /** How long its async function ran or awaited a promise of the host, which look alike, in ms. */
  readonly between: number;
  readonly steps: number;
  /** Its longest step during the sample, in ms. */
  readonly longest: number;
  readonly state: 'ready' | 'waiting';
  /** How long it has waited at the same place, in ms. */
  readonly waited: number;
  /** True if it waited there when this command came: it may have waited longer. */
  readonly isCut: boolean;
  /** Empty if it does not wait. */
  readonly waitsFor: string;
}

export interface Sample {
  readonly program: Recording['program'];
  /** How long the sample took, in ms. */
  readonly ms: number;
  /** How long steps ran, in ms. */
  readonly busy: number;
  /** How many tasks were made, and how many ended. */
  readonly begun: number;
  readonly ended: number;
  /** How many steps are not in it. */
  readonly lost: number;
  /** The tasks that are alive: first the ones that ran most, then the ones that wait longest. */
  readonly tasks: readonly SampledTask[];
}

interface Known {
  name: string;
  /** True if a row of it has come. */
  isSeen: boolean;
  next: number;
  since: number;
  isCut: boolean;
  busy: number;
  between: number;
  steps: number;
  longest: number;
  /** How many awaits of its async function go on; when the last one was over. */
  awaits: number;
  awaitsOver: number;
}

const texts: Partial<Record<StepKind, string>> = { ...waitTexts, ...queueTexts };

function columnOf(base64: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(base64, 'base64')).buffer;
}

const noSteps = { busy: 0, between: 0, steps: 0, longest: 0 };

/** Takes a row that is no step, but the begin or the end of an await: see `RecordedSteps.took`. */
function isAwait(known: Known, at: number, took: number): boolean {
  if (took >= 0) return false;
  if (took === -1) {
    if (known.awaits++ === 0 && known.awaitsOver > 0) known.between += at - known.awaitsOver;
  } else {
    known.awaits = Math.max(0, known.awaits - 1);
    known.awaitsOver = at;
  }
  return true;
}

/** An async function awaits when this command comes; or it runs, which looks as if it waited for something outside of the loop. */
function beginsWithin(known: Known, at: number): void {
  if (readNext(known.next).kind === 'outside') known.awaitsOver = at;
  else known.awaits = 1;
}

export class TaskSampler {
  readonly #tasks = new Map<number, Known>();
  readonly #objects = new Map<number, RecordedObject>();
  #at = 0;
  #lost = 0;

  /** Returns what the tasks did since the last call. The first call has what was there before. */
  sample(changes: Changes): Sample {
    const { began, ended: now, program, lost } = changes;
    const last = this.#at;
    this.#at = now;
    for (const task of this.#tasks.values()) Object.assign(task, noSteps);
    for (const object of changes.objects) {
      this.#objects.set(object.id, { ...this.#objects.get(object.id), ...object });
    }
    let [begun, ended] = [0, 0];
    for (const { id, name, created } of changes.tasks) {
      const known = this.#tasks.get(id);
      if (known !== undefined) known.name = name;
      else {
        const none = { ...noSteps, isSeen: false, next: 0, awaits: 0, awaitsOver: 0 };
        this.#tasks.set(id, { ...none, name, since: created ?? began, isCut: false });
        if (created !== undefined && created > last) begun++;
      }
    }
    const busy = this.#addSteps(changes);
    for (const { id, outcome } of changes.tasks) {
      if (outcome === undefined) continue;
      this.#tasks.delete(id);
      ended++;
    }
    const lostBefore = this.#lost;
    this.#lost = lost.steps;
    const tasks = [...this.#tasks.values()].map((known) => this.#sampled(known, now));
    tasks.sort((a, b) => b.busy + b.between - a.busy - a.between || b.waited - a.waited);
    return { program, ms: now - last, busy, begun, ended, lost: lost.steps - lostBefore, tasks };
  }

  #addSteps({ steps }: Changes): number {
    const begin = new Float64Array(columnOf(steps.begin));
    const took = new Float32Array(columnOf(steps.took));
    const task = new Uint32Array(columnOf(steps.task));
    const next = new Uint32Array(columnOf(steps.next));
    let all = 0;
    /** The steps that may be inside of one that ends later. */
    const inner: { at: number; ms: number; known: Known }[] = [];
    for (let row = 0; row < steps.length; row++) {
      const known = this.#tasks.get(task[row] as number);
      if (known === undefined) continue;
      const at = begin[row] as number;
      const ms = Math.max(0, took[row] as number);
      // What a task waited for already is noted as a first step that took no time.
      known.isCut = took[row] === 0 && !known.isSeen;
      known.isSeen = true;
      known.next = next[row] as number;
      known.since = at + ms;
      if (known.isCut) beginsWithin(known, at);
      if (isAwait(known, at, took[row] as number) || known.isCut) continue;
      while ((inner.at(-1)?.at ?? Number.NEGATIVE_INFINITY) >= at) {
        const one = inner.pop() as (typeof inner)[number];
        all -= one.ms;
        if (one.known !== known) continue;
        known.busy -= one.ms;
        known.steps--;
      }
      inner.push({ at, ms, known });
      known.busy += ms;
      known.steps++;
      known.longest = Math.max(known.longest, ms);
      all += ms;
    }
    return all;
  }

  #sampled(known: Known, now: number): SampledTask {
    const { name, busy, between, steps, longest, isCut } = known;
    const { kind } = readNext(known.next);
    const waits = kind !== 'ready' && known.next !== 0;
    return {
      name,
      busy,
      between,
      steps,
      longest,
      state: waits ? 'waiting' : 'ready',
      waited: waits ? Math.max(0, now - known.since) : 0,
      isCut,
      waitsFor: waits ? this.#textOf(known.next) : '',
    };
  }

  #textOf(next: number): string {
    const { kind, id } = readNext(next);
    if (kind === 'task') return `task ${this.#tasks.get(id)?.name ?? id}`;
    const object = this.#objects.get(id);
    const text = texts[kind === 'part' ? 'outside' : kind];
    if (object === undefined) return text ?? kind;
    const name =
      object.name === undefined ? `${object.kind} #${id}` : `${object.kind} '${object.name}'`;
    const holders = object.held?.at(-1)?.by.map((by) => this.#tasks.get(by)?.name ?? `task ${by}`);
    const held =
      holders === undefined || holders.length === 0 ? '' : `, held by ${holders.join(', ')}`;
    return `${text ?? ''}${name}${held}`;
  }
}
