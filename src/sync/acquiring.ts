import { signalOf } from '../core/abort-signals.ts';
import { Attempt, notYet } from '../core/attempt.ts';
import { awaitable } from '../core/awaitable.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { requirePart } from '../core/current.ts';
import { runBody } from '../core/run-body.ts';

/** A lock, or a semaphore, of which a slot is taken. */
interface Takeable {
  /** @internal Takes it if that is possible without waiting. Returns false otherwise. */
  _take(): boolean;
  /** @internal Waits until it can be taken, and takes it. */
  _waitAndTake(): Coroutine<unknown>;
}

/** The coroutine of `acquire()`, which returns the lock or semaphore itself. */
export class Acquiring<T extends Takeable> extends Attempt<T> {
  readonly #takeable: T;

  constructor(takeable: T) {
    super();
    this.#takeable = takeable;
  }

  protected override _try(): T | typeof notYet {
    return this.#takeable._take() ? this.#takeable : notYet;
  }

  protected override _wait(): Coroutine<T> {
    return this.#takeable._waitAndTake() as Coroutine<T>;
  }
}

/** A lock or a semaphore, as `with()` uses it. */
interface Holdable {
  acquire(): Coroutine<unknown>;
  release(): void;
}

const holding = awaitable(function* (
  held: Holdable,
  body: Body<[signal: AbortSignal], unknown>,
): Coroutine<unknown> {
  yield* held.acquire();
  try {
    // An AbortController costs 20 µs, so it is made for bodies that take the signal.
    if (body.length === 0) return yield* runBody(body as Body<[], unknown>);
    return yield* runBody(body, signalOf(requirePart('with')));
  } finally {
    held.release();
  }
});

/** The coroutine of `with()`: runs `body` between `acquire()` and `release()`, and returns its result. */
export function hold<T>(
  held: Holdable,
  body: Body<[signal: AbortSignal], T>,
): AwaitableCoroutine<T> {
  return holding(held, body as Body<[signal: AbortSignal], unknown>) as AwaitableCoroutine<T>;
}
