import { CancelledError } from '../errors.ts';
import type { Task } from './task.ts';

/** The AbortSignals of a task: the one that it hands out, and the one that it listens to. Made when first needed. */
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

  /** The task is done: listens no longer. */
  forget(): void {
    this.#forget?.();
    this.#forget = undefined;
  }

  /** The signal to hand out. An aborted one is good as long as a cancellation is under way. */
  signalOf(task: Task<unknown>): AbortSignal {
    const cancelling = task.cancelling() > 0;
    if (this.#controller === undefined || (this.#controller.signal.aborted && !cancelling)) {
      this.#controller = new AbortController();
      if (cancelling) this.abort(task._value);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller?.abort(reason instanceof CancelledError ? reason : new CancelledError(reason));
  }

  /** Whether somebody has a signal that told of the cancellation. */
  get told(): boolean {
    return this.#controller?.signal.aborted === true;
  }
}
