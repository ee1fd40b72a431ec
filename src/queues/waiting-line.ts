/** The tasks that wait on one side of a channel: those that send, or those that receive. */
import type { EventLoop } from '../core/event-loop.ts';
import { Future } from '../core/future.ts';
import { type Link, LinkedList } from '../core/linked-list.ts';
import type { Purpose } from '../core/purpose.ts';

/**
 * The wait of one task. It leaves the line at the moment in which it is cancelled.
 *
 * States: asleep → woken, released, taken or cancelled. A wait that was woken is reserved what it was woken for until its task
 * runs. It is released when its end, or the other side, was closed, and taken when another task took its item.
 */
export class Turn extends Future<void> {
  /** The end at which it waits. */
  readonly end: object;
  /** The item that waits to be sent; undefined of a task that receives. */
  readonly item: unknown;
  wasWoken = false;
  wasTaken = false;
  readonly #list: LinkedList<Turn>;
  readonly #link: Link<Turn>;

  constructor(
    loop: EventLoop,
    purpose: Purpose,
    end: object,
    item: unknown,
    list: LinkedList<Turn>,
  ) {
    super(undefined, loop);
    this._purpose = purpose;
    this.end = end;
    this.item = item;
    this.#list = list;
    this.#link = list.push(this);
  }

  leave(): void {
    this.#list.remove(this.#link);
  }

  /** @internal */
  override _abandon(reason: unknown): void {
    this.leave();
    super._abandon(reason);
  }
}

export class WaitingLine {
  readonly #purpose: Purpose;
  readonly #asleep = new LinkedList<Turn>();
  /** The tasks that were woken in vain: they came before all that are asleep. */
  readonly #wokenInVain = new LinkedList<Turn>();
  #woken = 0;

  /** @param purpose - What the tasks wait for; shown in text forms. */
  constructor(purpose: Purpose) {
    this.#purpose = purpose;
  }

  /** The number of tasks that were woken, and have not run since. */
  get woken(): number {
    return this.#woken;
  }

  /** The number of all tasks that wait. */
  get size(): number {
    return this.#wokenInVain.size + this.#asleep.size + this.#woken;
  }

  /** @param before - The wait from which the task was woken in vain. */
  add(loop: EventLoop, end: object, item: unknown, before: Turn | undefined): Turn {
    const list = before?.wasWoken === true ? this.#wokenInVain : this.#asleep;
    return new Turn(loop, this.#purpose, end, item, list);
  }

  #next(): Turn | undefined {
    return this.#wokenInVain.shift() ?? this.#asleep.shift();
  }

  /** Wakes the task that came first. Returns false if none is asleep. */
  wake(): boolean {
    const turn = this.#next();
    if (turn === undefined) return false;
    turn.wasWoken = true;
    this.#woken++;
    turn.setResult();
    return true;
  }

  /** The task of a wait runs again. */
  ran(turn: Turn): void {
    if (turn.wasWoken) this.#woken--;
  }

  /** Takes the item of the task that came first; undefined if none is asleep. */
  take(): Turn | undefined {
    const turn = this.#next();
    if (turn === undefined) return undefined;
    turn.wasTaken = true;
    turn.setResult();
    return turn;
  }

  /** Releases the tasks that wait at an end that was closed; all tasks, if none is given. */
  release(end?: object): void {
    if (this.#wokenInVain.size + this.#asleep.size === 0) return;
    for (const turn of [...this.#wokenInVain, ...this.#asleep]) {
      if (end !== undefined && turn.end !== end) continue;
      turn.leave();
      turn.setResult();
    }
  }
}
