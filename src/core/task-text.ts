/** The text forms of tasks. */
import { Future } from './future.ts';
import { stateText } from './future-state.ts';
import { seams } from './seams.ts';
import type { Task } from './task.ts';
import { describe, safely } from './text.ts';

/** Names what the task waits for, in a few words; undefined if it does not wait. */
export function waitText(task: Task<unknown>): string | undefined {
  const waiter = task._waiter;
  if (waiter === undefined) return undefined;
  return waiter instanceof Future ? safely(() => waiter._shortText()) : describe(waiter);
}

/** Names the task in the text of another task that waits for it. A part of a task names what the part waits for. */
export function shortText(task: Task<unknown>): string {
  if (task._task !== task) return waitText(task) ?? 'a part of itself';
  return `task '${task.getName()}'`;
}

export function taskText(task: Task<unknown>): string {
  const waits = waitText(task);
  const waiting = waits === undefined ? '' : ` waiting for ${waits}`;
  const state = stateText(task._state, task._value);
  return `<Task '${task.getName()}' ${state}${waiting}${seams.debug?.madeText(task) ?? ''}>`;
}

/**
 * Returns the name of a task as a string.
 *
 * @throws TypeError when it has no text form; what its `toString()` throws.
 */
export function nameText(caller: string, name: unknown): string {
  if (typeof name === 'object' && name !== null && !hasText(name)) {
    throw new TypeError(
      `\`${caller}()\` expected a name with a text form, but got ${describe(name)}.`,
    );
  }
  return String(name);
}

function hasText(value: object): boolean {
  if (Symbol.toPrimitive in value) return true;
  return typeof value.toString === 'function' || typeof value.valueOf === 'function';
}
