/** The calls of `map()`: one for each input, with the future of its result, and what the program is given of it. */
import type { EventLoop } from '../core/event-loop.ts';
import { Future } from '../core/future.ts';
import type { Runnable } from '../core/ready-queue.ts';
import { whenDone } from '../core/when-done.ts';
import type { CheckedMapOptions } from './map-options.ts';
import type { Link } from './pool/linked-list.ts';
import { Step } from './pool/streams/step.ts';

/** The call for one input. */
export interface Call {
  /** The number of the input, from 0 on. */
  readonly index: number;
  readonly future: Future<unknown>;
  /** Its place among the calls that are ahead. */
  link: Link<Call> | undefined;
}

/** Returns the result of a call that is done, as the options want it; throws the error of a call if they do not want it. */
export type Shape = (call: Call) => unknown;

/** @returns undefined if results are given as they are. */
export function shapeFor({ indexed, settled }: CheckedMapOptions): Shape | undefined {
  if (settled) {
    return ({ index, future }) => {
      const number = indexed ? { index } : {};
      try {
        return { ...number, status: 'fulfilled', value: future.result() };
      } catch (reason) {
        return { ...number, status: 'rejected', reason };
      }
    };
  }
  return indexed ? ({ index, future }) => ({ index, value: future.result() }) : undefined;
}

/**
 * The future of a result that has a shape, for coroutines. It is cancelled together with the call, and it alone is what a
 * cancelled task waits for: so the cancellation of the task is not taken for an outcome of the call.
 */
export class ShapedFuture extends Future<unknown> {
  readonly #call: Call;

  constructor(loop: EventLoop, call: Call, shape: Shape) {
    super({ loop });
    this.#call = call;
    this._purpose = 'a result of `map()`';
    whenDone(call.future, () => this.#settle(shape), this);
  }

  /** @internal */
  override _abandon(reason: unknown): void {
    super._abandon(reason);
    this.#call.future.cancel(reason);
  }

  #settle(shape: Shape): void {
    if (this.done()) return;
    try {
      this.setResult(shape(this.#call));
    } catch (error) {
      if (this.#call.future.cancelled()) this.cancel(this.#call.future._cancelReason);
      else this.setException(error);
    }
  }
}

/** The next result of `map()`. */
export class MapStep<R> extends Step<R, undefined> {
  /** Gives up the rest. If the wait is cancelled that runs on the loop, as it calls code of the program: it closes inputs. */
  readonly #giveUp: Runnable;

  constructor(loop: EventLoop, giveUp: Runnable) {
    super({ loop });
    this.#giveUp = giveUp;
    this._purpose = 'the next result of `map()`';
  }

  /** @internal */
  override _abandon(reason: unknown): void {
    this.getLoop()._enqueue(this.#giveUp);
    super._abandon(reason);
  }

  /** @internal */
  override _letGo(): void {
    this.#giveUp._run();
  }
}
