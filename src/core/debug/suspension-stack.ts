/**
 * Notes, in debug mode, the places where tasks wait. When a coroutine yields its future, all coroutines that led to it with
 * `yield*` are on the stack. An async function is on the stack when its `await` reads the `then` of the awaited object. Both
 * stacks are noted here, and read by `task.getStack()`, the call graph and the reports of debug mode.
 */
import { current } from '../current.ts';
import type { Future } from '../future.ts';
import { takeStack } from '../stack-frames.ts';
import type { Task } from '../task.ts';

interface Suspension {
  readonly at: Future<unknown>;
  readonly stack: Error;
}

const suspensions = new WeakMap<Task<unknown>, Suspension>();
const awaits = new WeakMap<object, Error>();

/** Notes the stack of the running task, whose coroutine is about to wait for `future`. */
export function noteSuspension(future: Future<unknown>): void {
  if (current.task !== undefined) {
    suspensions.set(current.task, { at: future, stack: takeStack() });
  }
}

/** Returns the stack where the coroutine of `task` began to wait for `future`. */
export function suspendedAt(
  task: Task<unknown>,
  future: Future<unknown> | undefined,
): Error | undefined {
  const suspension = suspensions.get(task);
  return suspension?.at === future ? suspension?.stack : undefined;
}

/** Notes the stack of an async function that is about to await `awaited`, a future or a coroutine. */
export function noteAwait(awaited: object): void {
  awaits.set(awaited, takeStack());
}

/** Notes for `part` the stack that was noted for `coroutine`: the part runs the coroutine, and is awaited in its place. */
export function passAwait(coroutine: object, part: object): void {
  const stack = awaits.get(coroutine);
  if (stack !== undefined) awaits.set(part, stack);
}

/** Returns the stack where an async function awaits `awaited`. */
export function awaitedAt(awaited: object): Error | undefined {
  return awaits.get(awaited);
}

/** Notes each `await` of `future`. An `await` reads `then` at once, but calls it later, when the stack is gone. */
export function noteAwaitsOf(future: object): void {
  Object.defineProperty(future, 'then', {
    configurable: true,
    get(this: object): unknown {
      noteAwait(this);
      return Reflect.get(Object.getPrototypeOf(this) as object, 'then', this);
    },
    set(value: unknown) {
      Object.defineProperty(this, 'then', { value, writable: true, configurable: true });
    },
  });
}
