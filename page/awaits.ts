/**
 * Who waits for whom at one moment, and the cycles in that. Tasks and things at which they wait have keys, from low to high: the tasks, by
 * their places; the things that several tasks may wait at; and what one task alone waits for, as a timer, by the place of the task.
 */
import { type Moment, momentAt } from './moment.ts';
import { holdersAt, type RecordedTask, type Recording, states, type Wait } from './recording.ts';

export type Key = number;

const none: readonly Key[] = [];
const [running, waiting] = [states.indexOf('running'), states.indexOf('waiting')];

/** What is behind the waits of a recording. It is the same at all moments. By the numbers of the waits plus one; 0 is no wait. */
interface Behind {
  readonly recording: Recording;
  /** The key of the thing; -1: it is not at one. */
  readonly thing: Int32Array;
  /** The places of the tasks. */
  readonly tasks: readonly (readonly number[])[];
  /** 1 if something may be behind it. */
  readonly any: Uint8Array;
  /** The lowest key of what one task alone waits for. */
  readonly lone: Key;
}

/** All links of a moment, as lists by what they lead to. */
interface LinksToAll {
  readonly from: readonly Key[];
  /** The link before to the same key; -1: none. */
  readonly before: readonly number[];
  /** The last link to each key; -1: none. */
  readonly last: Int32Array;
}

let lastBehind: Behind | undefined;

function behindIn(recording: Recording): Behind {
  if (lastBehind?.recording === recording) return lastBehind;
  const { waits, holders, byId } = recording;
  const things = new Map<number, Key>();
  const thing = new Int32Array(waits.length + 1).fill(-1);
  const any = new Uint8Array(waits.length + 1);
  const tasks: (readonly number[])[] = [none];
  for (const wait of waits) {
    const { of } = wait;
    const number = tasks.push(wait.tasks.flatMap((id) => byId.get(id)?.place ?? [])) - 1;
    any[number] = wait.tasks.length > 0 || (of !== undefined && holders.has(of)) ? 1 : 0;
    if (of === undefined) continue;
    thing[number] = things.get(of) ?? recording.tasks.length + things.size;
    things.set(of, thing[number]);
  }
  const lone = recording.tasks.length + things.size;
  lastBehind = { recording, thing, tasks, any, lone };
  return lastBehind;
}

/** All waits at a moment. */
export class Awaits {
  readonly #recording: Recording;
  readonly #moment: Moment;
  readonly #behind: Behind;
  /** The number of the wait of each task, by its place, plus one; 0: it waits for nothing that is known. */
  readonly #waits: Uint32Array;
  /** The same of the first task that is at a thing, by the key of that. */
  readonly #firstAt = new Map<Key, number>();
  /** Tasks that wait for each other, each cycle once. */
  readonly cycles: readonly (readonly Key[])[];
  #toAll: LinksToAll | undefined;

  constructor(recording: Recording, time: number) {
    this.#recording = recording;
    this.#moment = momentAt(recording, time);
    this.#behind = behindIn(recording);
    const { states, spans } = this.#moment;
    const { wait } = recording.spans;
    const { thing } = this.#behind;
    this.#waits = new Uint32Array(states.length);
    for (let place = 0; place < states.length; place++) {
      const span = spans[place] as number;
      if (states[place] !== waiting || span < 0) continue;
      const number = wait[span] as number;
      this.#waits[place] = number;
      const key = thing[number] as Key;
      if (key >= 0 && !this.#firstAt.has(key)) this.#firstAt.set(key, number);
    }
    this.cycles = this.#findCycles();
  }

  /** The number of the wait that a key stands for, plus one; 0: none. */
  #waitOf(key: Key): number {
    const { lone } = this.#behind;
    if (key < this.#waits.length) return this.#waits[key] as number;
    return key < lone ? (this.#firstAt.get(key) ?? 0) : (this.#waits[key - lone] as number);
  }

  taskOf(key: Key): RecordedTask | undefined {
    return this.#recording.tasks[key];
  }

  /** The name of a task or a thing. */
  textOf(key: Key): string {
    return this.taskOf(key)?.name ?? this.#recording.waits[this.#waitOf(key) - 1]?.text ?? '';
  }

  /** True for a lock and the like: its links lead to the tasks that hold it. */
  isHeld(key: Key): boolean {
    if (key < this.#waits.length || key >= this.#behind.lone) return false;
    return (this.#recording.waits[this.#waitOf(key) - 1]?.of ?? -1) >= 0;
  }

  /** What a task or a thing waits for. */
  linksOf(key: Key): readonly Key[] {
    const { lone, thing, tasks } = this.#behind;
    const number = this.#waitOf(key);
    if (number === 0 || key >= lone) return none;
    const wait = this.#recording.waits[number - 1] as Wait;
    if (key < this.#waits.length) {
      if (wait.of !== undefined) return [thing[number] as Key];
      if (wait.tasks.length === 0) return [lone + key];
    } else if (this.isHeld(key)) {
      const { byId } = this.#recording;
      const holders = holdersAt(this.#recording, wait, this.#moment.time);
      return holders.map((id) => (byId.get(id) as RecordedTask).place);
    }
    return (tasks[number] as readonly number[]).filter((place) => this.#isPending(place));
  }

  #isPending(place: number): boolean {
    const state = this.#moment.states[place];
    return state === running || state === waiting;
  }

  /** The tasks and things that have a link to this one. */
  awaitersOf(key: Key): readonly Key[] {
    this.#toAll ??= this.#linksToAll();
    const { from, before, last } = this.#toAll;
    const awaiters: Key[] = [];
    for (let at = last[key] ?? -1; at >= 0; at = before[at] as number) {
      awaiters.push(from[at] as Key);
    }
    return awaiters.reverse();
  }

  /** Without those to what one task alone waits for. */
  #linksToAll(): LinksToAll {
    const { lone, thing, any } = this.#behind;
    const from: Key[] = [];
    const before: number[] = [];
    const last = new Int32Array(lone).fill(-1);
    const add = (source: Key, target: Key): void => {
      before.push(last[target] as number);
      last[target] = from.push(source) - 1;
    };
    const addAll = (source: Key): void => {
      for (const target of this.linksOf(source)) add(source, target);
    };
    for (let place = 0; place < this.#waits.length; place++) {
      const number = this.#waits[place] as number;
      const key = thing[number] as Key;
      if (key < 0) {
        if (any[number] === 1) addAll(place);
        continue;
      }
      const isFirst = last[key] === -1;
      add(place, key);
      if (isFirst) addAll(key);
    }
    return { from, before, last };
  }

  /** One of several holders of a semaphore is enough to go on: a cycle through it proves nothing. */
  #linksInCycles(key: Key): readonly Key[] {
    const links = this.linksOf(key);
    return links.length > 1 && this.isHeld(key) ? none : links;
  }

  /** Walks from each task in depth, without recursion. A key that stands on the path already closes a cycle; one that waits for nothing is in none. */
  #findCycles(): Key[][] {
    const cycles: Key[][] = [];
    const done = new Uint8Array(this.#behind.lone);
    const { any, thing } = this.#behind;
    /** Of the keys on the path, and of those that are done. */
    const places = new Map<Key, number>();
    // Of many tasks, most wait for what waits for nothing, or at the same thing as another one.
    const leadsOn = (key: Key): boolean => {
      const number = this.#waitOf(key);
      return any[number] === 1 && done[key] !== 1 && done[thing[number] as Key] !== 1;
    };
    for (let start = 0; start < this.#waits.length; start++) {
      if (!leadsOn(start)) continue;
      const path = [{ key: start, links: this.#linksInCycles(start), next: 0 }];
      places.set(start, 0);
      for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
        const link = at.links[at.next++];
        if (link === undefined) {
          done[at.key] = 1;
          path.pop();
        } else if (leadsOn(link)) {
          const place = places.get(link);
          if (place === undefined) {
            places.set(link, path.length);
            path.push({ key: link, links: this.#linksInCycles(link), next: 0 });
          } else cycles.push(path.slice(place).map(({ key }) => key));
        }
      }
    }
    return cycles;
  }
}

/** `left → Lock 'B' → right → Lock 'A' → left`. */
export function cycleText(awaits: Awaits, cycle: readonly Key[]): string {
  return [...cycle, cycle[0] as Key].map((key) => awaits.textOf(key)).join(' → ');
}
