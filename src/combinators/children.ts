import '../core/register-tasks.ts';
import { cancelAll } from '../core/cancel-all.ts';
import { type Coroutine, isCoroutine } from '../core/coroutine.ts';
import { getEventLoop } from '../core/current.ts';
import { isDriven } from '../core/driven.ts';
import { asExit } from '../core/exits.ts';
import { belongsTo, hasFailed, textOf } from '../core/foreign-future.ts';
import { Future } from '../core/future.ts';
import { isFuture } from '../core/is-future.ts';
import { reportMethod } from '../core/overrides.ts';
import { tryCancel } from '../core/pass-cancel.ts';
import type { TaskSource } from '../core/run-body.ts';
import { listText } from '../core/text.ts';
import { tell } from '../core/unretrieved.ts';
import { isPlain, Listener } from '../core/when-done.ts';
import { CancelRequest } from '../errors/cancel-request.ts';
import { requestIn } from '../errors/cancelled-error.ts';
import { CancelledError } from '../errors.ts';
import { ensureFuture } from '../interop/ensure-future.ts';
import type { Checked } from './startable.ts';

/** The outcome of a combinator, which one of its inputs decided. */
export type Decision<R> = { readonly value: R } | { readonly error: unknown };

/** The rules of a combinator. */
export interface Rules<R> {
  /** The input at `place` is done, and it is the first time that it may decide. Undefined: the others go on. */
  settled(child: Future<unknown>, place: number): Decision<R> | undefined;
  /** The input at `place` is the coroutine that `first` had, which is done and has not decided. */
  repeated(place: number, first: number): void;
  /** All are done, and none has decided. */
  ended(): R;
}

/** An input under way. It listens to its future itself: a call may have very many inputs. */
class Child extends Listener {
  /** True for the task that was made of an input. It takes one of the slots, and its failure is known to no other code. */
  declare readonly isOwn: boolean;
  declare readonly place: number;
  declare readonly future: Future<unknown>;
  /** Where it is among those that run; -1: it does not. */
  declare at: number;

  constructor(
    future: Future<unknown>,
    place: number,
    isOwn: boolean,
    children: { _awaited(): Iterable<Future<unknown>> },
    done: (future: Future<unknown>, child: Child) => void,
  ) {
    super(future, done, children);
    this.isOwn = isOwn;
    this.place = place;
    this.at = -1;
  }
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
  /** In any order: the last one takes the place of one that leaves. */
  readonly #running: Child[] = [];
  readonly #childDone = (_future: Future<unknown>, child: Child): void => this.#done(child);
  /** Made when a coroutine is met that runs already: one that is given twice runs once. */
  #repeats: Repeats | undefined;
  /** The place of the first input that was not looked at. */
  #next = 0;
  /** True if a future is among the inputs. */
  #hasFutures = false;
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
    for (const input of this.#inputs) if (isFuture(input)) this.#checkFuture(input);
    let interruption: { readonly error: unknown } | undefined;
    try {
      if (this.#hasFutures && this.#limit < this.#inputs.length) this.#watchGiven();
      for (;;) {
        this.#startMore();
        if (this.#running.length === 0) break;
        try {
          yield* this.#nextChange();
        } catch (error) {
          interruption = { error };
          // Each request is passed on, as it would be to work that the caller does itself.
          this.#stop(requestIn(error));
        }
      }
    } finally {
      // The coroutine was closed: nothing can be awaited.
      if (this.#running.length > 0) this.#stop(undefined);
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

  /** @throws RangeError for a future of another loop. */
  #checkFuture(future: Future<unknown>): void {
    this.#hasFutures = true;
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
    if (!this.#hasFutures) return false;
    const future = this.#inputs[place];
    if (!isFuture(future)) return false;
    if (place >= this.#watchedTo) this.#watch(future, place, false);
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
      if (isCoroutine(input) && isDriven(input) && this.#repeat(input, place)) return;
      const future = this.#loop.createTask(input as TaskSource<unknown>);
      this.#slotsTaken++;
      this.#watch(future, place, true);
    } catch (error) {
      // A task factory threw, or made something that nothing can wait for.
      this.#decide({ error });
    }
  }

  /** Returns false for a coroutine that other code runs. */
  #repeat(coroutine: Coroutine<unknown>, place: number): boolean {
    this.#repeats ??= repeatsAmong(this.#inputs, this.#running);
    const first = this.#repeats.places.get(coroutine) as number;
    if (first === place) return false;
    const child = this.#repeats.children.get(first);
    if (child === undefined || child.at < 0) this.#rules.repeated(place, first);
    else this.#watch(child.future, place, false);
    return true;
  }

  #watch(future: Future<unknown>, place: number, isOwn: boolean): void {
    const child = new Child(future, place, isOwn, this, this.#childDone);
    try {
      if (!future.done()) {
        child.at = this.#running.push(child) - 1;
        this.#repeats?.children.set(place, child);
        if (isPlain(future)) future._addWaiter(child);
        else future.addDoneCallback(() => this.#done(child));
        return;
      }
    } catch (error) {
      // The methods of a future may be code of the program.
      this.#remove(child);
      cancelAll([future]);
      this.#decide({ error });
      return;
    }
    this.#settle(child);
  }

  /** Returns false if it was removed before. */
  #remove(child: Child): boolean {
    const { at } = child;
    if (at < 0) return false;
    child.at = -1;
    const last = this.#running.pop() as Child;
    if (last !== child) {
      this.#running[at] = last;
      last.at = at;
    }
    return true;
  }

  #done(child: Child): void {
    if (!this.#remove(child)) return;
    this.#settle(child);
    const isOfInterest =
      this.#running.length === 0 || (!this.#isOver && this.#next < this.#inputs.length);
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
    for (const child of this.#inOrder()) {
      try {
        // One that refuses is of another library, and cannot be cancelled.
        if (!tryCancel(child.future, request) && !child.future.done()) this.#remove(child);
      } catch (exception) {
        reportMethod(child.future, exception, this.#loop);
      }
    }
    if (this.#running.length === 0 && this.#change?.done() === false) this.#change.setResult();
  }

  /** Returns those that run, in the order in which they were given. */
  #inOrder(): Child[] {
    return [...this.#running].sort((one, other) => one.place - other.place);
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
    this.#loop._report({ message, exception, ...(future && { future }) });
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
    const running = this.#inOrder().map(({ future }) => future);
    return `${this.#name}() of ${listText(running, textOf)}`;
  }
}

interface Repeats {
  /** The first place of each coroutine. */
  readonly places: ReadonlyMap<unknown, number>;
  /** The inputs that run, by their places. */
  readonly children: Map<number, Child>;
}

function repeatsAmong(inputs: readonly Checked[], running: readonly Child[]): Repeats {
  const places = new Map<unknown, number>();
  for (let at = inputs.length - 1; at >= 0; at--) places.set(inputs[at], at);
  return { places, children: new Map(running.map((child) => [child.place, child])) };
}
