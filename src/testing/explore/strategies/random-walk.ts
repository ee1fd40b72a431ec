import type { Decision } from '../decisions.ts';
import { below } from '../random.ts';
import { FairStrategy } from './fair.ts';

/** At each decision every alternative is as likely as the others. */
export class RandomWalk extends FairStrategy {
  override begin(): (decision: Decision, count: number) => number {
    return (_decision, count) => below(this.random, count);
  }
}
