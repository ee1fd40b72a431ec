/** The beginning and the end of a worker: what it runs before its first job and after its last. */
import { HostDelay } from '../../core/host-delay.ts';
import { encodeThrown } from '../crossing/error-codec.ts';
import { apply } from '../crossing/intrinsics.ts';
import type { LineToPool } from '../crossing/line.ts';
import type { Call, Start } from '../crossing/protocol.ts';
import { loadFunction } from './load-function.ts';

/** A worker that is about to end repeats its message `closing` after this time. */
const closingEveryMs = 200;

export class WorkerLife {
  readonly #line: LineToPool;
  #teardown: Call | undefined;
  #tsx: string | undefined;
  /** Repeats the message `closing` until the worker has ended. */
  #closingTimer: HostDelay | undefined;

  constructor(line: LineToPool) {
    this.#line = line;
  }

  /** Calls the initializer, and tells the pool how that went. */
  async start({ initializer, teardown, tsx }: Start): Promise<void> {
    this.#teardown = teardown;
    this.#tsx = tsx;
    try {
      if (initializer !== undefined) await this.#call(initializer);
    } catch (error) {
      this.#line.post({ type: 'broken', failure: encodeThrown(error) });
      return;
    }
    this.#line.post({ type: 'ready' });
  }

  /** Calls the teardown, and ends the worker. */
  async close(): Promise<void> {
    try {
      if (this.#teardown !== undefined) await this.#call(this.#teardown);
    } catch (error) {
      this.#line.post({ type: 'untidy', failure: encodeThrown(error) });
    }
    const say = (): void => {
      this.#closingTimer = new HostDelay(say, closingEveryMs);
      this.#line.post({ type: 'closing' });
    };
    say();
    this.#line.close();
  }

  /** The worker is ended from outside. */
  end(): void {
    this.#closingTimer?.clear();
  }

  async #call({ code, args }: Call): Promise<unknown> {
    const fn = await loadFunction(code, this.#tsx);
    return apply(fn, undefined, args);
  }
}
