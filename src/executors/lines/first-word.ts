import { HostDelay } from '../../core/host-delay.ts';

/** The module of a worker that the program gives may never say a word: it may have forgotten to call `serve()`. */

/** How long such a worker may take to load its module and to say that it listens. */
const longestMs = 60_000;

/** The end of a sentence about workers that ended before their first message. */
export const endedWithoutWord = 'their module ended without a word. It has to call `serve()`';

/** Waits for the first message of a worker. */
export class FirstWord {
  wasHeard = false;
  readonly #timer: HostDelay | undefined;

  /**
   * @param waits - True if it is not certain that the worker will say something.
   * @param ms - How long to wait.
   * @param late - Called with the reason, as the end of a sentence, if nothing was heard in that time.
   */
  constructor(waits: boolean, ms: number = longestMs, late: (reason: string) => void) {
    if (!waits) return;
    this.#timer = new HostDelay(() => {
      late(`they say nothing for ${ms} ms. Their module has to call \`serve()\``);
    }, ms);
    // The jobs that wait keep the program alive, not this timer.
    this.#timer.unref();
  }

  heard(): void {
    this.wasHeard = true;
    this.#timer?.clear();
  }
}
