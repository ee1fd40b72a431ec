/**
 * Makes objects compare by identity: two of them are equal only if they are one. Tools that compare by structure would
 * otherwise walk through the loop and all that it runs, or iterate a future, which waits.
 *
 * No tool has a word for it, so this is what they look at first:
 * - `Symbol.toStringTag`: node:assert, chai, lodash, vitest and jest find values of different tags different. Here each object
 *   has a tag of its own.
 * - `size`: vitest and jest find iterables of different sizes different. Here each object is its own size. Then they iterate
 *   both, even if the two are one, so a future must bear that:
 *
 * States of `compared`, for each object that was asked for its size: asked → iterated twice in turn, which only a comparison
 * does → over (both iterations have ended). An await in between ends it too.
 * - The mark of an immutable list has them leave it at that, and not go through the properties.
 */

import { Future } from './future.ts';
import { marked } from './identity.ts';
import { seams } from './seams.ts';
import { ended } from './stepped-again.ts';
import { suspension } from './suspension.ts';

const numbers = new WeakMap<object, number>();
let made = 0;

/** Returns a tag that no other object has: "Task #3". */
function ownTag(object: object): string {
  let number = numbers.get(object);
  if (number === undefined) {
    number = ++made;
    numbers.set(object, number);
  }
  return `${object.constructor.name} #${number}`;
}

/** Makes the objects of the class compare by identity. */
function mark(prototype: object): void {
  const isIterable = Symbol.iterator in prototype || Symbol.asyncIterator in prototype;
  // Coroutines have a tag already, and tools take them for generators.
  if (!isIterable || prototype === Future.prototype) {
    Object.defineProperty(prototype, Symbol.toStringTag, {
      configurable: true,
      get(this: object): string {
        return ownTag(this);
      },
    });
  }
  if (!isIterable) return;
  Object.defineProperty(prototype, 'size', {
    configurable: true,
    get(this: object): object {
      compared = new WeakRef(this);
      iterators = 0;
      steps = 0;
      return this;
    },
  });
  Object.defineProperty(prototype, '@@__IMMUTABLE_LIST__@@', { value: true });
}

let compared: WeakRef<object> | undefined;
/** How many iterators were asked for since `size` was. */
let iterators = 0;
/** How many steps too many were made since then. */
let steps = 0;

/** A failed future was asked for an iterator. */
function noteIterator(future: object): void {
  if (compared?.deref() === future) iterators++;
}

/** Tells whether the step that a failed future is asked for is one of a comparison: an await asks for one iterator. */
function isCompared(future: object): boolean {
  if (compared?.deref() !== future) return false;
  if (iterators === 2) return true;
  compared = undefined;
  return false;
}

/**
 * Tells what a pending future that is stepped a second time, though nothing waited for it, has to say: undefined, if it is
 * not compared. A comparison with itself steps it twice for its one value, and then twice for the end.
 */
function stepOfComparison(future: object): 'value' | 'end' | 'last end' | undefined {
  if (compared?.deref() !== future) return undefined;
  steps++;
  if (steps === 1) return 'value';
  if (steps === 2) return 'end';
  compared = undefined;
  return 'last end';
}

/** The result of a second step of a pending future, though nothing waits for it; undefined if no test compares the future with itself. */
function steppedAgain(future: object): IteratorResult<never, never> | undefined {
  const step = stepOfComparison(future);
  if (step === undefined) return undefined;
  if (step === 'value') return suspension as unknown as IteratorResult<never, never>;
  if (step === 'last end') suspension.value = undefined;
  return ended as IteratorReturnResult<never>;
}

export interface Identity {
  readonly isCompared: typeof isCompared;
  readonly mark: typeof mark;
  readonly noteIterator: typeof noteIterator;
  readonly steppedAgain: typeof steppedAgain;
}

/** Gives all marked classes what tools look at, those that are marked later among them. */
export function registerIdentity(): void {
  seams.identity = { isCompared, mark, noteIterator, steppedAgain };
  for (const prototype of marked) mark(prototype);
}
