import { describe } from '../core/text.ts';

/** Inputs for `map()`: anything that can be iterated, by `for` or by `for await`. */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

type Input = Iterator<unknown> | AsyncIterator<unknown>;

/** Several inputs, taken one of each at a time until one of them ends, as Python's `zip()` takes them. */
export class MapInputs {
  /** True if any input is asynchronous: `pullAsync()` is to be used then. */
  readonly areAsync: boolean;
  readonly #open: Set<Input>;

  /** @throws TypeError for what cannot be iterated. */
  constructor(sources: readonly unknown[]) {
    this.areAsync = sources.some((source) => asyncIteratorOf(source) !== undefined);
    this.#open = new Set(sources.map(inputOf));
  }

  /** Takes the next arguments; undefined when one of the inputs has ended, and the others are closed then. */
  pull(): unknown[] | undefined {
    const args: unknown[] = [];
    for (const input of this.#open) {
      const step = input.next() as IteratorResult<unknown>;
      if (step.done === true) {
        this.#open.delete(input);
        void this.close();
        return undefined;
      }
      args.push(step.value);
    }
    return args.length === 0 ? undefined : args;
  }

  /** As `pull()`, waiting for inputs that are asynchronous. */
  async pullAsync(): Promise<unknown[] | undefined> {
    const inputs = [...this.#open];
    const steps = await Promise.all(inputs.map((input) => input.next()));
    const ended = steps.filter((step) => step.done === true);
    if (ended.length === 0)
      return inputs.length === 0 ? undefined : steps.map(({ value }) => value);
    for (const [index, step] of steps.entries()) {
      if (step.done === true) this.#open.delete(inputs[index] as Input);
    }
    await this.close();
    return undefined;
  }

  /** Closes the inputs that are not at their end: the rest is not wanted. */
  async close(): Promise<void> {
    const inputs = [...this.#open];
    this.#open.clear();
    for (const input of inputs) await input.return?.();
  }
}

function asyncIteratorOf(source: unknown): (() => AsyncIterator<unknown>) | undefined {
  return (source as AsyncIterable<unknown> | null | undefined)?.[Symbol.asyncIterator];
}

function inputOf(source: unknown): Input {
  const asynchronous = asyncIteratorOf(source);
  if (asynchronous !== undefined) return asynchronous.call(source);
  const synchronous = (source as Iterable<unknown> | null | undefined)?.[Symbol.iterator];
  if (typeof synchronous !== 'function') {
    throw new TypeError(
      `map() expected inputs that can be iterated, but got ${describe(source)}. For one call use \`submit(fn, value)\`.`,
    );
  }
  return synchronous.call(source);
}
