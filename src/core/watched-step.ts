/** What debug mode looks at while the loop runs something: how long it takes, and what tasks do with a cancellation. */
import type { EventLoop } from './event-loop.ts';
import type { Future } from './future.ts';
import { Handle } from './handle.ts';
import { PromiseBridge } from './promise-bridge.ts';
import type { Runnable } from './ready-queue.ts';
import type { StackFrame } from './stack-frames.ts';
import { awaitedAt, suspendedAt } from './suspension-stack.ts';
import {
  endedCancelled,
  forgetDelivery,
  noteDelivery,
  reportSwallowed,
} from './swallowed-cancellation.ts';
import { Task } from './task.ts';

/** Where the code is that `runnable` lets go on. */
function placeOf(runnable: Runnable): StackFrame[] {
  if (runnable instanceof Task) return suspendedAt(runnable, runnable._waiter);
  return runnable instanceof PromiseBridge ? awaitedAt(runnable.future) : [];
}

function lookForDelivery(runnable: Runnable): void {
  if (runnable instanceof Task) {
    const waiter: Future<unknown> | undefined = runnable._waiter;
    forgetDelivery(runnable);
    if (runnable._mustCancel || (waiter?._state !== undefined && endedCancelled(waiter))) {
      noteDelivery(runnable, placeOf(runnable));
    }
  } else if (runnable instanceof PromiseBridge && runnable.frame !== undefined) {
    if (endedCancelled(runnable.future)) noteDelivery(runnable.frame._runner, placeOf(runnable));
  }
}

/** Runs it, and reports what debug mode reports. */
export function runWatched(loop: EventLoop, runnable: Runnable): void {
  const { slowCallbackDuration } = loop;
  const stack = placeOf(runnable);
  lookForDelivery(runnable);
  // What a task is doing shows in its text before the step, not after it.
  const text = String(runnable);
  const start = loop.time();
  runnable._run();
  const took = loop.time() - start;
  if (took >= slowCallbackDuration) {
    const since = stack[0] === undefined ? '' : `, from ${stack[0].text} on`;
    loop.callExceptionHandler({
      message: `${text} kept the event loop for ${took.toFixed(0)} ms${since}.`,
      warning: true,
      ...(runnable instanceof Task && { future: runnable as Future<unknown> }),
      ...(runnable instanceof Handle && { handle: runnable }),
      ...(stack.length > 0 && { stack }),
    });
  }
  if (runnable instanceof Task) reportSwallowed(runnable);
}
