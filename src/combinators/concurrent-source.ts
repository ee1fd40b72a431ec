import { type Coroutine, isCoroutine, isPromiseLike } from '../core/coroutine.ts';
import { unexpected } from '../core/expected.ts';
import { runBody } from '../core/run-body.ts';
import { describe } from '../core/text.ts';
import { CancelledError } from '../errors.ts';

/** Items: anything that can be iterated, by `for` or by `for await`. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

type Step = IteratorResult<unknown>;
/** `next()` of an iterator of the library returns a coroutine. */
type Given = Step | PromiseLike<Step> | Coroutine<Step>;

interface AnyIterator {
  next(): Given;
  return?(): unknown;
}

/** A queue, as far as items are taken from it. */
interface QueueLike {
  get(): Coroutine<unknown>;
}

/**
 * The items of `mapConcurrent()`, which are iterated once the first is wanted. They are closed once, if the rest is not wanted; not if
 * they have ended or failed by themselves.
 *
 * Items that are asynchronous are taken as an async function would take them: a request to cancel reaches what they wait for. Of a queue
 * and of a channel an item is taken in a step of the task that wants it: if that is cancelled before, the item stays there.
 */
export class ConcurrentSource {
  readonly isAsync: boolean;
  readonly #items: unknown;
  readonly #begin: () => AnyIterator;
  #iterator: AnyIterator | undefined;
  /** True from the first item on, until the end. */
  #isOpen = false;
  #isPulling = false;
  /** True of a receiver, and of what else returned a coroutine once: its `next()` is awaited as one. */
  #givesCoroutines: boolean;
  /** The promise of `return()` that was called while `next()` was under way. */
  #closing: PromiseLike<unknown> | undefined;
  /** Ends the wait for the promise of `next()`. */
  #abandon: (() => void) | undefined;

  /** @throws TypeError for what cannot be iterated. */
  constructor(items: unknown) {
    const given = items as Partial<AsyncIterable<unknown> & Iterable<unknown>> | null | undefined;
    const beginAsync = given?.[Symbol.asyncIterator];
    const begin: unknown = beginAsync ?? given?.[Symbol.iterator];
    if (typeof begin !== 'function') {
      throw unexpected('mapConcurrent', 'items that can be iterated', items);
    }
    this.#items = items;
    this.#begin = begin as () => AnyIterator;
    this.isAsync = begin === beginAsync;
    this.#givesCoroutines = hasMethods(items, ['receive', 'receiveNowait']);
  }

  /** Takes the next item of items that need no waiting. */
  pullNow(): Step {
    const iterator = this.#opened();
    this.#isOpen = false;
    const step = checkedStep(iterator.next() as Step);
    this.#isOpen = !step.done;
    return step;
  }

  *pull(): Coroutine<Step> {
    if (hasMethods(this.#items, ['get', 'getNowait', 'taskDone'])) {
      return yield* nextOf(this.#items as QueueLike);
    }
    const iterator = this.#opened();
    this.#isPulling = true;
    try {
      const step = checkedStep(
        this.#givesCoroutines
          ? yield* iterator.next() as Coroutine<Step>
          : yield* this.#pullAsAsync(iterator),
      );
      if (step.done) this.#isOpen = false;
      return step;
    } catch (error) {
      // Items that were cancelled while they waited are not at their end.
      if (!(error instanceof CancelledError)) this.#isOpen = false;
      throw error;
    } finally {
      this.#isPulling = false;
    }
  }

  *#pullAsAsync(iterator: AnyIterator): Coroutine<Step> {
    let coroutine: Coroutine<Step> | undefined;
    const step = yield* runBody((): PromiseLike<Step | undefined> => {
      const given = iterator.next();
      if (!isCoroutine(given)) return this.#untilClosed(promised(given));
      coroutine = given;
      return Promise.resolve(undefined);
    });
    if (coroutine === undefined) return step as Step;
    this.#givesCoroutines = true;
    return yield* coroutine as Coroutine<Step>;
  }

  /** Items may leave the promise of `next()` pending when they are closed: it is not waited for then. */
  #untilClosed(step: PromiseLike<Step>): Promise<Step> {
    return new Promise((resolve, reject) => {
      this.#abandon = () => resolve({ done: true, value: undefined });
      step.then(resolve, reject);
    });
  }

  /** Closes items whose `next()` is under way, and which a request to cancel did not reach. */
  interrupt(): void {
    if (!this.#isPulling || !this.#isOpen || this.#givesCoroutines) return;
    this.#isOpen = false;
    const iterator = this.#iterator as AnyIterator;
    const closing = (async () => await iterator.return?.())();
    const abandon = (): void => this.#abandon?.();
    closing.then(abandon, abandon);
    this.#closing = closing;
  }

  /** @param failed - Called with what the items throw when they are closed. */
  *close(failed: (error: unknown) => void): Coroutine<void> {
    const iterator = this.#iterator;
    try {
      if (this.#closing !== undefined) yield* runBody(() => this.#closing as PromiseLike<unknown>);
      if (!this.#isOpen || iterator === undefined) return;
      this.#isOpen = false;
      if (typeof iterator.return !== 'function') return;
      if (this.isAsync) yield* runBody(() => promised(iterator.return?.()));
      else iterator.return();
    } catch (error) {
      if (!(error instanceof CancelledError)) failed(error);
    }
  }

  #opened(): AnyIterator {
    if (this.#iterator === undefined) {
      const iterator: AnyIterator | undefined = Reflect.apply(this.#begin, this.#items, []);
      if (typeof iterator?.next !== 'function') {
        throw unexpected('mapConcurrent', 'items that can be iterated', this.#items);
      }
      this.#iterator = iterator;
      this.#isOpen = true;
    }
    return this.#iterator;
  }
}

/** Queues and receivers are told by their methods: to import their classes would put them into each bundle. */
function hasMethods(items: unknown, names: readonly string[]): boolean {
  return names.every((name) => typeof (items as Record<string, unknown>)[name] === 'function');
}

function* nextOf(queue: QueueLike): Coroutine<Step> {
  try {
    return { done: false, value: yield* queue.get() };
  } catch (error) {
    if ((error as { code?: unknown } | undefined)?.code !== 'queue-shut-down') throw error;
    return { done: true, value: undefined };
  }
}

/** As `for await` has it: `next()` may return a step in place of a promise. */
function promised<T>(given: T | PromiseLike<T>): PromiseLike<T> {
  return isPromiseLike(given) ? (given as PromiseLike<T>) : Promise.resolve(given);
}

/** As a `for` loop has it: else an iterator whose `next()` is wrong would have no end. It is read once, as it may be of the program. */
function checkedStep(step: Step): Step {
  if (typeof step === 'object' ? step !== null : typeof step === 'function') {
    const { done, value } = step;
    return { done: Boolean(done), value };
  }
  throw new TypeError(
    `\`mapConcurrent()\` expected \`next()\` of the items to return an object, but got ${describe(step)}. Return \`{ done, value }\`.`,
  );
}
