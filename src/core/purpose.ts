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
 * The kind of a thing that a task waits for: a primitive; an item of a queue (`get`), room in it (`put`), its `join()`; a task group or
 * a combinator; a job of an executor, or room in its queue.
 */
export type PurposeKind =
  | 'lock'
  | 'semaphore'
  | 'event'
  | 'condition'
  | 'barrier'
  | 'limiter'
  | 'get'
  | 'put'
  | 'join'
  | 'group'
  | 'gather'
  | 'wait'
  | 'shield'
  | 'job'
  | 'room';

/**
 * The purpose of a future that can tell more than a text: its kind, the lock or the queue itself, and tasks. It may be the
 * `Future._purpose`, or the future itself, and is read when text forms and call graphs describe the waiting task.
 */
export interface Purpose {
  /** @internal */
  readonly _kind: PurposeKind;
  /** @internal The lock, the queue, the shielded future; undefined: the purpose itself. */
  readonly _of?: object;
  /** @internal */
  _related?(): readonly RelatedTask[];
  toString(): string;
}

export function isPurpose(value: unknown): value is Purpose {
  return typeof value === 'object' && value !== null && '_kind' in value;
}

/** Names the holders of a lock, for its text form. */
export function heldText(related: readonly RelatedTask[]): string {
  if (related.length === 0) return '';
  const tasks = [...new Set(related.map(({ task }) => task))];
  return ` by ${listText(tasks, (task) => task._shortText())}`;
}
