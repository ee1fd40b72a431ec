import type { Decider, Decision, Decisions } from '../decisions.ts';
import { below, type Random } from '../random.ts';
import type { Strategy } from './strategy.ts';

/** The number of decisions that a run is expected to have before the first one was made. */
const firstLength = 20;
const none: number[] = [];

/** A run is decided in the usual way after it has become so many times as long as usual. */
const patience = 3;
/** A run of usual length may have so many decisions more. */
const slack = 20;

/**
 * What strategies with random decisions have in common: when cancellations come, which places fail, and that a run ends
 * fairly.
 *
 * - A coin at each decision would have most cancellations come early. So their number, and the decision at which each comes,
 *   are drawn before the run.
 * - A place that may fail does so in half of the runs, and there in three of ten cases. Else all of them would fail, or none.
 * - A run that goes on for three times as long as usual is decided in the usual way from then on, so that a program which
 *   polls is no livelock.
 */
export abstract class FairStrategy implements Strategy {
  readonly random: Random;
  readonly #cancellations: number;
  /** The mean number of decisions of the last runs. */
  #length = firstLength;

  constructor(random: Random, cancellations: number) {
    this.random = random;
    this.#cancellations = cancellations;
  }

  get length(): number {
    return this.#length;
  }

  next(): Decider {
    return new FairDecider(this, this.#drawCancellations(), this.begin());
  }

  ran(decisions: Decisions): void {
    this.#length += (decisions.length - this.#length) / 8;
  }

  /** Begins a run: returns the function that chooses one of the first `count` happenings of a decision. */
  abstract begin(): (decision: Decision, count: number) => number;

  /** The decisions at which a task is cancelled. */
  #drawCancellations(): number[] {
    // No more than there are decisions: any number may be allowed.
    const most = Math.min(this.#cancellations, Math.ceil(this.#length));
    const count = most === 0 ? 0 : below(this.random, most + 1);
    if (count === 0) return none;
    const drawn = Array.from({ length: count }, () => below(this.random, this.#length));
    return drawn.sort((one, other) => one - other);
  }

  get longest(): number {
    return this.#length * patience + slack;
  }
}

class FairDecider implements Decider {
  readonly #strategy: FairStrategy;
  readonly #cancelAt: number[];
  readonly #choose: (decision: Decision, count: number) => number;
  readonly #longest: number;
  /** For each place that may fail: whether it does in this run. */
  #fails: Map<string, boolean> | undefined;

  constructor(
    strategy: FairStrategy,
    cancelAt: number[],
    choose: (decision: Decision, count: number) => number,
  ) {
    this.#strategy = strategy;
    this.#cancelAt = cancelAt;
    this.#choose = choose;
    this.#longest = strategy.longest;
  }

  decide(decision: Decision): number {
    if (decision.at > this.#longest) return 0;
    const { random } = this.#strategy;
    switch (decision.kind) {
      case 'choose':
        return below(random, decision.count);
      case 'fault':
        return this.#failure(decision);
      case 'next':
        return this.#next(decision);
    }
  }

  #failure({ what, count }: Decision): number {
    const { random } = this.#strategy;
    this.#fails ??= new Map();
    let fails = this.#fails.get(what);
    if (fails === undefined) {
      fails = random() < 0.5;
      this.#fails.set(what, fails);
    }
    return fails && random() < 0.3 ? 1 + below(random, count - 1) : 0;
  }

  #next(decision: Decision): number {
    const { at, count, cancellations } = decision;
    const others = count - cancellations;
    if (cancellations > 0 && (this.#cancelAt[0] ?? Number.POSITIVE_INFINITY) <= at) {
      this.#cancelAt.shift();
      return others + below(this.#strategy.random, cancellations);
    }
    return others === 1 ? 0 : this.#choose(decision, others);
  }
}
