/** The graph of one task: all that it waits for, directly or not, and the tasks that wait for it. */
import type { Awaits, Key } from './awaits.ts';
import type { RecordedTask } from './recording.ts';

/** A task, or a thing at which tasks wait. */
export interface AwaitNode {
  readonly key: Key;
  readonly task: RecordedTask | undefined;
  readonly text: string;
  /** How far from the chosen task: below 0 for those that wait for it. */
  readonly column: number;
  readonly inCycle: boolean;
}

export interface AwaitEdge {
  readonly from: Key;
  readonly to: Key;
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

/** More nodes than this cannot be read. */
const mostNodes = 40;

export function graphOf(awaits: Awaits, task: RecordedTask): AwaitGraph {
  const columns = new Map<Key, number>([[task.place, 0]]);
  let more = 0;
  const place = (key: Key, column: number, todo: Key[]): void => {
    if (columns.has(key)) return;
    if (columns.size >= mostNodes) {
      more++;
      return;
    }
    columns.set(key, column);
    todo.push(key);
  };
  const forward = [task.place];
  for (const key of forward) {
    const column = (columns.get(key) as number) + 1;
    for (const to of awaits.linksOf(key)) place(to, column, forward);
  }
  const backward = [...forward];
  for (const key of backward) {
    const column = (columns.get(key) as number) - 1;
    for (const from of awaits.awaitersOf(key)) place(from, column, backward);
  }
  const following = followingInCycles(awaits.cycles);
  const edges: AwaitEdge[] = [];
  for (const from of columns.keys()) {
    const kind = awaits.isHeld(from) ? 'held' : 'waits';
    for (const to of awaits.linksOf(from)) {
      if (!columns.has(to)) continue;
      edges.push({ from, to, kind, inCycle: following.get(from)?.has(to) ?? false });
    }
  }
  const nodes = [...columns].map(([key, column]) => ({
    key,
    task: awaits.taskOf(key),
    text: awaits.textOf(key),
    column,
    inCycle: following.has(key),
  }));
  return { nodes, edges, more };
}

/** What comes after each key that is in a cycle. */
function followingInCycles(cycles: Awaits['cycles']): Map<Key, Set<Key>> {
  const following = new Map<Key, Set<Key>>();
  for (const cycle of cycles) {
    cycle.forEach((key, at) => {
      const next = cycle[(at + 1) % cycle.length] as Key;
      following.set(key, (following.get(key) ?? new Set()).add(next));
    });
  }
  return following;
}
