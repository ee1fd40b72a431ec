import type { Task } from './task.ts';

/** A task that has to do with what another one waits for. */
export interface RelatedTask {
  /** What it has to do with it: it holds the lock, or used the queue last. */
  readonly relation: 'held by' | 'last put by' | 'last taken by';
  /** Who that is. */
  readonly task: Task<unknown>;
}

/**
 * What futures are there for that know more of it than a text: the locks and queues that tasks wait at. It is what
 * `Future._detail` may be, and is asked when somebody looks at a task that waits.
 */
export interface Purpose {
  /** @internal */
  _related(): readonly RelatedTask[];
}

export function isPurpose(value: unknown): value is Purpose {
  return typeof value === 'object' && value !== null && '_related' in value;
}

/** Holders of a lock, in its text form. */
export function heldText(related: readonly RelatedTask[]): string {
  if (related.length === 0) return '';
  const tasks = new Set(related.map(({ task }) => task));
  const names = [...tasks].slice(0, 3).map((task) => task._shortText());
  if (tasks.size > names.length) names.push(`${tasks.size - names.length} more`);
  return ` by ${names.join(', ')}`;
}
