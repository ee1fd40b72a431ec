/**
 * A **level** is a scope, or a task, whose request is repeated: once delivered it is pending again, until the scope is left.
 * It is not delivered where the library restores something (exits.ts). Other requests, undelivered or later, wait for the end of
 * the scope.
 */
import { isRequest } from '../errors/cancel-request.ts';
import { mustCancel } from './pending-cancel.ts';
import type { Task } from './task.ts';

/** What repeats its request. */
export interface LevelScope {
  /** @internal Keeps a later request for the end of the scope. */
  _keep(reason: unknown): void;
}

/** What makes requests, and may repeat them. */
interface MayRepeat {
  _levelFor?(task: Task<unknown>): LevelScope | undefined;
}

/** A task that is a level has no end before its own: there is nothing to keep a request for. */
const levelTask: LevelScope = { _keep: () => undefined };
let levelTasks: WeakSet<Task<unknown>> | undefined;

/** Has requests to cancel `task` repeated. */
export function makeLevel(task: Task<unknown>): void {
  levelTasks ??= new WeakSet();
  levelTasks.add(task);
}

/** Returns the level whose request `reason` is. */
function levelOf(task: Task<unknown>, reason: unknown): LevelScope | undefined {
  if (levelTasks?.has(task._task) === true) return levelTask;
  return isRequest(reason) ? (reason.by as MayRepeat)._levelFor?.(task) : undefined;
}

/** Makes a request pending. A level keeps what is pending beside its own request. */
export function makePending(task: Task<unknown>, reason: unknown): void {
  const before = task._mustCancel ? levelOf(task, task._value) : undefined;
  if (before !== undefined) {
    before._keep(reason);
    return;
  }
  const level = levelOf(task, reason);
  if (level === undefined) {
    mustCancel(task, reason);
    return;
  }
  if (task._mustCancel) level._keep(task._value);
  task._mustCancel = true;
  task._value = reason;
}

/** Repeats `reason`, which was just delivered to `task`, if it is that of a level. */
export function repeat(task: Task<unknown>, reason: unknown): void {
  const level = levelOf(task, reason);
  if (level === undefined) return;
  // The wait took this request, and another one is pending.
  if (task._mustCancel && task._value !== reason) level._keep(task._value);
  task._level = level;
  task._mustCancel = true;
  task._value = reason;
}

/** Delivers no repeated request to `task` until {@link resumeLevel}. */
export function pauseLevel(task: Task<unknown>): LevelScope | undefined {
  const level = task._level;
  if (level === undefined) return undefined;
  task._level = undefined;
  task._mustCancel = false;
  return level;
}

export function resumeLevel(task: Task<unknown>, level: LevelScope | undefined): void {
  if (level === undefined) return;
  task._level = level;
  task._mustCancel = true;
}

/** Ends the repetition of `request`, whose scope is left, and drops it if it was not delivered. */
export function leaveLevel(task: Task<unknown>, level: LevelScope, request: unknown): void {
  const isLevel = task._level === level;
  if (isLevel) task._level = undefined;
  if (isLevel || task._value === request) task._mustCancel = false;
}
