/** `skein stuck 4711`: why does it not go on? */
import { type Deadlock, findStuck, type Link } from './deadlock.ts';
import { lookAtProgram, twice } from './look-at-program.ts';
import { print } from './print.ts';
import type { Thread } from './probe/look.ts';
import type { TaskSnapshot, ThreadSnapshot, Wait } from './probe/snapshot.ts';
import { type Place, placeText, stackOfThread } from './probe/where.ts';
import { parseProgramArguments, timeOf } from './program-arguments.ts';
import { columns, height } from './table.ts';
import { counted, idText, plainText, taskText, thingText, timeText, waitsText } from './words.ts';

const help = `Usage: skein stuck <pid|name> [options]

Tells why a program does not go on. It looks twice, a second apart, and prints

  DEADLOCK  tasks that wait for each other by way of locks, semaphores and tasks. Nothing can wake them, unless something else
            cancels one of them or releases what it did not acquire. This is proven.
  BLOCKED   a thread that computed all the time, with its stack. The program is stopped for some milliseconds to read it.
  SUSPECTS  tasks that waited at one place all the time, for something that a timer or another waiting task does not end.
            Nothing proves these: a worker that waits for work is as it should be.

  --for <ms>       the time between the two looks. Default: 1000
  --longer <ms>    only suspects that are known to have waited longer. Default: the time of --for
  --json           data instead of text
  --all            all lines, also if they are more than the terminal has

Exit codes: 3 a deadlock was found, 1 nothing found, 2 the program cannot be looked at.`;

/** What was found in one thread. */
interface Found {
  readonly thread: ThreadSnapshot;
  readonly deadlocks: readonly Deadlock[];
  /** Tasks that wait for those of a deadlock. */
  readonly behind: readonly TaskSnapshot[];
  readonly suspects: readonly TaskSnapshot[];
  /** Its stack, if the thread computed all the time. */
  readonly blocked: readonly Place[] | undefined;
}

export async function stuckCommand(args: readonly string[]): Promise<void> {
  const given = parseProgramArguments('stuck', args, ['pid'], ['for', 'longer']);
  if (given.help) return print(help);
  const ms = timeOf(given.values, 'for', 1000);
  const longer = timeOf(given.values, 'longer', ms);
  const pid = given.positionals[0] as string;
  const found = await lookAtProgram(pid, async (target, threads) => {
    const [before, now] = await twice(target, threads, ms);
    const all: Found[] = [];
    for (const thread of now.threads) {
      const earlier = before.threads.find((each) => each.thread === thread.thread);
      const connected = threads.find(({ number }) => number === thread.thread) as Thread;
      const isBlocked = earlier !== undefined && isSame(earlier, thread);
      if (isBlocked && target.isShared)
        target.notes.push('A debugger is connected: the stack of the program is not read.');
      const blocked =
        isBlocked && !target.isShared ? await stackOfThread(connected.session) : undefined;
      all.push(judge(thread, earlier, longer, blocked));
    }
    return all;
  });
  if (found.some(({ deadlocks }) => deadlocks.length > 0)) process.exitCode = 3;
  if (given.json) return print(JSON.stringify(found.map(dataOf)));
  const lines = found.flatMap((each) =>
    linesOf(each, pid, given.all ? Number.POSITIVE_INFINITY : height()),
  );
  print(
    lines.length > 0
      ? lines.join('\n')
      : 'Nothing is stuck: no deadlock, no thread that computes all the time, no task that waits unduly.',
  );
}

/** True if the host's loop has neither turned nor been idle meanwhile. */
function isSame(before: ThreadSnapshot, now: ThreadSnapshot): boolean {
  return before.turns >= 0 && before.turns === now.turns && before.idle === now.idle;
}

/** Others are ended by a timer, or by a task that is looked at itself. */
const mayNeverCome = new Set([
  'future',
  'event',
  'condition',
  'barrier',
  'get',
  'put',
  'join',
  'lock',
  'semaphore',
  'limiter',
  'outside',
  'job',
  'room',
]);

function judge(
  thread: ThreadSnapshot,
  earlier: ThreadSnapshot | undefined,
  longer: number,
  blocked: readonly Place[] | undefined,
): Found {
  const before = new Map(
    earlier?.loops.flatMap(({ tasks }) => tasks).map((task) => [task.id, task]),
  );
  const stayed = ({ id, waited }: TaskSnapshot): boolean =>
    before.get(id)?.state === 'waiting' && waited >= longer;
  const { stuck, deadlocks } = findStuck(thread);
  const certain = deadlocks.filter(({ ring }) =>
    ring.every(({ task }) => before.get(task.id)?.state === 'waiting' && task.waited > 0),
  );
  const rings = new Set(certain.flatMap(({ ring }) => ring.map(({ task }) => task.id)));
  const tasks = thread.loops.flatMap((loop) => loop.tasks);
  const suspects = tasks.filter(
    (task) =>
      task.state === 'waiting' &&
      !stuck.has(task.id) &&
      stayed(task) &&
      task.waits.every(isSuspect),
  );
  const behind =
    certain.length === 0 ? [] : tasks.filter(({ id }) => stuck.has(id) && !rings.has(id));
  return { thread, deadlocks: certain, behind, suspects, blocked };
}

/** A lock that a living task holds is as it should be: that task may be a suspect. */
function isSuspect({ kind, related }: Wait): boolean {
  return (
    mayNeverCome.has(kind) &&
    !related.some(({ relation, task }) => relation === 'held by' && !task.done)
  );
}

function linesOf(
  { thread, deadlocks, behind, suspects, blocked }: Found,
  pid: string,
  most: number,
): string[] {
  const lines: string[] = [];
  for (const { ring } of deadlocks) lines.push(...ringLines(thread, ring, pid));
  if (behind.length > 0)
    lines.push(
      `  ${counted(behind.length, 'more task')} wait${behind.length === 1 ? 's' : ''} for these: ${namesOf(thread, behind)}`,
    );
  if (blocked !== undefined) {
    const running = thread.loops
      .flatMap((loop) => loop.tasks)
      .find(({ state }) => state === 'running');
    const by =
      running === undefined
        ? 'code outside of tasks'
        : taskText(thread, { ...running, done: false });
    const where = thread.thread === 0 ? '' : ` thread ${thread.thread}`;
    lines.push(
      `BLOCKED${where} by ${by}${blocked.length === 0 ? ', which could not be stopped' : ', now at'}`,
    );
    lines.push(...blocked.slice(0, 20).map((place) => `  ${plainText(placeText(place))}`));
  }
  if (suspects.length > 0) {
    lines.push('SUSPECTS  (nothing proves these: they waited at one place all the time)');
    const rows = suspects
      .slice(0, most)
      .map((task) => [
        `  ${plainText(task.name)} (${idText(thread, task.id)})`,
        `≥ ${timeText(task.waited)}`,
        waitsText(thread, task),
      ]);
    lines.push(...columns(rows));
    if (suspects.length > most) lines.push(`  … ${suspects.length - most} more: --all shows them`);
  }
  return lines;
}

function namesOf(thread: ThreadSnapshot, tasks: readonly TaskSnapshot[]): string {
  const more = tasks.length > 3 ? `, ${tasks.length - 3} more` : '';
  return (
    tasks
      .slice(0, 3)
      .map((task) => taskText(thread, { ...task, done: false }))
      .join(', ') + more
  );
}

function stepText({ wait }: Link): string {
  return wait.kind === 'task' ? '' : ` → ${thingText(wait)}`;
}

function ringLines(thread: ThreadSnapshot, ring: readonly Link[], pid: string): string[] {
  const [first] = ring as [Link, ...Link[]];
  const names = ring.map((link) => `${plainText(link.task.name)}${stepText(link)}`);
  const waited = Math.min(...ring.map(({ task }) => task.waited));
  const rows = ring.map(({ task, wait }) => [
    `  ${plainText(task.name)} (${idText(thread, task.id)})`,
    `waits for ${wait.kind === 'task' && wait.task !== undefined ? `task ${taskText(thread, wait.task)}` : thingText(wait)}`,
    `skein cancel ${pid} ${idText(thread, task.id)}`,
  ]);
  return [
    `DEADLOCK  ${names.join(' → ')} → ${plainText(first.task.name)}   for ≥ ${timeText(waited)}`,
    ...columns(rows, 60),
    '  Nothing can wake these, unless something else cancels one of them or releases what it did not acquire.',
  ];
}

/** The data of `--json`: tasks by their ids, with what they wait for. */
function dataOf({ thread, deadlocks, behind, suspects, blocked }: Found): object {
  return { thread: thread.thread, deadlocks, behind, suspects, blocked };
}
