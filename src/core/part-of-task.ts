import type { AsyncFrame } from './async-frame.ts';
import type { Coroutine } from './coroutine.ts';
import { Task } from './task.ts';

/** A coroutine that an async function awaits: it runs as a part of the task that the function belongs to. */
export class PartOfTask<T> extends Task<T> {
  readonly #owner: Task<unknown>;

  constructor(coroutine: Coroutine<T>, frame: AsyncFrame) {
    super(coroutine, undefined, frame);
    this.#owner = frame._runner._owner;
  }

  /** @internal */
  override get _owner(): Task<unknown> {
    return this.#owner;
  }
}
