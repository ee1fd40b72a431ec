/** `skein ps 4711`: the tasks of a running program, and what each waits for. */
import { findStuck } from './deadlock.ts';
import { eachThread, filtered, filteredThread, snapshotOf } from './look-at-program.ts';
import { print } from './print.ts';
import type { TaskSnapshot, ThreadSnapshot } from './probe/snapshot.ts';
import { parseProgramArguments, usualOptions } from './program-arguments.ts';
import { columns, height } from './table.ts';
import { counted, cutText, headText, idText, plainText, timeText, waitsText } from './words.ts';

const help = `Usage: skein ps <pid|name> [options]

Lists the tasks of a running program of Node, Deno or Bun: their states, how long they have waited at least, and what for. The
program needs no preparation, except in Bun: bun --preload skein/inspect/register app.ts. If its inspector is closed it gets
SIGUSR1, which opens it, and it is closed again at the end; the program prints a line about that. A program that listens to
SIGUSR1 itself gets the signal too: start that with --inspect=0.

${usualOptions}

Exit codes: 1 nothing found, 2 the program cannot be looked at.`;

export async function psCommand(args: readonly string[]): Promise<void> {
  const given = parseProgramArguments('ps', args, ['pid']);
  if (given.help) return print(help);
  const snapshot = await snapshotOf(given);
  if (given.json) return print(JSON.stringify(filtered(snapshot, given.filter)));
  print(headText(snapshot));
  let stuck = 0;
  const lines = eachThread(snapshot, (thread) => {
    const ids = new Set(
      findStuck(thread).deadlocks.flatMap(({ ring }) => ring.map(({ task }) => task.id)),
    );
    stuck += ids.size;
    return linesOf(
      filteredThread(thread, given.filter),
      ids,
      given.all ? Number.POSITIVE_INFINITY : height(),
    );
  });
  for (const line of lines) print(line);
  if (stuck > 0)
    print(`${stuck} of these wait for each other: skein stuck ${given.positionals[0]}`);
}

function stateText({ state, cancelling }: TaskSnapshot): string {
  return cancelling > 0 ? `${state}, cancelled` : state;
}

function linesOf(thread: ThreadSnapshot, ring: ReadonlySet<number>, most: number): string[] {
  const tasks = thread.loops.flatMap((loop) => loop.tasks);
  const rows = [['ID', 'TASK', 'STATE', 'FOR', 'WAITS FOR']];
  for (const group of grouped(tasks, ring, most)) {
    const [first] = group as [TaskSnapshot, ...TaskSnapshot[]];
    if (group.length > 1) {
      const name = plainText(patternOf(first));
      rows.push([
        '…',
        name,
        `×${group.length}`,
        '',
        `${kindsText(group)}   --filter ${cutText(name.split('*')[0] ?? '', 20)}`,
      ]);
      continue;
    }
    const waited = first.waited > 0 ? `≥ ${timeText(first.waited)}` : '';
    const mark = ring.has(first.id) ? '   ← in a cycle' : '';
    rows.push([
      idText(thread, first.id),
      plainText(first.name),
      stateText(first),
      waited,
      waitsText(thread, first) + mark,
    ]);
  }
  const known = new Set(rows.map(([, , , waited]) => waited));
  // At the first look, how long is not known of any task.
  return columns(
    known.size > 2 || [...known].some((each) => each?.startsWith('≥'))
      ? rows
      : rows.map((row) => row.filter((_, at) => at !== 3)),
  );
}

/** The name with a star for each number: names that differ in a number are alike. */
function patternOf({ name }: TaskSnapshot): string {
  return name.replace(/\d+/g, '*');
}

/** Puts tasks with names alike into one group, if there are more than `most`: the largest groups first. */
function grouped(
  tasks: readonly TaskSnapshot[],
  ring: ReadonlySet<number>,
  most: number,
): TaskSnapshot[][] {
  if (tasks.length <= most) return tasks.map((task) => [task]);
  const groups = new Map<string, TaskSnapshot[]>();
  for (const task of tasks) {
    const key = ring.has(task.id) ? `${task.id}` : patternOf(task);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [task]);
    else group.push(task);
  }
  const sorted = [...groups.values()];
  if (sorted.length <= most) return sorted;
  const rest = sorted.slice(most - 1).flat();
  return [...sorted.slice(0, most - 1), rest];
}

/** `1,019 semaphore, 12 timer`. */
function kindsText(tasks: readonly TaskSnapshot[]): string {
  const counts = new Map<string, number>();
  for (const { state, waits } of tasks) {
    const kind = waits[0]?.kind ?? state;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([kind, count]) => counted(count, kind).replace(/s$/, '')).join(', ');
}
