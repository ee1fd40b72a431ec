/** What the commands have in common that look at a program once, or twice. */

import { attach, type Target } from './attach/attach.ts';
import { pauseWhileItRuns } from './pause.ts';
import { printError } from './print.ts';
import { look, type Thread, withThreads } from './probe/look.ts';
import type { Snapshot, ThreadSnapshot } from './probe/snapshot.ts';
import { type ProgramArguments, pidOf } from './program-arguments.ts';

/** Connects to the program that is meant, and tells the user what could not be done or was left. */
export async function lookAtProgram<T>(
  given: string,
  work: (target: Target, threads: readonly Thread[]) => Promise<T>,
): Promise<T> {
  const pid = await pidOf(given);
  const notes: string[] = [];
  try {
    return await attach(pid, notes, (target) =>
      withThreads(target, (threads) => work(target, threads)),
    );
  } finally {
    for (const note of notes) printError(note);
  }
}

/** Takes one snapshot. */
export async function snapshotOf({ positionals, all }: ProgramArguments): Promise<Snapshot> {
  const texts = all ? Number.MAX_SAFE_INTEGER : 500;
  return lookAtProgram(positionals[0] as string, (target, threads) =>
    look(target, threads, { texts }),
  );
}

/** Takes two snapshots, `ms` apart. */
export async function twice(
  target: Target,
  threads: readonly Thread[],
  ms: number,
): Promise<readonly [Snapshot, Snapshot]> {
  const first = await look(target, threads);
  await pauseWhileItRuns(target.session, ms);
  return [first, await look(target, threads, { inDepth: true })];
}

/** Leaves out the tasks whose names do not have this text in them. */
export function filteredThread(thread: ThreadSnapshot, filter: string | undefined): ThreadSnapshot {
  if (filter === undefined) return thread;
  const loops = thread.loops.map((loop) => ({
    ...loop,
    tasks: loop.tasks.filter(({ name }) => name.includes(filter)),
  }));
  return { ...thread, loops };
}

export function filtered(snapshot: Snapshot, filter: string | undefined): Snapshot {
  return { ...snapshot, threads: snapshot.threads.map((thread) => filteredThread(thread, filter)) };
}

/** Calls `print` for each thread; names the thread before if there are several. */
export function eachThread(
  snapshot: Snapshot,
  linesOf: (thread: ThreadSnapshot) => string[],
): string[] {
  return snapshot.threads.flatMap((thread) => {
    const lines = linesOf(thread);
    if (snapshot.threads.length === 1) return lines;
    return [thread.thread === 0 ? 'main thread' : `thread ${thread.thread}`, ...lines];
  });
}
