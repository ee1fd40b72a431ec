import type { Host } from './host.ts';

/** How long, in ms, loops may keep the host from its timers and I/O. A frame of 60 Hz has 16. */
const slice = 4;

/** After so many steps and awaits the clock is read; after more and more of them, as long as they turn out to be short. */
const fewest = 8;
const most = 128;

const turns = new WeakMap<Host, HostTurn>();

/**
 * Decides between a microtask, which is cheap but keeps the host waiting, and a macrotask, which lets it have a turn. All
 * loops of a host share one of these: a program may make many, one after the other, and the host waits for all of them.
 *
 * Nobody can see whether the host had a turn between two microtasks. So after a few steps a macrotask is asked for, which
 * tells it; and once the slice is used up, loops wait for that one. Reading the clock costs as much as some steps do.
 */
export class HostTurn {
  readonly #host: Host;
  readonly #waiting: (() => void)[] = [];
  #portion = fewest;
  #left = fewest;
  #since = 0;
  #looked = 0;
  #asked = false;

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

  /** How many steps may be made before the clock is to be read. */
  get stepsLeft(): number {
    return this.#left;
  }

  /** Has the next iteration of a loop run; so many steps were made since its last call. */
  schedule(iterate: () => void, steps: number): void {
    this.#left -= steps + 1;
    if (this.#left <= 0 && this.#isOver()) this.#waiting.push(iterate);
    else this.#host.microtask(iterate);
  }

  #isOver(): boolean {
    const now = this.#host.now();
    if (!this.#asked) {
      this.#asked = true;
      this.#since = now;
      this.#host.macrotask(this.#hadTurn);
    } else if (now - this.#since > slice) {
      return true;
    } else {
      const short = now - this.#looked < slice / 4;
      this.#portion = short ? Math.min(this.#portion * 2, most) : fewest;
    }
    this.#looked = now;
    this.#left = this.#portion;
    return false;
  }

  /** The host is at it: called from a macrotask. */
  readonly #hadTurn = (): void => {
    this.#asked = false;
    this.#portion = fewest;
    this.#left = fewest;
    for (const iterate of this.#waiting.splice(0)) this.#host.microtask(iterate);
  };
}
