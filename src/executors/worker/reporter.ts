/**
 * The worker's side of progress reports. A job may report as often as it likes. At first each report is sent at once. When
 * there are too many, only the newest report is kept, and it is sent by a timer. So a job that reports in a tight loop fills
 * no memory, neither in the worker nor in the program.
 *
 * A report is sent within `progress()`, so that it leaves the worker while the job computes.
 */
import { HostDelay } from '../../core/host-delay.ts';
import { reasonAgainst } from '../crossing/cloneable.ts';
import { floor, kept, max, min, now } from '../crossing/intrinsics.ts';
import { checkReadable } from '../crossing/nesting.ts';

/** The number of reports that may be sent without a pause. */
const burst = 100;
/** After these, one report is sent in this time. */
const intervalMs = 10;

export class Reporter {
  readonly #name: string;
  readonly #send: (value: unknown) => void;
  readonly #copy: (value: unknown) => unknown;
  #left = burst;
  /** The time at which `#left` was last increased. */
  #countedAt = now();
  #held: { readonly value: unknown } | undefined;
  #timer: HostDelay | undefined;
  #ended = false;

  /**
   * @param name - The name of the job.
   * @param send - Sends a report; throws the host's error for a value that cannot be copied.
   * @param copy - Copies a value as `send()` copies it.
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
        // Copied now, as the job may change the value before it is sent.
        const held = { value: this.#copy(value) };
        // Once it is held, no code of the job is there that could hear of a copy that cannot be sent.
        checkReadable(held);
        this.#held = held;
        this.#timer ??= new HostDelay(this.#sendHeld, intervalMs);
      }
    } catch (cause) {
      const reason = reasonAgainst(value, 'value', cause);
      throw new kept.TypeError(
        `\`progress()\` expected a value that can be copied, but in \`${this.#name}\` ${reason}. Report plain data.`,
        { cause },
      );
    }
  }

  /** The job is over: sends the report that is held, and none after it. */
  end(): void {
    this.#ended = true;
    this.#timer?.clear();
    if (this.#held !== undefined) this.#send(this.#held.value);
    this.#held = undefined;
  }

  readonly #sendHeld = (): void => {
    this.#timer = undefined;
    if (this.#held === undefined) return;
    const { value } = this.#held;
    this.#held = undefined;
    this.#countUp();
    this.#left = max(this.#left - 1, 0);
    this.#send(value);
  };

  #countUp(): void {
    const more = floor((now() - this.#countedAt) / intervalMs);
    if (more <= 0) return;
    this.#left = min(this.#left + more, burst);
    this.#countedAt += more * intervalMs;
  }
}
