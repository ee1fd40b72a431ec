/** The worker's end of `BatchWriter`: reads lists of jobs, and keeps the functions under their numbers. */

import { append } from '../crossing/intrinsics.ts';
import type { Code, Jobs, NumberedCode } from '../crossing/protocol.ts';
import { QuickCalls } from '../crossing/quick-calls.ts';
import type { Shipped } from '../crossing/shipped-context.ts';
import { type Loaded, loadFunction } from './load-function.ts';

/** A function that once took this long may do so again: outcomes are not held back while it runs. */
const slowCallMs = 0.1;
/** After this many quick calls in a row a function counts as quick. */
const quickCallsNeeded = 24;

/** A function that the pool has sent, and how quick it has been. */
export class KnownFunction {
  readonly name: string;
  /** For streams only: how many items may be under way. */
  readonly bufferSize: number | undefined;
  /** True if its jobs were submitted with `onProgress`. */
  readonly reports: boolean;
  /** True if a job calls it once for each of many inputs. */
  readonly chunked: boolean;
  readonly #code: Code;
  readonly #tsx: string | undefined;
  #loaded: Loaded | undefined;
  readonly #quickCalls = new QuickCalls(slowCallMs, quickCallsNeeded);

  constructor(code: Code, tsx: string | undefined) {
    this.name = code.name;
    this.bufferSize = code.bufferSize;
    this.reports = code.reports === true;
    this.chunked = code.chunked === true;
    this.#code = code;
    this.#tsx = tsx;
  }

  /** True if outcomes may be held back while it runs. */
  get isQuick(): boolean {
    return this.#quickCalls.areExpected;
  }

  /** Notes how long a call took. */
  note(ms: number): void {
    if (this.bufferSize !== undefined) return;
    this.#quickCalls.note(ms);
  }

  /** Returns the function, or a promise of it while its module loads. */
  load(): Loaded | Promise<Loaded> {
    if (this.#loaded !== undefined) return this.#loaded;
    const loading = loadFunction(this.#code, this.#tsx);
    const keep = (fn: Loaded): Loaded => {
      this.#loaded = fn;
      return fn;
    };
    return typeof loading === 'function' ? keep(loading) : keepLater(loading, keep);
  }
}

async function keepLater(loading: Promise<Loaded>, keep: (fn: Loaded) => Loaded): Promise<Loaded> {
  return keep(await loading);
}

/** A job that the worker has read and not begun. */
export interface WaitingJob {
  readonly seq: number;
  readonly fn: KnownFunction;
  readonly args: readonly unknown[];
  /** The values of ContextVars that were sent with it. */
  readonly shipped: Shipped | undefined;
  /** True if the worker is to tell when it begins. */
  readonly tellsBegin: boolean;
}

export class BatchReader {
  #known: KnownFunction[] = [];
  tsx: string | undefined;
  /** The number of the last job that was read; -1 for none. */
  last = -1;

  /** True if a function has this number. */
  knows(code: number): boolean {
    return this.#known[code] !== undefined;
  }

  read(list: Jobs): WaitingJob[] {
    const jobs: WaitingJob[] = [];
    let seq = list[0];
    for (let at = 2; at < list.length; ) {
      const fn = this.#find(list[at++] as number | NumberedCode);
      const head = list[at++] as number;
      const size = head >> 2;
      const tellsBegin = (head & 1) === 1;
      let count = list[at++] as number;
      const shipped = (head & 2) === 2 ? (list[at++] as Shipped) : undefined;
      for (; count > 0; count--) {
        const args: unknown[] = [];
        for (let left = size; left > 0; left--) append(args, list[at++]);
        append(jobs, { seq, fn, args, shipped, tellsBegin });
        this.last = seq++;
      }
    }
    return jobs;
  }

  #find(code: number | NumberedCode): KnownFunction {
    if (typeof code === 'number') return this.#known[code] as KnownFunction;
    if (code.number === 0) this.#known = [];
    const fn = new KnownFunction(code, this.tsx);
    this.#known[code.number] = fn;
    return fn;
  }
}
