import { current } from '../../core/current.ts';
import { EventLoop } from '../../core/event-loop.ts';
import { PENDING } from '../../core/future-state.ts';
import { inside } from '../../core/inside.ts';
import type { Task } from '../../core/task.ts';
import { VirtualClock } from '../virtual-clock.ts';
import type { Environment } from './environment.ts';
import { ExploredQueue } from './explored-queue.ts';
import type { Happening, Step } from './happening.ts';

/** What the runs of an exploration use one after the other. To make it for each run would be a third of the cost. */
export class Stage {
  readonly clock: VirtualClock = new VirtualClock();
  readonly queue: ExploredQueue = new ExploredQueue();
  readonly iteration: Happening = { kind: 'iteration', subject: {}, lot: 0 };
  readonly time: Happening = { kind: 'time', subject: {}, lot: 0 };
  readonly quiet: Happening = { kind: 'quiet', subject: {}, lot: 0 };
  /** What can happen next, while a decision is made. */
  readonly happenings: Happening[] = [];

  /** For the next run. */
  reset(): void {
    this.clock.reset();
    this.queue.clear();
    for (const each of [this.iteration, this.time, this.quiet]) each.lot = 0;
  }
}

/**
 * The loop of one run. It does nothing by itself: the run decides when an iteration, or one step, is made, and when its
 * clock moves.
 */
export class ExplorationLoop extends EventLoop {
  declare protected readonly _ready: ExploredQueue;
  /** Of the run. */
  environment: Environment | undefined;
  readonly #clock: VirtualClock;
  #wakeUp: (() => void) | undefined;

  /** @param stage - What runs have in common. The run before has to be over. */
  constructor(stage: Stage) {
    super(stage.clock);
    this.#clock = stage.clock;
    this._ready = stage.queue;
    stage.reset();
  }

  get queue(): ExploredQueue {
    return this._ready;
  }

  /** The time of the next deadline; Infinity if there is none that is ever reached. */
  get nextDeadline(): number {
    if (this._timers.live === 0) return Number.POSITIVE_INFINITY;
    return this._timers.peek()?._when ?? Number.POSITIVE_INFINITY;
  }

  /** Tells whether an iteration would run something. */
  get isReady(): boolean {
    return this._ready.length > 0 || this.nextDeadline <= this.time();
  }

  /** The tasks that are not done. */
  get tasks(): Task<unknown>[] {
    const pending: Task<unknown>[] = [];
    for (const task of this._tasks) if (task._state === PENDING) pending.push(task);
    return pending;
  }

  /** Makes one iteration; returns how much ran. */
  iterate(): number {
    const count = this._ready.length;
    this._runOnce();
    return count + 1;
  }

  /** Makes one step. Timers that are due become ready before, as in any iteration. */
  makeStep(step: Step): void {
    this._ready.choose(step);
    this._runOnce();
  }

  /** Moves the clock to the next deadline. */
  passTime(): void {
    this.#clock.moveTo(this.nextDeadline);
  }

  /** Puts timers that are due among what is ready, so that they can be chosen. */
  moveDueTimers(): void {
    while (this.nextDeadline <= this.time()) this._ready.push(this._timers.pop());
  }

  /** Calls `fn` as a callback of this loop would be called: in no task. */
  callInside<R>(fn: () => R): R {
    const { task, context } = current;
    current.task = undefined;
    current.context = undefined;
    try {
      return inside(this, fn);
    } finally {
      current.task = task;
      current.context = context;
    }
  }

  /** Drops what is left, and reports failures that were never retrieved. There are no workers to be released. */
  override close(): void {
    if (current.loop === this) throw new Error('An event loop cannot be closed by what it runs.');
    this._stop();
    this._unretrieved?.reportAll();
  }

  /** Resolves when something outside of the program's control wakes the loop. */
  woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeUp = resolve;
    });
  }

  /** Gives the host a turn, in which all promises go on that need no real time. */
  hostTurn(): Promise<void> {
    return new Promise((resolve) => this.#clock.macrotask(resolve));
  }

  /** @internal */
  protected override _realTime(): number {
    return this.time();
  }

  /** @internal */
  protected override _wake(): void {
    this.#wakeUp?.();
    this.#wakeUp = undefined;
  }

  /** @internal The run looks at the deadlines by itself. */
  protected override _arm(): void {}
}
