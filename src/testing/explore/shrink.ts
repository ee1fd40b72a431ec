/**
 * Looks for a simpler schedule that fails in the same way:
 *
 * 1. takes departures away, first many at once, then one by one. As one that is taken away moves the numbers of the decisions
 *    behind it, the rest is also tried a few decisions earlier and later;
 * 2. takes lower alternatives;
 * 3. puts one departure, at any place near, in the place of two;
 * 4. goes through all schedules with fewer departures, which proves that there is none, if the budget suffices.
 */
import { type Decisions, type Departure, type Departures, Replaying } from './decisions.ts';
import { type Failure, keyOf } from './failure.ts';
import type { Mode } from './mode.ts';
import type { Plan, RunResult } from './plan.ts';
import { DeparturesFirst } from './strategies/departures.ts';

/** A schedule that fails. */
export interface Failing {
  readonly mode: Mode;
  readonly departures: Departures;
  readonly failure: Failure;
  readonly decisions: Decisions;
}

export interface Shrunk extends Failing {
  /** True if every schedule with fewer departures was tried, and did not fail so. */
  readonly isProved: boolean;
}

/** The number of runs that the last step may take, and those before together. */
const searchBudget = 3000;
const reduceBudget = 6000;
/** By so many decisions the rest is moved. */
const shifts = [0, -1, 1, -2, 2];

/** What runs a plan: yields it, and is given its result. */
export type Runs<T> = Generator<Plan, T, RunResult>;

export function* shrink(failing: Failing): Runs<Shrunk> {
  const reduced = yield* reduce(failing);
  return yield* searchFewer(reduced);
}

/** Runs a schedule; returns it if it fails in the same way, as it went. */
function* attempt(failing: Failing, departures: Departures): Runs<Failing | undefined> {
  const { mode, failure } = failing;
  const { failure: found, decisions } = yield { ...mode, decider: new Replaying(departures) };
  if (found === undefined || keyOf(found) !== keyOf(failure)) return undefined;
  const took = decisions.departures();
  return { mode, departures: took, failure: found, decisions };
}

function* reduce(first: Failing): Runs<Failing> {
  const budget = { left: reduceBudget };
  let best = yield* removeSome(first, budget);
  best = yield* lower(best, budget);
  for (;;) {
    const better = yield* mergeTwo(best, budget);
    if (better === undefined) return best;
    best = yield* removeSome(better, budget);
  }
}

interface Budget {
  left: number;
}

/** Takes departures away: half of them at once, a quarter, …, one by one. */
function* removeSome(first: Failing, budget: Budget): Runs<Failing> {
  let best = first;
  for (let size = half(best.departures.length); size >= 1; size = size === 1 ? 0 : half(size)) {
    let from = 0;
    while (from < best.departures.length) {
      const better = yield* firstBetter(
        best,
        shifts.map((shift) => without(best.departures, from, size, shift)),
        budget,
      );
      if (better === undefined) from += size;
      else best = better;
    }
  }
  return best;
}

function half(count: number): number {
  return Math.ceil(count / 2);
}

/** Returns the first of the schedules that fails so, and has fewer departures. */
function* firstBetter(
  best: Failing,
  candidates: Iterable<Departures>,
  budget: Budget,
): Runs<Failing | undefined> {
  for (const departures of candidates) {
    if (budget.left-- <= 0) return undefined;
    const failing = yield* attempt(best, departures);
    if (failing !== undefined && failing.departures.length < best.departures.length) return failing;
  }
  return undefined;
}

/** Takes a lower alternative at each departure, where the schedule still fails. */
function* lower(first: Failing, budget: Budget): Runs<Failing> {
  let best = first;
  for (let place = 0; place < best.departures.length; place++) {
    const { at, alternative } = best.departures[place] as Departure;
    for (let other = 1; other < alternative && budget.left-- > 0; other++) {
      const changed = best.departures.map((each, index) =>
        index === place ? { at, alternative: other } : each,
      );
      const failing = yield* attempt(best, changed);
      if (failing === undefined || failing.departures.length > best.departures.length) continue;
      best = failing;
      break;
    }
  }
  return best;
}

/** Puts one departure in the place of two: first of two that follow each other, then of two that are farther apart. */
function* mergeTwo(best: Failing, budget: Budget): Runs<Failing | undefined> {
  const { length } = best.departures;
  for (let distance = 1; distance < length; distance++) {
    for (let place = 0; place + distance < length; place++) {
      const better = yield* firstBetter(best, merged(best, place, place + distance), budget);
      if (better !== undefined) return better;
    }
  }
  return undefined;
}

/** All schedules with one departure, between its neighbours, in the place of those at `one` and `other`. */
function* merged(
  { departures, decisions }: Failing,
  one: number,
  other: number,
): Generator<Departures> {
  const first = (departures[one - 1]?.at ?? -1) + 1;
  const last = departures[other + 1]?.at ?? decisions.length;
  const kept = departures.filter((_, index) => index !== one && index !== other);
  for (let at = first; at < last; at++) {
    const before = kept.filter((each) => each.at < at);
    const behind = kept.filter((each) => each.at > at);
    const count = decisions.counts[at] ?? 1;
    for (let alternative = 1; alternative < count; alternative++) {
      for (const shift of shifts) {
        const moved = behind.map((each) => ({ ...each, at: each.at + shift }));
        yield [...before, { at, alternative }, ...moved.filter((each) => each.at > at)];
      }
    }
  }
}

/** Leaves out `size` departures, and moves those behind them. */
function without(departures: Departures, from: number, size: number, shift: number): Departures {
  const before = departures.slice(0, from);
  const last = before.at(-1)?.at ?? -1;
  const behind = departures
    .slice(from + size)
    .map(({ at, alternative }) => ({ at: at + shift, alternative }))
    .filter(({ at }) => at > last);
  return [...before, ...behind];
}

function* searchFewer(failing: Failing): Runs<Shrunk> {
  const wanted = keyOf(failing.failure);
  const { mode } = failing;
  const search = new DeparturesFirst({ maxLevel: failing.departures.length - 1 });
  for (let runs = 0; runs < searchBudget && failing.departures.length > 0; runs++) {
    const decider = search.next();
    if (decider === undefined) return { ...failing, isProved: true };
    const { failure, decisions } = yield { ...mode, decider };
    if (failure !== undefined && keyOf(failure) === wanted) {
      return { mode, departures: decisions.departures(), failure, decisions, isProved: true };
    }
    search.ran(decisions);
  }
  return { ...failing, isProved: failing.departures.length === 0 };
}
