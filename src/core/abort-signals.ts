import { CancelledError } from '../errors.ts';
import { onAbort } from './abort-listeners.ts';
import type { Coroutine } from './coroutine.ts';
import { drive } from './driven.ts';
import type { Task } from './task.ts';

/** A signal that is no native one may throw when it is asked. The task is cancelled all the same. */
function reasonOf(signal: AbortSignal): unknown {
  try {
    return signal.reason;
  } catch (error) {
    return error;
  }
}

/** Calls `fn`, which runs code of the program, where an exception would leave the task half changed. */
function reportThrown(task: Task<unknown>, fn: () => unknown): void {
  try {
    fn();
  } catch (exception) {
    task._loop._report({
      message: `Exception in the signal or in the \`cancel()\` of ${task._name()}`,
      exception,
      future: task,
    });
  }
}

/** A listener that cancels a task whose signal has a listener, and so on: at most this many run inside of each other. */
const deepestAbort = 10;

let depth = 0;
/** Aborts that came too deep. The outermost one makes them before it returns. */
const postponed: (() => void)[] = [];

/** Aborts without unbounded recursion: hosts stop calling listeners, without an error, when their stack is full. */
function abortWithin(controller: AbortController, reason: CancelledError): void {
  if (depth >= deepestAbort) {
    postponed.push(() => controller.abort(reason));
    return;
  }
  depth++;
  try {
    controller.abort(reason);
    if (depth > 1) return;
    // The list grows while it is read.
    for (const abort of postponed) abort();
    postponed.length = 0;
  } finally {
    depth--;
  }
}

/** The AbortSignals of a task: the one that it gives to its code, and the one that cancels it. Made when first needed. */
export class AbortSignals {
  #controller: AbortController | undefined;
  #forget: (() => void) | undefined;

  /** Cancels `task` when `signal` aborts. */
  listen(task: Task<unknown>, signal: AbortSignal): void {
    const abort = (): void => reportThrown(task, () => task.cancel(reasonOf(signal)));
    if (signal.aborted) abort();
    else this.#forget = onAbort(signal, abort);
  }

  /** Stops listening, as the task is done. */
  forget(task: Task<unknown>): void {
    const forget = this.#forget;
    this.#forget = undefined;
    if (forget !== undefined) reportThrown(task, forget);
  }

  /** Returns the signal for the code of `task`. An aborted signal is replaced once its cancellation is over. */
  signalOf(task: Task<unknown>): AbortSignal {
    const cancelling = task.cancelling() > 0;
    if (this.#controller === undefined || (this.#controller.signal.aborted && !cancelling)) {
      this.#controller = new AbortController();
      if (cancelling) this.abort(task._cancelReason);
    }
    return this.#controller.signal;
  }

  /** Aborts the signal that the code of the task has, if there is one. */
  abort(reason: unknown): void {
    if (this.#controller === undefined) return;
    abortWithin(
      this.#controller,
      reason instanceof CancelledError ? reason : new CancelledError(reason),
    );
  }

  /** True if the code of the task has a signal that is aborted: it was told of the cancellation. */
  get told(): boolean {
    return this.#controller?.signal.aborted === true;
  }
}

/** Returns the signal of the code that `part` runs: a task, or the body of a scope in an async function. */
export function signalOf(part: Task<unknown>): AbortSignal {
  part._signal ??= new AbortSignals();
  return part._signal.signalOf(part);
}

/** Has `signal` cancel `task`, which drives `coroutine`: both, or neither, as either may throw. */
export function driveUnder(
  signal: AbortSignal,
  task: Task<unknown>,
  coroutine: Coroutine<unknown>,
): void {
  const signals = new AbortSignals();
  task._signal = signals;
  signals.listen(task, signal);
  try {
    drive(coroutine, task._loop);
  } catch (error) {
    signals.forget(task);
    throw error;
  }
}
