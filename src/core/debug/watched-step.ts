/** Runs steps and callbacks in debug mode. Reports those that take long, and tasks that swallow a cancellation. */

import { endedCancelled } from '../cancelled-error.ts';
import type { EventLoop } from '../event-loop.ts';
import type { Future } from '../future.ts';
import { Handle } from '../handle.ts';
import { PromiseBridge } from '../promise-bridge.ts';
import type { Runnable } from '../ready-queue.ts';
import { ownFrames } from '../stack-frames.ts';
import { Task } from '../task.ts';
import { safely } from '../text.ts';
import { noteStep } from './never-awaited.ts';
import { awaitedAt, suspendedAt } from './suspension-stack.ts';
import { forgetDelivery, noteDelivery, reportSwallowed } from './swallowed-cancellation.ts';

/** Returns the stack where the code waits that `runnable` resumes. */
function placeOf(runnable: Runnable): Error | undefined {
  if (runnable instanceof Task) return suspendedAt(runnable, runnable._waiter);
  return runnable instanceof PromiseBridge ? awaitedAt(runnable.future) : undefined;
}

/** Notes that this step delivers a cancellation, if it does. */
function lookForDelivery(runnable: Runnable, place: Error | undefined): void {
  if (runnable instanceof Task) {
    const waiter: Future<unknown> | undefined = runnable._waiter;
    forgetDelivery(runnable);
    if (runnable._mustCancel || (waiter !== undefined && endedCancelled(waiter))) {
      noteDelivery(runnable, place);
    }
  } else if (runnable instanceof PromiseBridge && runnable.frame !== undefined) {
    if (endedCancelled(runnable.future)) noteDelivery(runnable.frame._part, place);
  }
}

/** Runs `runnable`, and reports what debug mode reports. */
export function runWatched(loop: EventLoop, runnable: Runnable): void {
  const place = placeOf(runnable);
  lookForDelivery(runnable, place);
  noteStep();
  const start = loop.time();
  runnable._run();
  const took = loop.time() - start;
  if (took >= loop.slowCallbackDuration) {
    const stack = ownFrames(place?.stack);
    const from = stack[0] === undefined ? '' : `, from ${stack[0].text} on`;
    loop._report({
      message: `${safely(() => String(runnable))} kept the event loop for ${took.toFixed(0)} ms${from}.`,
      warning: true,
      ...(runnable instanceof Task && { future: runnable as Future<unknown> }),
      ...(runnable instanceof Handle && { handle: runnable }),
      ...(stack.length > 0 && { stack }),
    });
  }
  if (runnable instanceof Task) reportSwallowed(runnable);
}
