import '../core/register-tasks.ts';
import { cancelAll } from '../core/cancel-all.ts';
import { type Coroutine, isCoroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { isDriven } from '../core/driven.ts';
import { asExit } from '../core/exits.ts';
import { belongsTo, hasFailed, textOf } from '../core/foreign-future.ts';
import { Future } from '../core/future.ts';
import { isFuture } from '../core/is-future.ts';
import { tryCancel } from '../core/pass-cancel.ts';
import type { TaskSource } from '../core/run-body.ts';
import { listText } from '../core/text.ts';
import { tell } from '../core/unretrieved.ts';
import { whenDone } from '../core/when-done.ts';
import { CancelRequest } from '../errors/cancel-request.ts';
import { requestOf } from '../errors/cancelled-error.ts';
import { CancelledError } from '../errors.ts';
import { ensureFuture } from '../interop/ensure-future.ts';
import type { Checked } from './startable.ts';

/** The outcome of a combinator, which one of its inputs decided. */
export type Decision<R> = { readonly value: R } | { readonly error: unknown };

/** The rules of a combinator. */
export interface Rules<R> {
  /** The input at `place` is done, and it is the first time that it may decide. Undefined: the others go on. */
  settled(child: Future<unknown>, place: number): Decision<R> | undefined;
  /** All are done, and none has decided. */
  ended(): R;
}

/** An input under way. */
interface Child {
  readonly future: Future<unknown>;
  readonly place: number;
  /** True for the task that was made of an input. It takes one of the slots, and its failure is known to no other code. */
  readonly isOwn: boolean;
}

/**
 * The inputs of one combinator, which end together.
 *
 * States: open → over → ended. While it is open, inputs are started as there are slots. It is over when an input has decided,
 * or the caller was cancelled: inputs that run are cancelled then, and no other is started. It has ended when none runs.
 * The states of an input:
 *
 *     waiting ──▶ running ──▶ done        a future that was given is running from the beginning, and takes no slot
 *        │           └──────▶ left        the call is over, and the future refuses to be cancelled
 *        └────────▶ dropped               the call is over: a function is not called, a coroutine is closed
 *
 * Inputs are started in steps of the caller, and not where another one ends, as tasks get the context of the code that makes them.
 */
export class Children<R> {
  readonly #name: string;
  readonly #inputs: readonly Checked[];
  readonly #limit: number;
  readonly #rules: Rules<R>;
  readonly #loop = getEventLoop();
  readonly #running = new Set<Child>();
  /** The tasks of coroutines, at their places. */
  readonly #tasks: Future<unknown>[] = [];
  /** The first place of each coroutine; made when one is met that runs already. One that is given twice runs once. */
  #places: Map<unknown, number> | undefined;
  /** The place of the first input that was not looked at. */
  #next = 0;
  /** The futures before this place are watched, though their turn may not have come. */
  #watchedTo = 0;
  #slotsTaken = 0;
  #decision: Decision<R> | undefined;
  #isOver = false;
  /** The future that the caller waits for. */
  #change: Future<void> | undefined;

  constructor(name: string, inputs: readonly Checked[], limit: number, rules: Rules<R>) {
    this.#name = name;
    this.#inputs = inputs;
    this.#limit = limit;
    this.#rules = rules;
  }

  *run(): Coroutine<R> {
    for (const input of this.#inputs) if (isFuture(input)) this.#checkLoop(input);
    let interruption: { readonly error: unknown } | undefined;
    try {
      if (this.#isLimited) this.#watchGiven();
      for (;;) {
        this.#startMore();
        if (this.#running.size === 0) break;
        try {
          yield* this.#nextChange();
        } catch (error) {
          interruption = { error };
          // Each request is passed on, as it would be to work that the caller does itself.
          this.#stop(
            error instanceof CancelledError ? (requestOf(error) ?? error.reason) : undefined,
          );
        }
      }
    } finally {
      // The coroutine was closed: nothing can be awaited.
      if (this.#running.size > 0) this.#stop(undefined);
    }
    const decision = this.#decision;
    if (interruption !== undefined) {
      if (decision !== undefined && 'error' in decision)
        this.#reportUnseen(decision.error, ', whose caller was cancelled');
      throw interruption.error;
    }
    if (decision === undefined) return this.#rules.ended();
    if ('error' in decision) throw decision.error;
    return decision.value;
  }

  get #isLimited(): boolean {
    return this.#limit < this.#inputs.length;
  }

  /** @throws RangeError for a future of another loop. */
  #checkLoop(future: Future<unknown>): void {
    if (!belongsTo(future, this.#loop)) ensureFuture(future, { loop: this.#loop });
  }

  /** Returns a future that is done when the caller has something to do. Only while nothing is decided it can be cancelled again and again. */
  #nextChange(): Future<void> {
    const change = this.#loop.createFuture<void>();
    this.#change = this.#isOver ? asExit(change) : change;
    change._purpose = this;
    return change;
  }

  #watchGiven(): void {
    for (; this.#watchedTo < this.#inputs.length && !this.#isOver; this.#watchedTo++) {
      this.#watchAt(this.#watchedTo);
    }
  }

  /** Watches the future at `place`, if it is not watched yet. Returns false if the input is no future. */
  #watchAt(place: number): boolean {
    const future = this.#inputs[place];
    if (!isFuture(future)) return false;
    if (place >= this.#watchedTo) this.#watch({ future, place, isOwn: false });
    return true;
  }

  #startMore(): void {
    while (!this.#isOver && this.#next < this.#inputs.length && this.#slotsTaken < this.#limit) {
      const place = this.#next++;
      if (!this.#watchAt(place)) this.#start(place);
    }
  }

  #start(place: number): void {
    const input = this.#inputs[place] as Exclude<Checked, Future<unknown>>;
    try {
      if (isCoroutine(input)) {
        const known = isDriven(input) ? this.#tasks[this.#firstPlaceOf(input)] : undefined;
        if (known !== undefined) {
          this.#watch({ future: known, place, isOwn: false });
          return;
        }
      }
      const future = this.#loop.createTask(input as TaskSource<unknown>);
      if (isCoroutine(input)) this.#tasks[place] = future;
      this.#slotsTaken++;
      this.#watch({ future, place, isOwn: true });
    } catch (error) {
      // A task factory threw, or made something that nothing can wait for.
      this.#decide({ error });
    }
  }

  #firstPlaceOf(input: unknown): number {
    if (this.#places === undefined) {
      this.#places = new Map();
      for (let at = this.#inputs.length - 1; at >= 0; at--) this.#places.set(this.#inputs[at], at);
    }
    return this.#places.get(input) as number;
  }

  #watch(child: Child): void {
    const { future } = child;
    try {
      if (!future.done()) {
        this.#running.add(child);
        whenDone(future, () => this.#childDone(child), this);
        return;
      }
    } catch (error) {
      // The methods of a future may be code of the program.
      this.#running.delete(child);
      cancelAll([future]);
      this.#decide({ error });
      return;
    }
    this.#settle(child);
  }

  #childDone(child: Child): void {
    if (!this.#running.delete(child)) return;
    this.#settle(child);
    const isOfInterest =
      this.#running.size === 0 || (!this.#isOver && this.#next < this.#inputs.length);
    if (isOfInterest && this.#change?.done() === false) this.#change.setResult();
  }

  #settle(child: Child): void {
    if (child.isOwn) this.#slotsTaken--;
    if (this.#isOver) {
      if (child.isOwn) this.#reportLate(child.future);
      return;
    }
    let decision: Decision<R> | undefined;
    try {
      decision = this.#rules.settled(child.future, child.place);
    } catch (error) {
      // The methods of a future may be code of the program.
      decision = { error };
    }
    if (decision !== undefined) this.#decide(decision);
  }

  #decide(decision: Decision<R>): void {
    if (this.#isOver) {
      if ('error' in decision) this.#reportUnseen(decision.error);
      return;
    }
    this.#decision = decision;
    this.#stop(new CancelRequest(undefined, this));
  }

  #stop(request: unknown): void {
    this.#isOver = true;
    while (this.#next < this.#inputs.length) {
      const place = this.#next++;
      if (!this.#watchAt(place)) this.#drop(place);
    }
    for (const child of [...this.#running]) {
      let isTaken = true;
      try {
        isTaken = tryCancel(child.future, request);
      } catch (exception) {
        this.#report('Exception in the `cancel()` of a future', exception, child.future);
      }
      // One that refuses is of another library, and cannot be cancelled.
      if (!isTaken && !child.future.done()) this.#running.delete(child);
    }
    if (this.#running.size === 0 && this.#change?.done() === false) this.#change.setResult();
  }

  #drop(place: number): void {
    const input = this.#inputs[place];
    if (!isCoroutine(input) || isDriven(input)) return;
    try {
      input.return?.(undefined);
    } catch (exception) {
      // The program had begun it.
      this.#reportUnseen(exception);
    }
  }

  #reportLate(task: Future<unknown>): void {
    if (!hasFailed(task)) return;
    const message = `Exception in a task that \`${this.#name}()\` had cancelled`;
    if (task instanceof Future) {
      tell(task, message);
      return;
    }
    try {
      (task as Future<unknown>).result();
    } catch (exception) {
      this.#report(message, exception, task);
    }
  }

  /** Another input has decided, or the caller gets its own cancellation. */
  #reportUnseen(exception: unknown, why = ''): void {
    if (exception instanceof CancelledError) return;
    this.#report(`Exception in \`${this.#name}()\`${why}`, exception);
  }

  #report(message: string, exception: unknown, future?: Future<unknown>): void {
    this.#loop.callExceptionHandler({ message, exception, ...(future && { future }) });
  }

  /** @internal Call graphs follow it from an input to the caller. */
  _awaited(): Iterable<Future<unknown>> {
    return this.#change === undefined ? [] : [this.#change];
  }

  /** @internal Names it in `error.source`. */
  _title(): string {
    return `\`${this.#name}()\``;
  }

  toString(): string {
    const running = [...this.#running].map(({ future }) => future);
    return `${this.#name}() of ${listText(running, textOf)}`;
  }
}
