/** Looks for an order of calls in which one task would have got the same results. */
import type { Alone } from './alone.ts';
import { type Call, pending } from './calls.ts';

/** @throws Error when no order of the calls has these outcomes; UnknownCalls as `Alone`. */
export function checkOrder<T extends object>(
  calls: readonly Call[],
  alone: Alone<T>,
  either: boolean,
): void {
  const counted = either ? calls : calls.filter(({ isCancelled }) => !isCancelled);
  if (hasOrder([], counted, alone)) return;
  const lines = calls.map(
    ({ task, name, outcome, isCancelled }) =>
      `    task ${task}: ${name} → ${isCancelled ? 'cancelled' : outcome}`,
  );
  throw new Error(
    `no order of these calls, made by one task, has the same results:\n${lines.join('\n')}`,
  );
}

/** Tries each order that begins with `placed`. */
function hasOrder<T extends object>(
  placed: readonly Call[],
  left: readonly Call[],
  alone: Alone<T>,
): boolean {
  if (placed.length > 0 && !fits(placed, alone, left.length === 0)) return false;
  if (left.every(({ isCancelled }) => isCancelled) && fits(placed, alone, true)) return true;
  return left.some((next) => {
    const mayCome = left.every(
      (other) => other === next || other.isCancelled || other.end > next.begin,
    );
    return (
      mayCome &&
      hasOrder(
        [...placed, next],
        left.filter((each) => each !== next),
        alone,
      )
    );
  });
}

/** Compares the outcomes. A call that waits may go on when a later one is made: until all are placed, it fits. */
function fits<T extends object>(placed: readonly Call[], alone: Alone<T>, isAll: boolean): boolean {
  if (placed.length === 0) return true;
  const outcomes = alone.outcomes(placed.map(({ name }) => name));
  return placed.every(({ outcome, isCancelled }, at) => {
    if (isCancelled || outcome === outcomes[at]) return true;
    return !isAll && outcomes[at] === pending;
  });
}
