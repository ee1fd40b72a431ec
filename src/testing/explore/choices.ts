import { type Decider, type DecisionKind, Decisions } from './decisions.ts';
import type { Happening } from './happening.ts';
import type { RunSettings } from './settings.ts';
import type { Trace } from './trace.ts';

const none: readonly Happening[] = [];

/** All that is decided in a run, within its budgets of cancellations and failures. */
export class Choices {
  readonly decisions: Decisions = new Decisions();
  cancellationsLeft: number;
  #faultsLeft: number;
  readonly #decider: Decider;
  readonly #trace: Trace | undefined;

  constructor(
    { decider, trace }: { readonly decider: Decider; readonly trace?: Trace },
    { cancellations, faults }: RunSettings,
  ) {
    this.#decider = decider;
    this.#trace = trace;
    this.cancellationsLeft = cancellations;
    this.#faultsLeft = faults;
  }

  /** Decides what happens next. The last ones of the list, as many as `cancellations`, cancel a task. */
  next(happenings: readonly Happening[], cancellations: number): number {
    return this.#decide('next', happenings.length, cancellations, happenings, '');
  }

  /** Decides on a number that the program asked for. */
  choose(count: number, what: string): number {
    return this.#decide('choose', count, 0, none, what);
  }

  /** Decides whether something fails: 0 if not, else the number of the failure. */
  fault(failures: number, what: string): number {
    if (failures === 0 || this.#faultsLeft === 0) return 0;
    const failure = this.#decide('fault', failures + 1, 0, none, what);
    if (failure > 0) this.#faultsLeft--;
    return failure;
  }

  /** From now on no task is cancelled, and nothing fails. */
  stopInjecting(): void {
    this.cancellationsLeft = 0;
    this.#faultsLeft = 0;
  }

  /** With one alternative there is nothing to decide. */
  #decide(
    kind: DecisionKind,
    count: number,
    cancellations: number,
    happenings: readonly Happening[],
    what: string,
  ): number {
    if (count === 1) return 0;
    const { decisions } = this;
    const at = decisions.length;
    const taken = this.#decider.decide({ kind, at, count, cancellations, happenings, what });
    decisions.note(kind, count, taken);
    if (kind !== 'next') this.#trace?.decided(what, taken, kind);
    return taken;
  }
}
