/**
 * Public methods of futures that a subclass overrides. What waits for a future looks into it, which is cheaper; if a method is
 * overridden, it is asked, as in CPython.
 */
import type { EventLoop } from './event-loop.ts';
import type { Future } from './future.ts';

type Methods = Pick<Future<unknown>, 'addDoneCallback' | 'result'>;

let plainAddDoneCallback: Methods['addDoneCallback'] | undefined;
let plainResult: Methods['result'] | undefined;

/** Notes the methods that are not overridden. */
export function notePlainMethods(prototype: Methods): void {
  plainAddDoneCallback = prototype.addDoneCallback;
  plainResult = prototype.result;
}

export function overridesCallbacks(future: Methods): boolean {
  return future.addDoneCallback !== plainAddDoneCallback;
}

export function overridesResult(future: Methods): boolean {
  return future.result !== plainResult;
}

/** Reports what a method of `future` has thrown that the program has written, where that is no outcome of the future. */
export function reportMethod(
  future: Future<unknown>,
  exception: unknown,
  loop: EventLoop = future._loop,
): void {
  loop._report({ message: 'Exception in a method of a future', exception, future });
}
