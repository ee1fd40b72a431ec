import {
  asCompleted,
  CancelledError,
  type Coroutine,
  currentTask,
  gather,
  shield,
  TimeoutError,
  wait,
  waitFor,
} from 'skein';
import type { Statements } from '../machine.ts';
import { ProgramError, show, valueText } from '../texts.ts';

/** What an awaitable of `asCompleted()` gives; throws only the cancellation of this very task. */
function* textOf(awaitable: Coroutine<unknown>): Coroutine<string> {
  try {
    return valueText(yield* awaitable);
  } catch (error) {
    const foreign = error instanceof CancelledError && currentTask()?.cancelling() === 0;
    const expected = error instanceof TimeoutError || error instanceof ProgramError;
    if (!foreign && !expected) throw error;
    return show(error);
  }
}

export const combining: Statements<
  | 'gather'
  | 'gather_as'
  | 'wait'
  | 'wait_for'
  | 'shield'
  | 'shield_as'
  | 'as_completed'
  | 'as_completed_at_once'
> = {
  *gather(machine, items, returnExceptions) {
    const results = yield* gather(machine.items(items), { returnExceptions });
    machine.log(`gathered ${valueText(results)}`);
  },

  gather_as(machine, slot, items, returnExceptions) {
    machine.slots.set(slot, gather(machine.items(items), { returnExceptions }));
  },

  *wait(machine, slots, timeout, returnWhen) {
    const futures = machine.others(slots);
    if (futures.length === 0) return;
    const names = new Map(slots.map((slot) => [machine.slots.get(slot), slot]));
    const { done, pending } = yield* wait(futures, { timeout: timeout ?? undefined, returnWhen });
    const [isDone, isPending] = [done, pending].map((set) =>
      [...set].map((future) => names.get(future)).sort(),
    );
    machine.log(`waited done=${isDone} pending=${isPending}`);
  },

  *wait_for(machine, item, timeout) {
    const awaitable = machine.item(item);
    if (awaitable === undefined) return;
    machine.log(`wait_for ${valueText(yield* waitFor(awaitable, timeout))}`);
  },

  *shield(machine, item) {
    const awaitable = machine.item(item);
    if (awaitable === undefined) return;
    machine.log(`shield ${valueText(yield* shield(awaitable))}`);
  },

  shield_as(machine, slot, item) {
    const awaitable = machine.item(item);
    if (awaitable !== undefined) machine.slots.set(slot, shield(awaitable));
  },

  *as_completed(machine, slots, timeout) {
    const futures = machine.unfinished(slots);
    if (futures.length === 0) return;
    const seen: string[] = [];
    for (const awaitable of asCompleted(futures, { timeout })) {
      const text = yield* machine.declare(textOf)(awaitable);
      seen.push(`${machine.loop.time()}:${text}`);
    }
    machine.log(`as_completed ${seen.sort().join(' ')}`);
  },

  *as_completed_at_once(machine, slots, timeout) {
    const futures = machine.unfinished(slots);
    if (futures.length === 0) return;
    const results = yield* gather(asCompleted(futures, { timeout }), { returnExceptions: true });
    machine.log(`at once ${valueText(results)}`);
  },
};
