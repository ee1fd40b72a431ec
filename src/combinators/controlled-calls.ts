/** Functions in the place of those of the program, which decide for each call when it runs: for `latest()` and `singleFlight()`. */
import { awaitable } from '../core/awaitable.ts';
import { checkBody } from '../core/checks.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { isCoroutineFunction, isGeneratorFunction } from '../core/function-kind.ts';
import type { Future } from '../core/future.ts';
import { runBody } from '../core/run-body.ts';
import type { NotCalled, WorkOf } from '../core/type-messages.ts';

/** What a controlled function returns: a coroutine in the place of a coroutine, else a future. */
export type Controlled<Result> =
  Result extends Coroutine<infer T>
    ? AwaitableCoroutine<T>
    : Result extends PromiseLike<infer T>
      ? Future<T>
      : never;

/** What a function to be controlled returns, with the parts of the function. */
export type ControllableOf<Name extends string, Result, Way, Other> = WorkOf<
  Way,
  Other,
  Result,
  NotCalled<Other, `\`${Name}()\` expected a function. Write \`${Name}(work)\`.`>
>;

/** Runs the function of the program as a part of the running task. */
export type Work = () => Coroutine<unknown>;

/** Runs one call, with what `prepare` returned for its arguments. */
type Control<Calls, Prepared> = (
  calls: Calls,
  work: Work,
  prepared: Prepared,
) => Coroutine<unknown>;

interface Controlling<Calls, Prepared> {
  /** The function that was called: `latest`. */
  readonly by: string;
  /** Makes the calls of one loop. */
  readonly callsOf: (loop: EventLoop) => Calls;
  /** Looks at the arguments, when the function is called. */
  readonly prepare: (args: unknown[]) => Prepared;
  readonly control: Control<Calls, Prepared>;
}

/**
 * Returns a function with the name, the length, and the `this` of `fn`. It starts as `fn` does: of a generator function and a declared
 * coroutine when it is awaited, of all others with the call.
 *
 * @throws TypeError when `fn` is not a function.
 */
export function controlCalls<Calls, Prepared>(
  fn: unknown,
  { by, callsOf, prepare, control }: Controlling<Calls, Prepared>,
): (this: unknown, ...args: unknown[]) => AwaitableCoroutine<unknown> | Future<unknown> {
  checkBody(by, fn);
  const body = fn as Body<unknown[], unknown>;
  const isLazy = isGeneratorFunction(body) || isCoroutineFunction(body);
  const ofLoops = new WeakMap<EventLoop, Calls>();
  const controlled = awaitable(function* (work: Work, prepared: Prepared): Coroutine<unknown> {
    const loop = getEventLoop();
    const calls = ofLoops.get(loop) ?? callsOf(loop);
    ofLoops.set(loop, calls);
    return yield* control(calls, work, prepared);
  });
  // A method, as those cannot be called with `new`.
  const { call } = {
    call(this: unknown, ...args: unknown[]) {
      const prepared = prepare(args);
      const begin = () => Reflect.apply(body, this, args);
      // `runBody()` may not see the arguments: it takes the first one for a scope.
      const work = isLazy ? (begin as Work) : () => runBody(begin);
      const coroutine = controlled(work, prepared);
      return isLazy ? coroutine : getEventLoop().createTask(coroutine);
    },
  };
  const { name, length } = body;
  return Object.defineProperties(call, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
  });
}
