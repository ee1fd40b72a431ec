/**
 * Where tasks wait, in debug mode. While a coroutine says that it will wait, all that it was reached through with
 * `yield*` is on the stack; an async function is on it when its `await` reads the `then` of what it is given. Both is
 * noted here, and read by `task.getStack()`, the call graph and the reports of debug mode.
 */
import { current } from './current.ts';
import type { Future } from './future.ts';
import { takeStack } from './stack-frames.ts';
import type { Task } from './task.ts';

interface Suspension {
  readonly at: Future<unknown>;
  readonly stack: Error;
}

const suspensions = new WeakMap<Task<unknown>, Suspension>();
const awaits = new WeakMap<object, Error>();

/** The coroutine of the running task is about to wait for `future`. */
export function noteSuspension(future: Future<unknown>): void {
  if (current.task !== undefined) {
    suspensions.set(current.task, { at: future, stack: takeStack() });
  }
}

/** Where the coroutine of `task`, which waits for `future`, was when it last ran. */
export function suspendedAt(
  task: Task<unknown>,
  future: Future<unknown> | undefined,
): Error | undefined {
  const suspension = suspensions.get(task);
  return suspension?.at === future ? suspension?.stack : undefined;
}

/** An async function is about to await `awaited`, a future or a coroutine. */
export function noteAwait(awaited: object): void {
  awaits.set(awaited, takeStack());
}

/** What awaits `coroutine` is going to wait for `part`, which runs it. */
export function passAwait(coroutine: object, part: object): void {
  const stack = awaits.get(coroutine);
  if (stack !== undefined) awaits.set(part, stack);
}

/** Where an async function awaits `awaited`. */
export function awaitedAt(awaited: object): Error | undefined {
  return awaits.get(awaited);
}

/** Notes each `await` of `future`. `await` reads `then` at once, but calls it later, when the stack is gone. */
export function noteAwaitsOf(future: object): void {
  Object.defineProperty(future, 'then', {
    configurable: true,
    get(this: object): unknown {
      noteAwait(this);
      return Reflect.get(Object.getPrototypeOf(this) as object, 'then', this);
    },
  });
}
