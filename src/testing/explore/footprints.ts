/**
 * What a step has to do with the world outside. Two happenings that follow each other may change places, and nothing is different
 * after both, if they have nothing to do with each other:
 *
 * | one            | the other      | they commute                                                                            |
 * |----------------|----------------|-----------------------------------------------------------------------------------------|
 * | a step         | a step         | never: variables of the program cannot be seen                                          |
 * | a plain answer | a step         | if the step does not look at its future, and is no wild one                             |
 * | a plain answer | a plain answer | if they are two                                                                         |
 * | anything else  | anything       | never                                                                                   |
 *
 * An answer is plain if nothing of the program runs in it (its value is no function), it cannot fail, and it wakes no more than
 * one task: callbacks keep their order among themselves. A step is wild if it decides something, or is the last one of main.
 */
import { Task } from '../../core/task.ts';
import type { Answering, Happening } from './happening.ts';
import { WatchedFuture, type Watcher } from './watched-future.ts';

/** What a step has to do with the world outside. */
export interface Footprint {
  readonly isWild: boolean;
  /** The numbers of the questions whose futures it looked at. */
  readonly touched: ReadonlySet<number>;
}

export const wild: Footprint = { isWild: true, touched: new Set() };

/** Notes the footprint of one happening after the other. */
export class Footprints implements Watcher {
  #touched = new Set<number>();
  #isWild = false;
  #isStep = false;

  begins({ kind }: Happening): void {
    if (this.#touched.size > 0) this.#touched = new Set();
    this.#isStep = kind === 'step';
    this.#isWild = !this.#isStep;
  }

  touches({ number }: WatchedFuture<unknown>): void {
    if (this.#isStep) this.#touched.add(number);
  }

  /** The step decides something, or ends main. */
  becomesWild(): void {
    this.#isWild = true;
  }

  ends(): Footprint {
    this.#isStep = false;
    return this.#isWild ? wild : { isWild: false, touched: this.#touched };
  }
}

/** Something that can happen, and what is known of it. */
export interface Sleeper {
  readonly happening: Happening;
  /** Of a step. */
  readonly footprint: Footprint | undefined;
}

/** Tells whether `sleeper` has nothing to do with what just happened. An answer that happened had to be plain before it did. */
export function commutes(
  sleeper: Sleeper,
  happening: Happening,
  footprint: Footprint,
  wasPlain: boolean,
): boolean {
  const { happening: other, footprint: ofOther } = sleeper;
  if (happening.kind === 'answer') {
    if (!wasPlain) return false;
    if (other.kind === 'answer') return isPlain(other);
    return ofOther !== undefined && !ofOther.isWild && !ofOther.touched.has(numberOf(happening));
  }
  if (happening.kind !== 'step' || other.kind !== 'answer') return false;
  return !footprint.isWild && isPlain(other) && !footprint.touched.has(numberOf(other));
}

export function isPlain(happening: Happening): boolean {
  const { value, fails, settled, future } = (happening as Answering).asked;
  if (typeof value === 'function' || fails.length > 0 || settled !== undefined) return false;
  return future._waiters === undefined || future._waiters instanceof Task;
}

function numberOf(happening: Happening): number {
  const { future } = (happening as Answering).asked;
  return future instanceof WatchedFuture ? future.number : -1;
}
