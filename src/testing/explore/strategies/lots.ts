import type { Decision } from '../decisions.ts';
import type { Happening } from '../happening.ts';
import { FairStrategy } from './fair.ts';

/**
 * Each thing that can happen draws a lot when it first can, and the highest lot goes next. So a thing with a low lot stays
 * behind while any number of others happen, which a random walk seldom does.
 */
export class Lots extends FairStrategy {
  override begin(): (decision: Decision, count: number) => number {
    return ({ happenings }, count) => {
      let best = 0;
      for (let at = 0; at < count; at++) {
        const happening = happenings[at] as Happening;
        if (happening.lot === 0) happening.lot = this.random() + Number.MIN_VALUE;
        if (happening.lot > (happenings[best] as Happening).lot) best = at;
      }
      return best;
    };
  }
}
