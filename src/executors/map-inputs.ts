/**
 * The inputs of `map()`. Each is closed once, when the rest of it is not wanted; an input that has ended or failed by itself is
 * not closed.
 *
 * The inputs are code of the program, which may give up the results of `map()` while it runs. An input that runs cannot be
 * closed, so that waits until its `next()` has returned.
 */
import { describe } from '../core/text.ts';

/** Inputs for `map()`: anything that can be iterated, by `for` or by `for await`. */
export type Source<T> = Iterable<T> | AsyncIterable<T>;

type Input = Iterator<unknown> | AsyncIterator<unknown>;
type Step = IteratorResult<unknown>;

/** Several inputs, taken one of each at a time until one of them ends, as Python's `zip()` takes them. */
export class MapInputs {
  /** True if any input is asynchronous: `pullAsync()` is to be used then. */
  readonly areAsync: boolean;
  /** In their order. One may be there twice, as in `zip(lines, lines)`. */
  readonly #inputs: Input[] = [];
  /** The inputs that are not at their end. */
  readonly #open = new Set<Input>();
  readonly #closeFailed: (error: unknown) => void;
  /** The input whose `next()` runs at this moment. */
  #running: Input | undefined;
  #closed: Promise<void> | undefined;

  /**
   * @param closeFailed - Called with what an input throws when it is closed.
   * @throws TypeError for what cannot be iterated.
   */
  constructor(sources: readonly unknown[], closeFailed: (error: unknown) => void) {
    this.#closeFailed = closeFailed;
    this.areAsync = sources.some((source) => asyncIteratorOf(source) !== undefined);
    try {
      for (const source of sources) {
        const input = inputOf(source);
        this.#inputs.push(input);
        this.#open.add(input);
      }
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  /** Takes the next arguments; undefined when one of the inputs has ended, and the others are closed then. */
  pull(): unknown[] | undefined {
    const args: unknown[] = [];
    for (const input of this.#inputs) {
      const step = checkedStep(this.#next(input) as Step);
      if (this.#isEnd(step, input)) {
        void this.close();
        return undefined;
      }
      args.push(step.value);
    }
    return args.length === 0 ? undefined : args;
  }

  /** As `pull()`, waiting for inputs that are asynchronous. */
  async pullAsync(): Promise<unknown[] | undefined> {
    const steps = await Promise.all(this.#inputs.map((input) => this.#nextAsync(input)));
    const ends = steps.filter((step, at) => this.#isEnd(step, this.#inputs[at] as Input));
    if (ends.length === 0) return steps.map(({ value }) => value);
    await this.close();
    return undefined;
  }

  /** Closes the inputs that are not at their end: the rest is not wanted. Resolves when they are closed. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    const inputs = [...this.#open];
    this.#open.clear();
    await Promise.all(inputs.map((input) => this.#close(input)));
  }

  async #close(input: Input): Promise<void> {
    // `#next()` closes it.
    if (input === this.#running) return;
    try {
      await input.return?.();
    } catch (error) {
      this.#closeFailed(error);
    }
  }

  #next(input: Input): Step | Promise<Step> {
    const wasOpen = this.#open.has(input);
    let step: Step | Promise<Step>;
    this.#running = input;
    try {
      step = input.next();
    } catch (error) {
      this.#open.delete(input);
      throw error;
    } finally {
      this.#running = undefined;
    }
    const isClosed = wasOpen && !this.#open.has(input);
    if (isClosed && !(step as Step).done) void this.#close(input);
    return step;
  }

  async #nextAsync(input: Input): Promise<Step> {
    try {
      return checkedStep(await this.#next(input));
    } catch (error) {
      this.#open.delete(input);
      throw error;
    }
  }

  /** Any `done` that counts as true is the end, as a loop has it. */
  #isEnd(step: Step, input: Input): boolean {
    const isEnd = Boolean(step.done);
    if (isEnd) this.#open.delete(input);
    return isEnd;
  }
}

/** As a `for` loop has it: else an iterator whose `next()` is wrong would have no end. */
function checkedStep(step: Step): Step {
  if (typeof step === 'object' ? step !== null : typeof step === 'function') return step;
  throw new TypeError(
    `\`map()\` expected \`next()\` of an input to return an object, but got ${describe(step)}. Return \`{ done, value }\`.`,
  );
}

function asyncIteratorOf(source: unknown): (() => AsyncIterator<unknown>) | undefined {
  return (source as AsyncIterable<unknown> | null | undefined)?.[Symbol.asyncIterator];
}

function inputOf(source: unknown): Input {
  const begin: unknown =
    asyncIteratorOf(source) ?? (source as Iterable<unknown> | null | undefined)?.[Symbol.iterator];
  const input = typeof begin === 'function' ? Reflect.apply(begin, source, []) : undefined;
  if (typeof input?.next === 'function') return input;
  throw new TypeError(
    `\`map()\` expected inputs that can be iterated, but got ${describe(source)}. For one call use \`submit(fn, value)\`.`,
  );
}
