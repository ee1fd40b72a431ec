import { NotFoundError } from './not-found-error.ts';
import type { Thread } from './probe/look.ts';
import { UsageError } from './usage-error.ts';

/** The task that the user names. */
export interface TaskId {
  readonly thread: number;
  readonly number: number;
}

/** Reads the id of a task: `7`, or `2:7` in a worker thread. */
export function parseTaskId(id: string): TaskId {
  const [, thread = '0', number] = /^(?:(\d+):)?(\d+)$/.exec(id) ?? [];
  if (number !== undefined) return { thread: Number(thread), number: Number(number) };
  throw new UsageError(
    `expected the id of a task, but got \`${id}\`. \`skein ps\` shows the ids: 7, or 2:7 in a worker thread.`,
  );
}

/** Returns the thread of a task. */
export function threadOf({ thread }: TaskId, threads: readonly Thread[]): Thread {
  const found = threads.find((each) => each.number === thread);
  if (found === undefined) throw new NotFoundError(`there is no skein in a thread ${thread}.`);
  return found;
}

/** @returns The error for a task that is done, or was never there. */
export function noTask(id: string, program: string): NotFoundError {
  return new NotFoundError(
    `no task has the id ${id}: it is done, or never was. \`skein ps ${program}\` shows those that are pending.`,
  );
}
