/** The other end of `BatchWriter`: reads jobs, and keeps the functions that have numbers. */
import { type Loaded, loadFunction } from './load-function.ts';
import type { Code, Jobs, NumberedCode } from './protocol.ts';
import type { Shipped } from './shipped-context.ts';

/** A call that took so long, in ms, may do so again: outcomes do not wait for such a function. */
const slow = 0.1;
/** So many quick calls in a row, and a function is taken for a quick one. */
const enough = 24;

/** A function, and what is known of it. */
export class KnownFunction {
  readonly name: string;
  /** Set for one that answers a stream. */
  readonly bufferSize: number | undefined;
  /** Whether somebody listens to its reports. */
  readonly reports: boolean;
  /** Whether a job calls it with many inputs. */
  readonly chunked: boolean;
  readonly #code: Code;
  readonly #tsx: string | undefined;
  #loaded: Loaded | undefined;
  #quickCalls = 0;

  constructor(code: Code, tsx: string | undefined) {
    this.name = code.name;
    this.bufferSize = code.bufferSize;
    this.reports = code.reports === true;
    this.chunked = code.chunked === true;
    this.#code = code;
    this.#tsx = tsx;
  }

  /** Whether it has been quick for long enough to have outcomes wait while it runs. */
  get isQuick(): boolean {
    return this.#quickCalls >= enough;
  }

  note(ms: number): void {
    if (this.bufferSize !== undefined) return;
    this.#quickCalls = ms < slow ? this.#quickCalls + 1 : 0;
  }

  load(): Loaded | Promise<Loaded> {
    if (this.#loaded !== undefined) return this.#loaded;
    const loading = loadFunction(this.#code, this.#tsx);
    const keep = (fn: Loaded): Loaded => {
      this.#loaded = fn;
      return fn;
    };
    return typeof loading === 'function' ? keep(loading) : loading.then(keep);
  }
}

/** A job that waits in a worker. */
export interface WaitingJob {
  readonly seq: number;
  readonly fn: KnownFunction;
  readonly args: readonly unknown[];
  /** Values of ContextVars that came with it. */
  readonly shipped: Shipped | undefined;
  /** Whether the pool wants to know when it begins. */
  readonly tellsBegin: boolean;
}

export class BatchReader {
  #known: KnownFunction[] = [];
  tsx: string | undefined;
  /** The number of the last job that was read. */
  last = -1;

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
        jobs.push({ seq, fn, args: list.slice(at, at + size), shipped, tellsBegin });
        at += size;
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
