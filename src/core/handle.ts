import { refuseMaking } from './checks.ts';
import { type Context, currentValues, type Values } from './context.ts';
import { current } from './current.ts';
import type { EventLoop } from './event-loop.ts';
import type { AsyncScope } from './host.ts';
import { printsItself } from './prints-itself.ts';
import type { Runnable } from './ready-queue.ts';
import { seams } from './seams.ts';
import { functionName } from './text.ts';
import type { Timer } from './timer-heap.ts';

// Any function: its arguments were checked by the type of `callSoon()`.
type Callback = (...args: never[]) => unknown;

function invoke(this: Handle): void {
  this._invoke();
}

/**
 * A callback that is going to run. `loop.callSoon()` returns one, with which it can be cancelled.
 *
 * It runs in the context, and in the host's async context, of the code that made it.
 *
 * @example
 * ```ts
 * import { getEventLoop, sleep } from 'skein';
 *
 * const seen: string[] = [];
 * const handle = getEventLoop().callSoon(() => seen.push('never'));
 * handle.cancel();
 * await sleep(1);
 * seen; // => []
 * ```
 *
 * Follows `asyncio.Handle`.
 */
export class Handle implements Runnable {
  static {
    printsItself(this.prototype);
  }

  /** @internal */
  _callback: Callback | undefined;
  /** @internal */
  readonly _loop: EventLoop;
  readonly #context: Context | Values;
  readonly #scope: AsyncScope | undefined;
  #args: readonly unknown[] | undefined;

  /** @internal */
  constructor(
    callback: Callback,
    args: readonly unknown[],
    loop: EventLoop,
    context: Context | Values = currentValues(),
  ) {
    if (typeof loop?._captureScope !== 'function') refuseMaking('Handle', 'callSoon', loop);
    this._callback = callback;
    this.#args = args;
    this._loop = loop;
    this.#context = context;
    this.#scope = loop._captureScope(undefined);
    if (loop.getDebug()) seams.debug?.noteCreation(this);
  }

  /** Prevents the callback from running, and drops it and its arguments. Does nothing the second time. */
  cancel(): void {
    this._callback = undefined;
    this.#args = undefined;
  }

  /** Tells whether `cancel()` was called. */
  cancelled(): boolean {
    return this._callback === undefined;
  }

  /** @internal */
  _run(): void {
    if (this._callback === undefined) return;
    if (this.#scope === undefined) this._invoke();
    else this.#scope.runInAsyncScope(invoke, this);
  }

  /** @internal */
  _invoke(): void {
    const callback = this._callback as (...args: unknown[]) => unknown;
    current.context = this.#context;
    try {
      callback(...(this.#args as readonly unknown[]));
    } catch (exception) {
      this._loop._report({
        message: `Exception in callback ${functionName(callback)}`,
        exception,
        handle: this,
        ...seams.debug?.creationOf(this),
      });
    } finally {
      current.context = undefined;
    }
  }

  toString(): string {
    if (this._callback === undefined) return `<${this.constructor.name} cancelled>`;
    return `<${this.constructor.name} ${functionName(this._callback)}${seams.texts?.restOfHandle(this) ?? ''}>`;
  }
}

/**
 * A callback that waits for its time. `loop.callLater()` and `loop.callAt()` return one.
 *
 * @example
 * ```ts
 * import { getEventLoop } from 'skein';
 *
 * const loop = getEventLoop();
 * const timer = loop.callLater(60_000, () => console.log('A minute later'));
 * timer.when() > loop.time(); // => true
 * timer.cancel();
 * ```
 *
 * Follows `asyncio.TimerHandle`.
 */
export class TimerHandle extends Handle implements Timer {
  /** @internal */
  readonly _when: number;
  /** @internal */
  _order = 0;

  /** @internal */
  constructor(when: number, callback: Callback, args: readonly unknown[], loop: EventLoop) {
    super(callback, args, loop);
    this._when = when;
  }

  /** Returns the time it is due, in ms on the clock of `loop.time()`. */
  when(): number {
    return this._when;
  }

  /** Prevents the callback from running. A cancelled timer does not keep the program alive. */
  override cancel(): void {
    const waits = this._order >= 0 && !this.cancelled();
    super.cancel();
    if (waits) this._loop._timerCancelled(this);
  }
}
