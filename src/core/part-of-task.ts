import type { AsyncFrame } from './async-frame.ts';
import type { Context } from './context.ts';
import type { Coroutine } from './coroutine.ts';
import { PENDING } from './future-state.ts';
import { Task } from './task.ts';
import type { CheckedTaskOptions } from './task-options.ts';

/**
 * A coroutine that an async function awaits, run as a part of the task that the function belongs to. The part has the name
 * and the context of that task, and is not in the list of tasks.
 */
export class PartOfTask<T> extends Task<T> {
  // No `#private` fields, as in a task: each await of a coroutine makes a part.

  /** @internal Declared, without a field: `_takePlace()` sets it before fields of this class would be initialised. */
  declare _whole: Task<unknown>;

  constructor(coroutine: Coroutine<T>, frame: AsyncFrame) {
    super(coroutine, undefined, frame._loop, frame);
  }

  /** @internal Called by the constructor of `Task`. A part is not put into the loop: it belongs to the task of the frame. */
  override _takePlace(_options: CheckedTaskOptions | undefined, frame: AsyncFrame): void {
    this._whole = frame._part._task;
    this._context = this._whole.getContext();
  }

  /** Makes the first step at once. Later steps are made in the async context of this call. */
  begin(): void {
    this._stepInline();
    if (this._state === PENDING) this._asyncScope = this._loop._host.captureScope();
  }

  /** @internal */
  override get _task(): Task<unknown> {
    return this._whole;
  }

  /** @internal It has its result also if it was cancelled in its last step: the function gets that request at its next await. */
  override _returned(value: T): void {
    this._ended();
    this._detail = this._value;
    this._finish(value);
  }

  override getName(): string {
    return this._whole.getName();
  }

  override setName(name: unknown): void {
    this._whole.setName(name);
  }

  override getContext(): Context {
    return this._whole.getContext();
  }
}
