/** The text forms of tasks. */

import { unexpected } from './expected.ts';
import { Future } from './future.ts';
import { stateText } from './future-state.ts';
import type { Task } from './task.ts';
import { describe, isOfConversion, safely } from './text.ts';

/** Names what the task waits for, in a few words; undefined if it does not wait. */
export function waitText(task: Task<unknown>): string | undefined {
  const waiter = task._waiter;
  if (waiter === undefined) return undefined;
  return waiter instanceof Future ? safely(() => waiter._shortText()) : describe(waiter);
}

export function taskText(task: Task<unknown>): string {
  return `<Task '${task.getName()}' ${stateText(task)}>`;
}

/**
 * Returns the name of a task as a string.
 *
 * @throws TypeError when it has no text form; what its `toString()` throws.
 */
export function nameText(caller: string, name: unknown): string {
  try {
    return String(name);
  } catch (error) {
    // What its `toString()` throws comes out as it is. This is the host's error for a value that has none.
    if (!isOfConversion(error, name)) throw error;
    throw unexpected(`${caller}`, 'a name with a text form', name);
  }
}
