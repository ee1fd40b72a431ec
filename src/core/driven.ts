/**
 * Records which coroutines are run by a task. Two tasks must not run the same coroutine.
 *
 * A generator object is marked by making it non-extensible, which takes no memory. A property would cost more than the
 * rest of a task (measured: 250 ns and 40 bytes, against 30 ns). Programs do not give generator objects properties.
 */
import type { AwaitedTurn } from './awaited-turn.ts';
import { type Coroutine, generatorNext, isCoroutine } from './coroutine.ts';
import { advised, unexpected } from './expected.ts';
import type { Future } from './future.ts';
import { watch } from './watch.ts';

/** The coroutines run by a task that are neither plain generators nor the library's own. */
const others = new WeakSet<object>();

/** The loop of the task. */
interface Closable {
  isClosed(): boolean;
}

/**
 * What runs a coroutine: null for a new one; true for a task; and once an `await` asked for the result, the future or the turn
 * that has it, for a second `await`.
 */
export type RunBy = Future<unknown> | AwaitedTurn | true | null;

/** A coroutine that stores the mark itself: the library's coroutines. */
export interface Marked {
  _runBy: RunBy;
}

/**
 * Marks `coroutine` as run by a task of `loop`. One that the library has made itself, of a generator function, is marked once it is
 * handed out (`handOut`): until then no other task can be given it, and the mark is a fifth of what a task takes.
 *
 * @throws TypeError when it is not a coroutine; Error when the loop is closed, or another task runs the coroutine.
 */
export function drive(coroutine: Coroutine<unknown>, loop: Closable, isOwn?: boolean): void {
  if (
    coroutine?.next === generatorNext &&
    (isOwn || Object.isExtensible(coroutine)) &&
    !watch.on &&
    !loop.isClosed()
  ) {
    if (!isOwn) Object.preventExtensions(coroutine);
  } else {
    checkDrivable(coroutine, loop);
    mark(coroutine);
  }
}

function checkDrivable(coroutine: unknown, loop: Closable): void {
  if (!isCoroutine(coroutine)) {
    throw unexpected('new Task', 'a coroutine', coroutine);
  }
  if (loop.isClosed()) {
    coroutine.return?.(undefined as never);
    throw new Error('A task cannot be started on an event loop that is closed.');
  }
  if (isDriven(coroutine)) {
    throw new Error(advised('This coroutine is run by a task already.', 'driven'));
  }
}

/** Marks the coroutine of a task, which is handed to the program. */
export function handOut<T>(coroutine: Coroutine<T> | undefined): Coroutine<T> | undefined {
  if (coroutine?.next === generatorNext) Object.preventExtensions(coroutine);
  return coroutine;
}

function mark(coroutine: Coroutine<unknown>): void {
  if (coroutine.next === generatorNext) Object.preventExtensions(coroutine);
  else if ((coroutine as Partial<Marked>)._runBy === null)
    (coroutine as unknown as Marked)._runBy = true;
  else others.add(coroutine);
}

/** Tells whether a task runs `coroutine`, or has run it. */
export function isDriven(coroutine: Coroutine<unknown>): boolean {
  if (coroutine.next === generatorNext) {
    // While debug mode watched it, the coroutine had another `next`, so `mark()` put it into `others`.
    return !Object.isExtensible(coroutine) || (watch.on && others.has(coroutine));
  }
  const runBy = (coroutine as Partial<Marked>)._runBy;
  return runBy === undefined ? others.has(coroutine) : runBy !== null;
}
