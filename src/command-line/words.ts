/** The words in which tasks and what they wait for are told. */
import type { Snapshot, TaskName, TaskSnapshot, ThreadSnapshot, Wait } from './probe/snapshot.ts';

const thousands = new Intl.NumberFormat('en-US');

/** `1,043 tasks`. */
export function counted(count: number, what: string): string {
  return `${thousands.format(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** `0.4 s`, `2m04s`. */
export function timeText(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600)
    return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}

/** Cuts a text from the middle. No character is cut in two. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = Math.floor((length - 1) / 2);
  const begin = text.slice(0, length - 1 - end).replace(/[\ud800-\udbff]$/, '');
  return `${begin}…${end === 0 ? '' : text.slice(-end).replace(/^[\udc00-\udfff]/, '')}`;
}

/** Text of a program, without what would move the cursor of a terminal, or have it write from right to left what is not. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '·');
}

/** The id by which the user names a task: tasks of worker threads have the thread before it. */
export function idText({ thread }: ThreadSnapshot, id: number): string {
  return thread === 0 ? String(id) : `${thread}:${id}`;
}

const titles: Readonly<Record<string, string>> = {
  lock: 'Lock',
  semaphore: 'Semaphore',
  limiter: 'CapacityLimiter',
  event: 'Event',
  condition: 'Condition',
  barrier: 'Barrier',
};

/** Names a lock and its like: by its name, or by its number. */
export function thingText({ kind, name, of, text }: Wait): string {
  const title = titles[kind];
  if (title !== undefined)
    return name === undefined ? `${title} #${of}` : `${title} '${plainText(name)}'`;
  if (kind === 'outside') return 'something outside of the loop';
  if (text !== undefined)
    return plainText(text.replace(/^<TaskGroup (.*)>$/, 'group $1').replace(/[<>]/g, ''));
  return name === undefined ? kind : `${kind} '${plainText(name)}'`;
}

/** `right (7)`. */
export function taskText(thread: ThreadSnapshot, { id, name, done }: TaskName): string {
  return `${plainText(name)} (${done ? 'done' : idText(thread, id)})`;
}

/** What a task waits for. */
function waitText(thread: ThreadSnapshot, wait: Wait): string {
  if (wait.kind === 'timer') return `timer, due in ${timeText(Math.max(wait.due ?? 0, 0))}`;
  if (wait.kind === 'task' && wait.task !== undefined) return `task ${taskText(thread, wait.task)}`;
  const related = new Map<string, string[]>();
  for (const { relation, task } of wait.related) {
    related.set(relation, [...(related.get(relation) ?? []), taskText(thread, task)]);
  }
  const held = [...related].map(([relation, tasks]) => {
    const more = tasks.length > 3 ? `, ${tasks.length - 3} more` : '';
    return `, ${relation} ${tasks.slice(0, 3).join(', ')}${more}`;
  });
  return `${thingText(wait)}${held.join('')}`;
}

/** What a task waits for, in one line. Empty if it does not wait. */
export function waitsText(thread: ThreadSnapshot, { waits }: TaskSnapshot): string {
  const more = waits.length > 3 ? `, ${waits.length - 3} more` : '';
  return (
    waits
      .slice(0, 3)
      .map((wait) => waitText(thread, wait))
      .join(' and ') + more
  );
}

/** `server.mjs  pid 4711  Node 24.21.0  1 loop  1,043 tasks  debug off`. */
export function headText({ name, pid, threads }: Snapshot): string {
  const loops = threads.flatMap((thread) => thread.loops);
  const tasks = loops.reduce((sum, loop) => sum + loop.count, 0);
  const told = loops.reduce((sum, loop) => sum + loop.tasks.length, 0);
  const parts = [
    plainText(name),
    `pid ${pid}`,
    threads[0]?.runtime ?? '',
    counted(loops.length, 'loop'),
  ];
  if (threads.length > 1) parts.push(counted(threads.length, 'thread'));
  const oldest = told < tasks ? `, of which the oldest ${thousands.format(told)}` : '';
  parts.push(
    counted(tasks, 'task') + oldest,
    `debug ${loops.some(({ debug }) => debug) ? 'on' : 'off'}`,
  );
  return parts.join('  ');
}
