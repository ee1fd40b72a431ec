import { cancelAll } from '../core/cancel-all.ts';
import type { Future } from '../core/future.ts';
import type { CancelRequest } from '../errors/cancel-request.ts';

/** The tasks that run in the background of a group, as long as others do. Those that were cancelled are not among them. */
export class Background {
  readonly #tasks = new Set<Future<unknown>>();

  get size(): number {
    return this.#tasks.size;
  }

  add(task: Future<unknown>): void {
    this.#tasks.add(task);
  }

  delete(task: Future<unknown>): void {
    this.#tasks.delete(task);
  }

  /** Cancels each of them, once. The group awaits their cleanup as that of other tasks. */
  stop(request: CancelRequest): void {
    const tasks = [...this.#tasks];
    this.#tasks.clear();
    cancelAll(tasks, request);
  }
}
