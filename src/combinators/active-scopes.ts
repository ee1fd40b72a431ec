import type { Task } from '../core/task.ts';
import type { CancelRequest } from '../errors/cancel-request.ts';

interface ActiveScope {
  readonly _part: Task<unknown> | undefined;
  readonly _order: number;
  readonly _asked: number;
  readonly _request: CancelRequest | undefined;
}

/** The scopes of each task whose bodies run. */
const active = new WeakMap<Task<unknown>, Set<ActiveScope>>();

/** Returns those of the task that `part` belongs to, the outer ones first. */
export function activeIn({ _task: task }: Task<unknown>): Set<ActiveScope> {
  const scopes = active.get(task) ?? new Set();
  active.set(task, scopes);
  return scopes;
}

/** Returns the outer scopes that made their request since `scope` was entered, the outermost first. */
export function askedOutside(scope: ActiveScope): ActiveScope[] {
  const scopes = [...activeIn(scope._part as Task<unknown>)];
  return scopes.filter(({ _order, _asked }) => _order < scope._order && _asked > scope._order);
}
