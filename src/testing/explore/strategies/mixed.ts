import type { Decider, Decisions } from '../decisions.ts';
import { randomFrom } from '../random.ts';
import type { StrategyName } from '../settings.ts';
import { DeparturesFirst } from './departures.ts';
import { Lots } from './lots.ts';
import { Pct } from './pct.ts';
import { RandomWalk } from './random-walk.ts';
import type { Strategy } from './strategy.ts';

/** The strategies, a run each in turn. No one of them is the best for all programs. The first run is in the usual order. */
class InTurn implements Strategy {
  readonly #strategies: readonly Strategy[];
  #turn = -1;

  constructor(strategies: readonly Strategy[]) {
    this.#strategies = strategies;
  }

  /** When one has no schedule left, every schedule was tried, or it gave up: then the others go on. */
  next(): Decider | undefined {
    for (let tried = 0; tried < this.#strategies.length; tried++) {
      this.#turn = (this.#turn + 1) % this.#strategies.length;
      const decider = (this.#strategies[this.#turn] as Strategy).next();
      if (decider !== undefined) return decider;
    }
    return undefined;
  }

  ran(decisions: Decisions): void {
    (this.#strategies[this.#turn] as Strategy).ran(decisions);
  }
}

/** Makes the strategy that the options name, and `departures`, the part of it that goes through all schedules, if it has one. */
export function strategyOf(
  name: StrategyName,
  seed: number,
  cancellations: number,
  orders: 'fifo' | 'tasks',
): { strategy: Strategy; departures: DeparturesFirst | undefined } {
  // With `fifo` nothing commutes: two answers wake their tasks in their own order.
  const departures = new DeparturesFirst({ sleeps: orders === 'tasks' });
  const random = (): RandomWalk => new RandomWalk(randomFrom(seed), cancellations);
  const lots = (): Lots => new Lots(randomFrom(seed + 1), cancellations);
  const pct = (): Pct => new Pct(randomFrom(seed + 2), cancellations);
  switch (name) {
    case 'departures':
      return { strategy: departures, departures };
    case 'random':
      return { strategy: random(), departures: undefined };
    case 'lots':
      return { strategy: lots(), departures: undefined };
    case 'pct':
      return { strategy: pct(), departures: undefined };
    case 'mixed':
      return { strategy: new InTurn([departures, random(), lots(), pct()]), departures };
  }
}
