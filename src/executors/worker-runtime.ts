/** The worker's side of the protocol: runs one job after the other, and answers each. Knows nothing of threads. */
import { findUncloneable } from './cloneable.ts';
import { encodeThrown } from './error-codec.ts';
import { textOf } from './errors.ts';
import { type Loaded, loadFunction } from './load-function.ts';
import type { Call, FromWorker, JobMessage, Outcome, ToWorker } from './protocol.ts';

export interface Wire {
  /** @throws what the host throws for a value that cannot be copied. */
  post(message: FromWorker): void;
  /** Ends the worker. */
  close(): void;
}

export class WorkerRuntime {
  readonly #wire: Wire;
  readonly #waiting: JobMessage[] = [];
  #tsx: string | undefined;
  #busy = false;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        this.#tsx = message.tsx;
        void this.#start(message.initializer);
        break;
      case 'run':
        this.#waiting.push(...message.jobs);
        if (!this.#busy) void this.#runAll();
        break;
      case 'close':
        this.#wire.close();
        break;
    }
  }

  /** A message came that cannot be put together. */
  unreadable(error: unknown): void {
    this.#wire.post({ type: 'unreadable', reason: textOf(error) });
  }

  async #start(initializer: Call | undefined): Promise<void> {
    try {
      if (initializer !== undefined) await this.#call(initializer);
    } catch (error) {
      this.#wire.post({ type: 'broken', failure: encodeThrown(error) });
      return;
    }
    this.#wire.post({ type: 'ready' });
  }

  async #runAll(): Promise<void> {
    this.#busy = true;
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      this.#answer(job, await this.#outcome(job));
    }
    this.#busy = false;
  }

  async #outcome(job: JobMessage): Promise<Outcome> {
    try {
      return { id: job.id, value: await this.#call(job) };
    } catch (error) {
      return { id: job.id, failure: encodeThrown(error) };
    }
  }

  #call({ code, args }: Call): unknown {
    const fn = loadFunction(code, this.#tsx);
    return fn instanceof Promise ? fn.then((ready: Loaded) => ready(...args)) : fn(...args);
  }

  #answer(job: JobMessage, outcome: Outcome): void {
    try {
      this.#wire.post({ type: 'done', outcomes: [outcome] });
    } catch (cause) {
      const value = 'value' in outcome ? outcome.value : undefined;
      const reason = findUncloneable(value, 'result') ?? textOf(cause);
      const error = new TypeError(
        `The worker expected \`${job.code.name}\` to return something that can be copied, but ${reason}. Return plain data.`,
        { cause },
      );
      this.#wire.post({
        type: 'done',
        outcomes: [{ id: job.id, failure: encodeThrown(error) }],
      });
    }
  }
}
