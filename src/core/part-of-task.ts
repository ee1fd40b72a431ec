import type { AsyncFrame } from './async-frame.ts';
import type { Coroutine } from './coroutine.ts';
import { Task } from './task.ts';
import type { TaskOptions } from './task-options.ts';

/** A coroutine that an async function awaits: it runs as a part of the task that the function belongs to. */
export class PartOfTask<T> extends Task<T> {
  readonly #owner: Task<unknown>;

  constructor(coroutine: Coroutine<T>, frame: AsyncFrame) {
    super(coroutine, undefined, frame._loop, frame);
    this.#owner = frame._runner._owner;
  }

  /** @internal It has the name and the context of the task, and is not in the list of tasks. */
  override _takePlace(_options: TaskOptions | undefined, frame: AsyncFrame): void {
    const owner = frame._runner._owner;
    this._context = owner.getContext();
    this.setName(owner.getName());
    this._asyncScope = this._loop._captureScope(frame);
  }

  /** @internal */
  override get _owner(): Task<unknown> {
    return this.#owner;
  }
}
