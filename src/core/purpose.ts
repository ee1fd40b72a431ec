import type { Task } from './task.ts';
import { listText } from './text.ts';

/** A task that is concerned with what another task waits for. */
export interface RelatedTask {
  /** Its relation: it holds the lock, or it used the queue last. */
  readonly relation: 'held by' | 'last put by' | 'last taken by';
  /** That task. */
  readonly task: Task<unknown>;
}

/**
 * The purpose of a future that can name tasks, not only a text: a lock or a queue that tasks wait at. It may be the
 * `Future._purpose`, and is read when text forms and call graphs describe the waiting task.
 */
export interface Purpose {
  /** @internal */
  _related(): readonly RelatedTask[];
}

export function isPurpose(value: unknown): value is Purpose {
  return typeof value === 'object' && value !== null && '_related' in value;
}

/** Names the holders of a lock, for its text form. */
export function heldText(related: readonly RelatedTask[]): string {
  if (related.length === 0) return '';
  const tasks = [...new Set(related.map(({ task }) => task))];
  return ` by ${listText(tasks, (task) => task._shortText())}`;
}
