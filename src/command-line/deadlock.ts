/**
 * Finds tasks that wait for each other for ever.
 *
 * Begins with all tasks that wait. A task leaves if something may wake it: a timer, a job, a queue, an event, a promise of the host,
 * a lock whose holder is unknown or has left. This goes on until nothing changes: what is left is stuck, and rings are looked for in it. A ring
 * elsewhere proves nothing.
 *
 * | waits for | is stuck if |
 * |---|---|
 * | a lock | its holder is |
 * | a semaphore | all its holders are, and all its slots have a known holder |
 * | a task, `shield()` of one | that task is |
 * | `gather()`, a group | one of its tasks is: it waits for all |
 * | several things, in an async function | all of them are: it may race them |
 *
 * Whatever is stuck goes on if something else cancels one of its tasks, or releases what it did not acquire.
 */
import type { TaskSnapshot, ThreadSnapshot, Wait } from './probe/snapshot.ts';

/** A task in a ring, and the thing at which it waits for the next. */
export interface Link {
  readonly task: TaskSnapshot;
  readonly wait: Wait;
}

export interface Deadlock {
  /** The tasks that wait for each other, in the order of their waiting: each for the next, the last for the first. */
  readonly ring: readonly Link[];
}

export interface Stuck {
  /** The ids of all tasks that nothing can wake: those in rings, and those that wait for them. */
  readonly stuck: ReadonlySet<number>;
  readonly deadlocks: readonly Deadlock[];
}

/** The tasks that each task waits for, by way of combinators too. */
export function childrenOf(tasks: readonly TaskSnapshot[]): Map<number, TaskSnapshot[]> {
  const children = new Map<number, TaskSnapshot[]>();
  for (const task of tasks) {
    for (const id of task.awaitedBy) {
      const list = children.get(id);
      if (list === undefined) children.set(id, [task]);
      else list.push(task);
    }
  }
  return children;
}

const waitsForHolders = new Set(['lock', 'semaphore', 'limiter']);
const waitsForAll = new Set(['gather', 'group', 'shield']);

/** The ids of the tasks that can end a wait; undefined if something else can. */
function wakersOf(
  wait: Wait,
  task: TaskSnapshot,
  children: Map<number, TaskSnapshot[]>,
): number[] | undefined {
  if (wait.kind === 'task') return wait.task === undefined ? undefined : [wait.task.id];
  if (waitsForAll.has(wait.kind)) return children.get(task.id)?.map(({ id }) => id);
  if (!waitsForHolders.has(wait.kind)) return undefined;
  if (wait.slots !== undefined && wait.slots > wait.held) return undefined;
  const holders = wait.related.filter(({ relation }) => relation === 'held by');
  return holders.length === 0 ? undefined : holders.map(({ task }) => task.id);
}

function isStuck(
  wait: Wait,
  wakers: readonly number[] | undefined,
  stuck: ReadonlySet<number>,
): boolean {
  if (wakers === undefined) return false;
  const isIn = (id: number): boolean => stuck.has(id);
  return waitsForAll.has(wait.kind) ? wakers.some(isIn) : wakers.every(isIn);
}

interface Node {
  readonly task: TaskSnapshot;
  readonly waits: readonly {
    readonly wait: Wait;
    readonly wakers: readonly number[] | undefined;
  }[];
}

export function findStuck(thread: ThreadSnapshot): Stuck {
  const tasks = thread.loops.flatMap((loop) => loop.tasks);
  const children = childrenOf(tasks);
  const nodes = new Map<number, Node>();
  for (const task of tasks) {
    if (task.state !== 'waiting' || task.hasDeadline) continue;
    const waits = task.waits.map((wait) => ({ wait, wakers: wakersOf(wait, task, children) }));
    nodes.set(task.id, { task, waits });
  }
  const stuck = new Set(nodes.keys());
  for (let before = -1; before !== stuck.size; ) {
    before = stuck.size;
    for (const { task, waits } of nodes.values()) {
      if (!waits.every(({ wait, wakers }) => isStuck(wait, wakers, stuck))) stuck.delete(task.id);
    }
  }
  return { stuck, deadlocks: ringsIn(nodes, stuck) };
}

/** Follows each stuck task to the first stuck one that it waits for, until one comes again: that is a ring. */
function ringsIn(nodes: ReadonlyMap<number, Node>, stuck: ReadonlySet<number>): Deadlock[] {
  const rings: Deadlock[] = [];
  const seen = new Set<number>();
  for (const start of stuck) {
    const path: Link[] = [];
    const places = new Map<number, number>();
    let at: number | undefined = start;
    while (at !== undefined && !seen.has(at)) {
      seen.add(at);
      places.set(at, path.length);
      const { task, waits }: Node = nodes.get(at) as Node;
      const found = nextOf(waits, stuck, places);
      if (found === undefined) break;
      path.push({ task, wait: found.wait });
      const place = places.get(found.id);
      if (place !== undefined) {
        rings.push({ ring: path.slice(place) });
        break;
      }
      at = found.id;
    }
  }
  return rings;
}

/** The stuck task that one waits for; one that the path has met already, if there is one. */
function nextOf(
  waits: Node['waits'],
  stuck: ReadonlySet<number>,
  places: ReadonlyMap<number, number>,
): { readonly wait: Wait; readonly id: number } | undefined {
  const all = waits.flatMap(({ wait, wakers }) =>
    (wakers ?? []).filter((id) => stuck.has(id)).map((id) => ({ wait, id })),
  );
  return all.find(({ id }) => places.has(id)) ?? all[0];
}
