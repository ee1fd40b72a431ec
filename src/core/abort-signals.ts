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
    task._loop.callExceptionHandler({
      message: `Exception in the signal or in the \`cancel()\` of ${task._name()}`,
      exception,
      future: task,
    });
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
    this.#controller?.abort(reason instanceof CancelledError ? reason : new CancelledError(reason));
  }

  /** True if the code of the task has a signal that is aborted: it was told of the cancellation. */
  get told(): boolean {
    return this.#controller?.signal.aborted === true;
  }
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
