/** The running job, as its function sees it. */
import type { Context } from '../../core/context.ts';
import { current } from '../../core/current.ts';
import { CancelledError, TimeoutError } from '../../errors.ts';
import type { ClaimTable } from '../crossing/claim-table.ts';
import { defineProperties, deleteProperty, KeptAbortController } from '../crossing/intrinsics.ts';
import type { AbortReason } from '../crossing/protocol.ts';
import { carry, contextOf, jobIdIn, type Shipped } from '../crossing/shipped-context.ts';
import { transfer } from '../crossing/transfer.ts';
import type { Reporter } from './reporter.ts';

/**
 * The job that a worker runs: `currentJob()` in functions that import this library, and `this` in functions that cross by
 * source, which may use its `signal`, `progress` and `transfer`: `this.signal`.
 *
 * `Progress` is the type of its reports.
 */
export interface CurrentJob<Progress = unknown> {
  /** The name of the function. */
  readonly name: string;
  /**
   * Of a job of a cluster: the same each time it is run, and no other job has it. Use it as the key of what the job does
   * elsewhere (a unique index, the key of a payment), so that this happens once although the job may run twice.
   */
  readonly id: string | undefined;
  /**
   * Aborts when the job is cancelled, or its time is over: pass it to `fetch` and the like, or look at `aborted` now and
   * then. `aborted` is true even when the function has computed without a pause since, as it is read from memory that is
   * shared with a thread, and from a file that is shared with a process (a millisecond late, at most); the event comes when
   * the worker's event loop turns.
   */
  readonly signal: AbortSignal;
  /**
   * Reports how far the job is, to the `onProgress` that it was submitted with; without one it does nothing. The report
   * gets out at once, also while the function computes (from a process only if it is not larger than a pipe takes). When there are more than a hundred in a row, and more than a
   * hundred a second after that, only the newest of them are sent; the last one always is.
   *
   * @throws TypeError when the value cannot be copied, and says which part of it.
   */
  readonly progress: (value: Progress) => void;
  /** The function {@link transfer}, for functions that cannot import it. */
  readonly transfer: typeof transfer;
}

interface Shared {
  current: CurrentJob | undefined;
}

/** On `globalThis`, as a worker may load the program's copy of this package beside its own. */
const key = Symbol.for('skein.job/0');
const holder = globalThis as unknown as Record<symbol, Shared | undefined>;
holder[key] ??= { current: undefined };
const shared: Shared = holder[key];

/**
 * Returns the job that this worker runs, or undefined in the program itself. Call it before the first `await` of an async
 * function.
 *
 * @example
 * ```ts no-run
 * // work.ts
 * import { currentJob, declareFunctions } from 'skein/executors';
 *
 * export const { search } = declareFunctions(import.meta.url, {
 *   search(from: number, to: number): number | undefined {
 *     const signal = currentJob()?.signal;
 *     for (let n = from; n < to; n++) {
 *       signal?.throwIfAborted();
 *       if (isAnswer(n)) return n;
 *     }
 *     return undefined;
 *   },
 * });
 *
 * declare function isAnswer(n: number): boolean;
 * ```
 *
 * Python has nothing like it: there, work that runs in an executor cannot be stopped.
 */
export function currentJob<Progress = unknown>(): CurrentJob<Progress> | undefined {
  return shared.current;
}

export class RunningJob implements CurrentJob {
  readonly name: string;
  id: string | undefined = undefined;
  readonly #seq: number;
  readonly #table: ClaimTable;
  #controller: AbortController | undefined;
  #reason: Error | undefined;
  #earlyReason: Error | undefined;
  /** Sends the reports of the job; undefined if the program does not listen to them. */
  reporter: Reporter | undefined = undefined;
  /** The context with the values of ContextVars that came with the job; undefined while there is no ContextVar. */
  #context: Context | undefined;
  #shipped: Shipped | undefined;
  /** The stream of the job, which is told when the job is asked to stop. */
  stream: { stop(): void } | undefined = undefined;

  constructor(name: string, seq: number, table: ClaimTable) {
    this.name = name;
    this.#seq = seq;
    this.#table = table;
  }

  get signal(): AbortSignal {
    // Made when the function reads it: a controller costs more than a small job.
    this.#controller ??= this.#makeController();
    return this.#controller.signal;
  }

  get transfer(): typeof transfer {
    return transfer;
  }

  progress(value: unknown): void {
    this.reporter?.report(value);
  }

  /** Takes what came with the job. */
  bring(shipped: Shipped): void {
    this.#shipped = shipped;
    // To follow a context through awaits slows every promise on Node 20.
    if (current.hasVariables) this.#context = contextOf(shipped);
    this.id = jobIdIn(shipped);
  }

  begin(): void {
    shared.current = this;
  }

  /** Calls a function in the context of the job. */
  run<R>(fn: () => R): R {
    const context = this.#context;
    const shipped = this.#shipped;
    if (shipped === undefined) return fn();
    const { hooks } = current;
    const call = hooks === undefined ? fn : (): R => hooks.runsJob(shipped, fn);
    return context === undefined ? call() : carry(context, call);
  }

  end(): void {
    if (shared.current === this) shared.current = undefined;
    this.reporter?.end();
    // The word in the claim table will soon belong to another job.
    if (this.#controller !== undefined && this.isAborted) this.#reason ??= abortError();
  }

  abort({ timeout, text }: AbortReason): void {
    this.#reason ??= timeout ? new TimeoutError(text) : abortError(text);
    if (this.#controller !== undefined) {
      const { signal } = this.#controller;
      // From here on the host's own properties are right. Deno does not abort a signal whose `aborted` is already true.
      for (let at = 0; at < readFromMemory.length; at++) {
        deleteProperty(signal, readFromMemory[at] as string);
      }
      this.#controller.abort(this.#reason);
    }
    this.stream?.stop();
  }

  /** True once the job was asked to stop. */
  get isAborted(): boolean {
    return this.#reason !== undefined || this.#table.abortRequested(this.#seq);
  }

  #makeController(): AbortController {
    const controller = new KeptAbortController();
    if (this.#reason !== undefined) controller.abort(this.#reason);
    const reason = (): unknown => {
      if (!this.isAborted) return undefined;
      // The message with the reason may not have arrived yet.
      this.#earlyReason ??= abortError();
      return this.#reason ?? this.#earlyReason;
    };
    defineProperties(controller.signal, {
      aborted: { get: () => this.isAborted, configurable: true },
      reason: { get: reason, configurable: true },
      throwIfAborted: {
        value: () => {
          if (this.isAborted) throw reason();
        },
        configurable: true,
      },
    });
    return controller;
  }
}

/** The properties of the signal that are read from shared memory until the message with the abort has arrived. */
const readFromMemory = ['aborted', 'reason', 'throwIfAborted'] as const;

function abortError(text = ''): Error {
  return text === '' ? new CancelledError() : new CancelledError(text);
}
