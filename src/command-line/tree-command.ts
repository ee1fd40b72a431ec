/** `skein tree 4711`: which task of a running program waits for which. */
import { childrenOf, findStuck } from './deadlock.ts';
import { eachThread, filtered, filteredThread, snapshotOf } from './look-at-program.ts';
import { print } from './print.ts';
import type { TaskSnapshot, ThreadSnapshot } from './probe/snapshot.ts';
import { parseProgramArguments, usualOptions } from './program-arguments.ts';
import { columns, height } from './table.ts';
import { headText, idText, plainText, waitsText } from './words.ts';

const help = `Usage: skein tree <pid|name> [options]

Shows which task waits for which: a task stands below the one that awaits it, also by way of gather(), a group and their like. At
the top are the tasks for which no task waits. ⟲ marks those that wait for each other.

${usualOptions}

Exit codes: 1 nothing found, 2 the program cannot be looked at.`;

/** A line of the tree, with what stands for several tasks alike. */
interface Line {
  readonly indent: string;
  readonly tasks: readonly TaskSnapshot[];
  readonly again: boolean;
}

export async function treeCommand(args: readonly string[]): Promise<void> {
  const given = parseProgramArguments('tree', args, ['pid']);
  if (given.help) return print(help);
  const snapshot = await snapshotOf(given);
  if (given.json) return print(JSON.stringify(filtered(snapshot, given.filter)));
  print(headText(snapshot));
  const most = given.all ? Number.POSITIVE_INFINITY : height();
  for (const line of eachThread(snapshot, (thread) => linesOf(thread, given.filter, most)))
    print(line);
}

function linesOf(thread: ThreadSnapshot, filter: string | undefined, most: number): string[] {
  const rings = findStuck(thread).deadlocks.flatMap(({ ring }) => ring.map(({ task }) => task.id));
  const isInRing = new Set(rings);
  const all = treeOf(filteredThread(thread, filter).loops.flatMap((loop) => loop.tasks));
  const rows = all.slice(0, most).map(({ indent, tasks, again }) => {
    const [first] = tasks as [TaskSnapshot, ...TaskSnapshot[]];
    const last = tasks.at(-1) as TaskSnapshot;
    const name =
      tasks.length > 1
        ? `${plainText(first.name)} … ${plainText(last.name)} (${tasks.length})`
        : `${plainText(first.name)} (${idText(thread, first.id)})`;
    const waits =
      tasks.length > 1
        ? (first.waits[0]?.kind ?? first.state)
        : waitsText(thread, first) || first.state;
    const mark = isInRing.has(first.id) ? '   ⟲' : '';
    return [`${indent}${name}`, again ? 'shown above' : `${waits}${mark}`, first.stack[0] ?? ''];
  });
  const lines = columns(
    rows.map((row) => (row[2] === '' ? row.slice(0, 2) : row)),
    60,
  );
  if (all.length > rows.length)
    lines.push(`… ${all.length - rows.length} lines more: --all shows them`);
  return lines;
}

/** Walks without recursion: a chain of tasks may be longer than the stack is deep. */
function treeOf(tasks: readonly TaskSnapshot[]): Line[] {
  const children = childrenOf(tasks);
  const known = new Set(tasks.map(({ id }) => id));
  const roots = tasks.filter(({ awaitedBy }) => !awaitedBy.some((id) => known.has(id)));
  const lines: Line[] = [];
  const shown = new Set<number>();
  const show = (tops: readonly TaskSnapshot[]): void => {
    const todo = stacked(tops, '', children);
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      const [first] = at.tasks as [TaskSnapshot, ...TaskSnapshot[]];
      const again = shown.has(first.id);
      for (const { id } of at.tasks) shown.add(id);
      lines.push({ indent: at.indent, tasks: at.tasks, again });
      if (!again) todo.push(...stacked(children.get(first.id) ?? [], at.below, children));
    }
  };
  show(roots);
  // What is left waits for each other in rings.
  for (const task of tasks) if (!shown.has(task.id)) show([task]);
  return lines;
}

interface Todo {
  readonly indent: string;
  readonly below: string;
  readonly tasks: readonly TaskSnapshot[];
}

/** The lines of some siblings, the last first. Siblings alike, for which no other task waits, become one. */
function stacked(
  tasks: readonly TaskSnapshot[],
  indent: string,
  children: Map<number, TaskSnapshot[]>,
): Todo[] {
  const groups: TaskSnapshot[][] = [];
  const alike = (task: TaskSnapshot): string | undefined =>
    children.has(task.id)
      ? undefined
      : `${task.name.replace(/\d+/g, '*')} ${task.state} ${task.waits[0]?.kind}`;
  for (const task of tasks) {
    const before = groups.at(-1);
    const isLike =
      before !== undefined &&
      alike(task) !== undefined &&
      alike(before[0] as TaskSnapshot) === alike(task);
    if (isLike) before.push(task);
    else groups.push([task]);
  }
  const separate = groups.flatMap((group) =>
    group.length > 2 ? [group] : group.map((task) => [task]),
  );
  return separate
    .map((group, at) => {
      const isLast = at === separate.length - 1;
      return {
        indent: `${indent}${isLast ? '└─ ' : '├─ '}`,
        below: `${indent}${isLast ? '   ' : '│  '}`,
        tasks: group,
      };
    })
    .reverse();
}
