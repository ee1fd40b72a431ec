import type { Coroutine } from '../core/coroutine.ts';
import { drive } from '../core/driven.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { coroutineOf, type TaskSource } from '../core/run-body.ts';
import type { Semaphore } from '../sync/semaphore.ts';

/**
 * Returns a coroutine for a task of a group with a limit: it takes a slot, and then runs `source` in it. If it is cancelled
 * while it waits for one, `source` never begins.
 */
export function inSlot<T>(source: TaskSource<T>, slots: Semaphore, loop: EventLoop): Coroutine<T> {
  const coroutine = coroutineOf(source);
  // So that another task cannot run it meanwhile.
  drive(coroutine, loop);
  return running(coroutine, slots, loop);
}

function* running<T>(coroutine: Coroutine<T>, slots: Semaphore, loop: EventLoop): Coroutine<T> {
  try {
    yield* slots.acquire();
  } catch (error) {
    coroutine.return?.(undefined as T);
    throw error;
  }
  let result: T;
  try {
    result = yield* coroutine;
  } catch (error) {
    // Not before the group hears of the failure: else the next task would begin, and be cancelled.
    loop.callSoon(() => slots.release());
    throw error;
  }
  slots.release();
  return result;
}
