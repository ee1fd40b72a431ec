/**
 * The worker's side of progress reports. A job may report as often as it likes: at first each report is sent at once;
 * when there are too many, the newest takes the place of those that were not sent, and goes out when its time has come.
 * So a job that reports in a tight loop fills no memory, here or there.
 *
 * A report is sent from within `progress()`, so that it gets out while the job computes.
 */
import { reasonAgainst } from './cloneable.ts';

/** So many reports may follow one another at once. */
const burst = 100;
/** After that, one in so many ms. */
const interval = 10;

export class Reporter {
  readonly #name: string;
  readonly #send: (value: unknown) => void;
  readonly #copy: (value: unknown) => unknown;
  #left = burst;
  /** When `#left` was last counted up. */
  #countedAt = performance.now();
  #held: { readonly value: unknown } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  /**
   * @param name - The job's.
   * @param send - Throws what the host throws for a value that cannot be copied.
   * @param copy - As `send()` copies a value.
   */
  constructor(name: string, send: (value: unknown) => void, copy: (value: unknown) => unknown) {
    this.#name = name;
    this.#send = send;
    this.#copy = copy;
  }

  /** @throws TypeError when the value cannot be copied. */
  report(value: unknown): void {
    if (this.#ended) return;
    this.#countUp();
    try {
      if (this.#left > 0) {
        this.#send(value);
        this.#left--;
        this.#held = undefined;
      } else {
        // A copy, as the job may change the value before it is sent.
        this.#held = { value: this.#copy(value) };
        this.#timer ??= setTimeout(this.#sendHeld, interval);
      }
    } catch (cause) {
      const reason = reasonAgainst(value, 'value', cause);
      throw new TypeError(
        `progress() expected a value that can be copied, but in \`${this.#name}\` ${reason}. Report plain data.`,
        { cause },
      );
    }
  }

  /** The job is over: what is held goes out, and nothing after it. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    if (this.#held !== undefined) this.#send(this.#held.value);
    this.#held = undefined;
  }

  readonly #sendHeld = (): void => {
    this.#timer = undefined;
    if (this.#held === undefined) return;
    const { value } = this.#held;
    this.#held = undefined;
    this.#countUp();
    this.#left = Math.max(this.#left - 1, 0);
    this.#send(value);
  };

  #countUp(): void {
    const now = performance.now();
    const more = Math.floor((now - this.#countedAt) / interval);
    if (more <= 0) return;
    this.#left = Math.min(this.#left + more, burst);
    this.#countedAt += more * interval;
  }
}
