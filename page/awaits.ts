/** Who waits for whom at one moment: the graph of a task, and the cycles in the whole recording. */
import {
  holdersAt,
  isPending,
  momentAt,
  type RecordedTask,
  type Recording,
  type Wait,
} from './recording.ts';

/** A task, or a thing at which tasks wait. Things have keys of their own: `lock:3`. */
export interface AwaitNode {
  readonly key: string;
  readonly task: RecordedTask | undefined;
  readonly text: string;
  /** How far from the chosen task: below 0 for those that wait for it. */
  readonly column: number;
  readonly inCycle: boolean;
}

export interface AwaitEdge {
  readonly from: string;
  readonly to: string;
  /** `held`: from a lock to the task that holds it. */
  readonly kind: 'waits' | 'held';
  readonly inCycle: boolean;
}

export interface AwaitGraph {
  readonly nodes: readonly AwaitNode[];
  readonly edges: readonly AwaitEdge[];
  /** How many nodes were left out. */
  readonly more: number;
}

interface Link {
  readonly to: string;
  readonly kind: 'waits' | 'held';
}

/** All waits at a moment. */
export interface Awaits {
  /** What each task or thing waits for, by key. */
  readonly links: ReadonlyMap<string, readonly Link[]>;
  readonly waits: ReadonlyMap<string, Wait>;
  /** Tasks that wait for each other, each ring once. */
  readonly cycles: readonly (readonly string[])[];
}

/** More nodes than this cannot be read. */
const mostNodes = 40;

export function taskKey(id: number): string {
  return `task:${id}`;
}

/** The links to the tasks of a wait, which are the same while all of them are pending. */
const linksOfWaits = new WeakMap<Wait, readonly Link[]>();

function linksToTasks({ byId }: Recording, wait: Wait, time: number): readonly Link[] {
  let links = linksOfWaits.get(wait);
  if (links === undefined) {
    links = wait.tasks.map((id) => ({ to: taskKey(id), kind: 'waits' }));
    linksOfWaits.set(wait, links);
  }
  if (wait.tasks.every((id) => isPending(byId.get(id), time))) return links;
  return links.filter((_, at) => isPending(byId.get(wait.tasks[at] as number), time));
}

export function awaitsAt(recording: Recording, time: number): Awaits {
  const links = new Map<string, readonly Link[]>();
  const waits = new Map<string, Wait>();
  const { states, spans } = momentAt(recording, time);
  for (const [at, task] of recording.tasks.entries()) {
    const span = spans[at] as number;
    if (states[at] !== 'waiting' || span < 0) continue;
    const wait = recording.waits[(recording.spans.wait[span] as number) - 1];
    if (wait === undefined) continue;
    const from = taskKey(task.id);
    if (wait.of === undefined && wait.tasks.length > 0) {
      links.set(from, linksToTasks(recording, wait, time));
      continue;
    }
    const thing = wait.of === undefined ? `of:${task.id}` : `thing:${wait.of}`;
    links.set(from, [{ to: thing, kind: 'waits' }]);
    if (waits.has(thing)) continue;
    waits.set(thing, wait);
    // Of a timer and the like: nothing is behind it.
    if (wait.of === undefined) continue;
    const tasks = linksToTasks(recording, wait, time);
    const holders = holdersAt(recording, wait, time);
    const held = holders.map((id): Link => ({ to: taskKey(id), kind: 'held' }));
    links.set(thing, held.length === 0 ? tasks : [...tasks, ...held]);
  }
  return { links, waits, cycles: cyclesIn(links) };
}

/** Walks from each key in depth, without recursion. A key that stands on the path already closes a ring; one that waits for nothing is in none. */
function cyclesIn(links: ReadonlyMap<string, readonly Link[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const [start, first] of links) {
    // Of many tasks, most wait for what waits for nothing.
    if (done.has(start) || !first.some(({ to }) => links.has(to))) continue;
    const path: { key: string; next: number }[] = [{ key: start, next: 0 }];
    const places = new Map([[start, 0]]);
    while (path.length > 0) {
      const at = path[path.length - 1] as { key: string; next: number };
      const targets = links.get(at.key) ?? [];
      // One of several holders of a semaphore is enough to go on: a ring through it proves nothing.
      const isHeldBySeveral = targets.length > 1 && targets[0]?.kind === 'held';
      const link = isHeldBySeveral ? undefined : targets[at.next++];
      if (link === undefined) {
        done.add(at.key);
        places.delete(at.key);
        path.pop();
      } else if (places.has(link.to)) {
        cycles.push(path.slice(places.get(link.to)).map(({ key }) => key));
      } else if (links.has(link.to) && !done.has(link.to)) {
        places.set(link.to, path.length);
        path.push({ key: link.to, next: 0 });
      }
    }
  }
  return cycles;
}

/** The name of a task or a thing. */
function textOf(recording: Recording, { waits }: Awaits, key: string): string {
  const wait = waits.get(key);
  if (wait !== undefined) return wait.text;
  return recording.byId.get(Number(key.slice(5)))?.name ?? key;
}

/** `left → Lock 'B' → right → Lock 'A' → left`. */
export function cycleText(recording: Recording, awaits: Awaits, cycle: readonly string[]): string {
  return [...cycle, cycle[0] as string].map((key) => textOf(recording, awaits, key)).join(' → ');
}

/** All that a task waits for, directly or not, and the tasks that wait for it. */
export function graphOf(recording: Recording, awaits: Awaits, task: RecordedTask): AwaitGraph {
  const { links } = awaits;
  const root = taskKey(task.id);
  const columns = new Map([[root, 0]]);
  let more = 0;
  const place = (key: string, column: number, todo: string[]): void => {
    if (columns.has(key)) return;
    if (columns.size >= mostNodes) {
      more++;
      return;
    }
    columns.set(key, column);
    todo.push(key);
  };
  const forward = [root];
  for (const key of forward) {
    const column = (columns.get(key) as number) + 1;
    for (const { to } of links.get(key) ?? []) place(to, column, forward);
  }
  const back = awaitersIn(links);
  const backward = [...forward];
  for (const key of backward) {
    const column = (columns.get(key) as number) - 1;
    for (const from of back.get(key) ?? []) place(from, column, backward);
  }
  const rings = ringEdges(awaits.cycles);
  const inCycle = new Set(awaits.cycles.flat());
  const edges: AwaitEdge[] = [];
  for (const from of columns.keys()) {
    for (const { to, kind } of links.get(from) ?? []) {
      if (columns.has(to)) edges.push({ from, to, kind, inCycle: rings.has(`${from} ${to}`) });
    }
  }
  const nodes = [...columns].map(([key, column]) => ({
    key,
    task: key.startsWith('task:') ? recording.byId.get(Number(key.slice(5))) : undefined,
    text: textOf(recording, awaits, key),
    column,
    inCycle: inCycle.has(key),
  }));
  return { nodes, edges, more };
}

function ringEdges(cycles: Awaits['cycles']): Set<string> {
  const edges = new Set<string>();
  for (const cycle of cycles) {
    cycle.forEach((key, at) => {
      edges.add(`${key} ${cycle[(at + 1) % cycle.length]}`);
    });
  }
  return edges;
}

function awaitersIn(links: ReadonlyMap<string, readonly Link[]>): Map<string, string[]> {
  const back = new Map<string, string[]>();
  for (const [from, targets] of links) {
    for (const { to } of targets) {
      // A thing that one task alone waits for.
      if (to.startsWith('of:')) continue;
      const list = back.get(to);
      if (list === undefined) back.set(to, [from]);
      else list.push(from);
    }
  }
  return back;
}
