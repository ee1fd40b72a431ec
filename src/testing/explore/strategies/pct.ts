import type { Decision } from '../decisions.ts';
import type { Happening } from '../happening.ts';
import { below } from '../random.ts';
import { FairStrategy } from './fair.ts';

/** The number of orders between events that have to be hit. Most bugs need one to three. */
const depth = 3;

/**
 * Probabilistic concurrency testing (Burckhardt and others, 2010): each task, each answer and the clock has a priority, and
 * the highest one goes next. At a few decisions, drawn before the run, the one that would go next falls behind all others.
 */
export class Pct extends FairStrategy {
  override begin(): (decision: Decision, count: number) => number {
    const priorities = new Map<object, number>();
    const changes = new Set<number>();
    for (let i = 1; i < depth; i++) changes.add(below(this.random, this.length));
    let lowest = 0;
    const priorityOf = ({ subject }: Happening): number => {
      let priority = priorities.get(subject);
      if (priority === undefined) {
        priority = this.random();
        priorities.set(subject, priority);
      }
      return priority;
    };
    return ({ at, happenings }, count) => {
      const best = highest(happenings, count, priorityOf);
      if (!changes.has(at)) return best;
      priorities.set((happenings[best] as Happening).subject, --lowest);
      return highest(happenings, count, priorityOf);
    };
  }
}

function highest(
  happenings: readonly Happening[],
  count: number,
  priorityOf: (happening: Happening) => number,
): number {
  let best = 0;
  let priority = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < count; at++) {
    const other = priorityOf(happenings[at] as Happening);
    if (other <= priority) continue;
    best = at;
    priority = other;
  }
  return best;
}
