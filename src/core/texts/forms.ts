/** The text forms of futures, tasks and loops in full: with the outcome, with what they wait for, and with the place where they were made. */

import { AsyncFrame } from '../async-frame.ts';
import type { ContextVar } from '../context-var.ts';
import type { EventLoop } from '../event-loop.ts';
import type { ExceptionContext } from '../exception-handler.ts';
import type { Future } from '../future.ts';
import { FAILED, FINISHED } from '../future-state.ts';
import { type Handle, TimerHandle } from '../handle.ts';
import { seams } from '../seams.ts';
import { Task } from '../task.ts';
import { waitText } from '../task-text.ts';
import { brief, framesText } from '../text.ts';
import { TimerFuture } from '../timer-future.ts';
import { listText } from './describe.ts';

/** An outcome in a text form; undefined if there is none. */
export function outcomeText(state: number, value: unknown): string | undefined {
  if (state === FINISHED) return `finished result=${brief(value)}`;
  return state === FAILED ? `failed exception=${brief(value)}` : undefined;
}

/** What follows the state of `future`, up to the end. */
export function restOf(future: Future<unknown>): string {
  const waits = future instanceof Task ? waitText(future) : undefined;
  const waiting = waits === undefined ? '' : ` waiting for ${waits}`;
  return `${waiting}${seams.debug?.madeText(future) ?? ''}`;
}

/** Names `future` in the text of a task that waits for it. A part of a task names what the part waits for. */
export function shortText(future: Future<unknown>): string | undefined {
  if (future instanceof Task) {
    if (future._task !== future) return waitText(future) ?? 'a part of itself';
    return `task '${future.getName()}'`;
  }
  if (future instanceof AsyncFrame) {
    const awaited = future.awaited();
    if (awaited.length === 0) return 'something outside of the loop';
    return listText(awaited, (each) => each._shortText());
  }
  if (future instanceof TimerFuture) return `a timer ${dueText(future._when, future._loop)}`;
  return future._purpose === undefined ? undefined : String(future._purpose);
}

/** `due in 5 ms`, for text forms. */
export function dueText(when: number, loop: EventLoop): string {
  return `due in ${Math.max(Math.round(when - loop.time()), 0)} ms`;
}

/** What follows the function of `handle`, up to the end. */
export function restOfHandle(handle: Handle): string {
  const isSet = handle instanceof TimerHandle && handle._order >= 0;
  const due = isSet ? `, ${dueText(handle._when, handle._loop)}` : '';
  return `${due}${seams.debug?.madeText(handle) ?? ''}`;
}

/** The first variables of a context, each with its value. */
export function valuesText(values: ReadonlyMap<ContextVar<unknown>, unknown>): string {
  if (values.size === 0) return ', empty';
  const shown = [...values].slice(0, 3).map(([{ name }, value]) => `${name}=${brief(value)}`);
  if (values.size > shown.length) shown.push(`${values.size - shown.length} more`);
  return ` ${shown.join(', ')}`;
}

/** What a loop has. */
export function countsOf(loop: EventLoop): string {
  const counted = (n: number, what: string): string => `, ${n} ${what}${n === 1 ? '' : 's'}`;
  const debug = loop.getDebug() ? ', debug' : '';
  return counted([...loop._tasks].length, 'task') + counted(loop._timerCount, 'timer') + debug;
}

/** Returns the lines of a report that tell its places, which only debug mode knows. */
export function placesIn({ stack, creation }: ExceptionContext): string[] {
  const lines = stack === undefined ? [] : [framesText(stack)];
  return creation === undefined ? lines : [...lines, `made at\n${creation}`];
}
