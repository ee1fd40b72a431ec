/** Knows the scopes of each task that have made their request and were not left. */
import type { Task } from '../core/task.ts';
import type { CancelRequest } from '../errors/cancel-request.ts';

interface AskedScope {
  readonly _order: number;
  readonly _asked: number;
  readonly _request: CancelRequest | undefined;
}

const asked = new WeakMap<Task<unknown>, Set<AskedScope>>();

/** Notes that `scope`, which runs in `part`, makes its request. */
export function noteAsked(scope: AskedScope, { _task: task }: Task<unknown>): void {
  const scopes = asked.get(task) ?? new Set();
  asked.set(task, scopes.add(scope));
}

export function forgetAsked(scope: AskedScope, { _task: task }: Task<unknown>): void {
  asked.get(task)?.delete(scope);
}

/** Returns the scopes outside of `scope` that made their request since it was entered, the outermost first. */
export function askedOutside(scope: AskedScope, { _task: task }: Task<unknown>): AskedScope[] {
  // A timeout has no order: it is known by its count of requests.
  const isOutside = ({ _order, _asked }: AskedScope): boolean =>
    _order > 0 && _order < scope._order && _asked > scope._order;
  return [...(asked.get(task) ?? [])]
    .filter((other) => other._request !== undefined && isOutside(other))
    .sort((one, other) => one._order - other._order);
}
