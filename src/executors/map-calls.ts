/** The calls of `map()`: one for each input, with the future of its result, and what the program is given of it. */
import type { EventLoop } from '../core/event-loop.ts';
import { Future } from '../core/future.ts';
import { CANCELLED, PENDING } from '../core/future-state.ts';
import type { Link } from '../core/linked-list.ts';
import type { Runnable } from '../core/ready-queue.ts';
import { inContextOfNow } from '../core/shippable.ts';
import { whenDone } from '../core/when-done.ts';
import type { CheckedMapOptions } from './map-options.ts';
import { Step } from './pool/streams/step.ts';

/** The call for one input. Its future may be one of the program, and throw when it is asked: the call has failed with that then. */
export class Call {
  /** The number of the input, from 0 on. */
  readonly index: number;
  future: Future<unknown>;
  /** Its place among the calls that are ahead. */
  link: Link<Call> | undefined = undefined;
  readonly #loop: EventLoop;

  constructor(loop: EventLoop, index: number, future: Future<unknown>) {
    this.#loop = loop;
    this.index = index;
    this.future = future;
  }

  isDone(): boolean {
    try {
      return this.future.done();
    } catch (error) {
      this.fail(error);
      return true;
    }
  }

  /** Returns false if the call has failed instead. */
  listen(callback: () => void): boolean {
    try {
      this.future.addDoneCallback(callback);
      return true;
    } catch (error) {
      this.fail(error);
      return false;
    }
  }

  /** Another future takes the place of this one. */
  fail(error: unknown): void {
    this.cancel('the results of `map()` do not wait for it');
    this.future = new Future<unknown>({ loop: this.#loop });
    this.future._fail(error);
  }

  cancel(reason: unknown): void {
    try {
      this.future.cancel(reason);
    } catch (exception) {
      this.#loop._report({
        message: 'A future of `map()` failed to be cancelled',
        exception,
      });
    }
  }
}

/** Later inputs are submitted by the code that takes results, but in the context of the call of `map()`. */
export function inContextOfCall<Given>(
  submit: (given: Given) => Future<unknown>,
): (given: Given) => Future<unknown> {
  let next: Given | undefined;
  const inContext = inContextOfNow(() => submit(next as Given));
  return (given) => {
    next = given;
    return inContext();
  };
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
    this.#call.cancel(reason);
  }

  /** By internal members, as the program may have replaced its methods. */
  #settle(shape: Shape): void {
    if (this._state !== PENDING) return;
    let value: unknown;
    try {
      value = shape(this.#call);
    } catch (error) {
      const { future } = this.#call;
      if (future._state === CANCELLED) this._abandon(future._cancelReason);
      else this._fail(error);
      return;
    }
    this._finish(value);
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
