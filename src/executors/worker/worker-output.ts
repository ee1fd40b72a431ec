/**
 * What jobs write to the console of a thread or a process, as far as it has not arrived. Outcomes of jobs would overtake it, and
 * a program that ends once it has an outcome would lose output. So an outcome waits for it.
 */
import { append, apply, defineProperty, getOwnPropertyDescriptor } from '../crossing/intrinsics.ts';
import { type NodeStream, process } from '../crossing/node.ts';
import { UnfinishedOutput } from '../crossing/unfinished-output.ts';

/** The output streams of this thread or process. */
export class WorkerOutput {
  readonly #outputs: UnfinishedOutput[] = [];

  constructor() {
    for (const name of ['stdout', 'stderr'] as const) this.#note(name);
  }

  /**
   * Calls `then` once all that was written has arrived, and returns true; returns false if it has arrived already.
   */
  after(then: () => void): boolean {
    for (let at = 0; at < this.#outputs.length; at++) {
      if ((this.#outputs[at] as UnfinishedOutput).underWay > 0) {
        this.afterAll(then);
        return true;
      }
    }
    return false;
  }

  /** Calls `then` once all that was written has arrived. */
  afterAll(then: () => void, from = 0): void {
    // Not by what stands behind the last: a job may have given `Object.prototype` a "0".
    if (from === this.#outputs.length) then();
    else (this.#outputs[from] as UnfinishedOutput).after(() => this.afterAll(then, from + 1));
  }

  /** Node makes a stream when it is first asked for, which takes some ms: what nothing was written to is not made. */
  #note(name: 'stdout' | 'stderr'): void {
    const described = getOwnPropertyDescriptor(process, name);
    const get = described?.get;
    if (described === undefined || get === undefined || described.configurable !== true) {
      this.#add(process[name]);
      return;
    }
    defineProperty(process, name, {
      ...described,
      get: () => {
        defineProperty(process, name, described);
        const stream = apply(get, process, []) as NodeStream | undefined;
        this.#add(stream);
        return stream;
      },
    });
  }

  #add(stream: NodeStream | undefined): void {
    if (stream !== undefined && stream !== null)
      append(this.#outputs, new UnfinishedOutput(stream));
  }
}
