import { Future } from '../../../core/future.ts';
import type { LetsGo } from '../../../core/promise-bridge.ts';

/**
 * The next step of an iteration: a future for coroutines, and a promise for `for await` and other code.
 *
 * `for await` does not call `return()` when `next()` fails, so the step itself leaves the iteration if its wait is cancelled,
 * or throws something else than its outcome. The latter happens to a step that is done when it is awaited: the task was
 * cancelled at an await of something foreign before, and the `await` of the step delivers that.
 */
export abstract class Step<T, R> extends Future<IteratorResult<T, R>> implements LetsGo {
  /** @internal The `yield*` that waits for it throws something else than its outcome. */
  override throw(error: unknown): never {
    this._letGo(error);
    throw error;
  }

  /** @internal The coroutine that waits for it was closed. */
  override return(value: IteratorResult<T, R>): IteratorResult<this, IteratorResult<T, R>> {
    this._letGo('its coroutine was closed');
    return super.return(value);
  }

  /** @internal No more items are wanted. */
  abstract _letGo(reason: unknown): void;
}
