import type { Host } from './host.ts';

/** The time for which loops may keep the host from its timers and I/O. A frame of 60 Hz has 16 ms. */
const sliceMs = 4;

/** The smallest and the greatest number of steps between two readings of the clock: it grows while steps are short. */
const minSteps = 8;
const maxSteps = 128;

/** After so many equal readings the clock stands still. */
const maxEqualReadings = 100;

const turns = new WeakMap<Host, HostTurn>();

/**
 * Decides how the next iteration is scheduled: in a microtask, which is cheap but keeps the host waiting, or after a
 * macrotask, before which the host serves its timers and I/O. All loops of a host share one `HostTurn`: a program may make
 * many loops, and the host waits for all of them.
 *
 *     microtask     microtask     microtask                          macrotask        microtask
 *     [iterations]  [iterations]  [iterations]  ··· timers, I/O ···  [#hadTurn]       [iterations]
 *     ^ clock is read, a macrotask is requested   ^ 4 ms are used up: iterations wait for the macrotask
 *
 * A loop cannot see whether the host had a turn between two microtasks. So after a few steps it requests a macrotask, which
 * runs after a turn of the host. Once the slice of 4 ms is used up, iterations wait for that macrotask. Reading the clock
 * costs as much as some steps, so it is read after every `#clockInterval` steps only.
 */
export class HostTurn {
  readonly #host: Host;
  readonly #waiting: (() => void)[] = [];
  /** The number of steps between two readings of the clock. */
  #clockInterval = minSteps;
  /** The number of steps until the next reading. */
  #left = minSteps;
  /** The time at which the macrotask was requested: the slice began. */
  #since = 0;
  /** The time of the last reading. */
  #readAt = 0;
  /** The number of readings in a row that were equal. */
  #readings = 0;
  /** True while a macrotask is requested. */
  #requested = false;

  private constructor(host: Host) {
    this.#host = host;
  }

  static of(host: Host): HostTurn {
    let turn = turns.get(host);
    if (turn === undefined) {
      turn = new HostTurn(host);
      turns.set(host, turn);
    }
    return turn;
  }

  /** The number of steps that may be made before the clock has to be read. */
  get stepsLeft(): number {
    return this.#left;
  }

  /** Schedules the next iteration of a loop. `steps`: the number of steps that the loop made since its last call. */
  schedule(iterate: () => void, steps: number): void {
    this.#left -= steps + 1;
    if (this.#left <= 0 && this.#isSliceOver()) this.#waiting.push(iterate);
    else this.#host.microtask(iterate);
  }

  /** Reads the clock. The first reading of a slice requests the macrotask that ends it. */
  #isSliceOver(): boolean {
    const now = this.#host.realNow();
    if (!this.#requested) {
      this.#requested = true;
      this.#since = now;
      this.#host.macrotask(this.#hadTurn);
    } else if (Math.abs(now - this.#since) > sliceMs || this.#standsStill(now)) {
      return true;
    } else {
      const short = now - this.#readAt < sliceMs / 4;
      this.#clockInterval = short ? Math.min(this.#clockInterval * 2, maxSteps) : minSteps;
    }
    this.#readAt = now;
    this.#left = this.#clockInterval;
    return false;
  }

  /** A clock that a test has replaced may stand still. */
  #standsStill(now: number): boolean {
    this.#readings = now === this.#readAt ? this.#readings + 1 : 0;
    return this.#readings > maxEqualReadings && this.#host.areFaked?.() === true;
  }

  /** The macrotask: the host had a turn. Iterations that waited for it go on. */
  readonly #hadTurn = (): void => {
    this.#requested = false;
    this.#readings = 0;
    this.#clockInterval = minSteps;
    this.#left = minSteps;
    for (const iterate of this.#waiting.splice(0)) this.#host.microtask(iterate);
  };
}
