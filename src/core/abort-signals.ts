import { CancelledError } from '../errors.ts';
import type { Task } from './task.ts';

/** The AbortSignals of a task: the one that it gives to its code, and the one that cancels it. Made when first needed. */
export class AbortSignals {
  #controller: AbortController | undefined;
  #forget: (() => void) | undefined;

  /** Cancels `task` when `signal` aborts. */
  listen(task: Task<unknown>, signal: AbortSignal): void {
    const abort = (): void => void task.cancel(signal.reason);
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener('abort', abort, { once: true });
    this.#forget = () => signal.removeEventListener('abort', abort);
  }

  /** Stops listening, as the task is done. */
  forget(): void {
    this.#forget?.();
    this.#forget = undefined;
  }

  /** Returns the signal for the code of `task`. An aborted signal is replaced once its cancellation is over. */
  signalOf(task: Task<unknown>): AbortSignal {
    const cancelling = task.cancelling() > 0;
    if (this.#controller === undefined || (this.#controller.signal.aborted && !cancelling)) {
      this.#controller = new AbortController();
      if (cancelling) this.abort(task._value);
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
