import type { Happening } from './happening.ts';

/** After so many happenings in a row, what comes later in the order gets a turn. */
const patience = 100;

/**
 * Keeps the usual order fair. Usually what is ready runs, then the oldest question is answered, then time passes. A program
 * that is always ready (`while (!done) yield`) would never get an answer, and one that always asks would never see a
 * deadline. So after 100 iterations without an answer, or 100 answers without a deadline, that one is the usual thing.
 *
 * `#runs` counts the iterations and steps since something else happened, `#answers` the answers since time passed.
 */
export class Usual {
  #runs = 0;
  #answers = 0;

  happened({ kind }: Happening): void {
    if (kind === 'iteration' || kind === 'step') {
      this.#runs++;
    } else if (kind === 'answer') {
      this.#runs = 0;
      this.#answers++;
    } else if (kind === 'time') {
      this.#runs = 0;
      this.#answers = 0;
    }
  }

  /** Puts the usual one first, if that is not the first in the list. */
  putFirst(list: Happening[]): void {
    if (this.#answers >= patience) this.#bringForward(list, ({ kind }) => kind === 'time');
    else if (this.#runs >= patience) {
      this.#bringForward(list, ({ kind }) => kind === 'answer' || kind === 'time');
    }
  }

  #bringForward(list: Happening[], isNext: (happening: Happening) => boolean): void {
    const at = list.findIndex(isNext);
    if (at > 0) list.unshift(...list.splice(at, 1));
  }
}
