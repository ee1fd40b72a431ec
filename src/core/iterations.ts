/**
 * The engine of a loop, which lives inside the loop of the host. An iteration adds the timers that are due to the ready
 * queue, then runs everything in the queue, first in first out. What becomes ready meanwhile runs in the next iteration.
 * An iteration is scheduled when something becomes ready (idle → scheduled → running → idle or scheduled), so an idle
 * loop costs nothing.
 *
 * If few things are ready at a time, a microtask for each iteration would cost more than its steps. So several iterations
 * run in one microtask, until the clock has to be read (host-turn.ts). Two exceptions: if promises take part, code that
 * awaits a promise must run between two iterations; and if several loops have work, they take turns.
 *
 *     #iterate (a microtask)
 *     ├ iteration 1: due timers → ready queue; run all that is ready
 *     ├ iteration 2: …                 while `stepsLeft` lasts, no promises take part, no other loop has work
 *     └ still ready?  yes: HostTurn schedules the next #iterate   no: idle, the alarm is set for the earliest timer
 */
import { Alarm, earlyMs } from './alarm.ts';
import { checkTime } from './checks.ts';
import { current } from './current.ts';
import type { EventLoop } from './event-loop.ts';
import type { FakedTimers } from './faked-timers.ts';
import { type Host, scopes } from './host.ts';
import { HostTurn } from './host-turn.ts';
import { ReadyQueue, type Runnable } from './ready-queue.ts';
import { seams } from './seams.ts';
import { readyAwaits } from './suspension.ts';
import { type Timer, TimerHeap } from './timer-heap.ts';

/** The number of loops that have something to run. They take turns, an iteration each. */
let loopsAtWork = 0;

export abstract class Iterations {
  /** @internal */
  readonly _host: Host;
  /** @internal True once a promise waited for a future of this loop, or a future for a promise. */
  _meetsPromises = false;
  /** @internal */
  protected readonly _ready: ReadyQueue = new ReadyQueue();
  /** @internal */
  protected readonly _timers: TimerHeap = new TimerHeap();
  /** @internal */
  protected _closed = false;
  /** @internal */
  protected _debug = false;
  readonly #turn: HostTurn;
  readonly #alarm: Alarm;
  /** @internal Those that were set while a test had replaced the clock or the timers. */
  _faked: FakedTimers | undefined = undefined;
  /** The time that the alarm rang for, until due timers were looked for. */
  #believed = Number.NEGATIVE_INFINITY;
  #scheduled = false;
  /** The number of timers that are set, and that nothing waits for. */
  #unneeded = 0;
  #stepsMade = 0;
  #mayGoOn = false;
  #slowCancelMs = 1000;
  /** @internal True during an iteration, also while a callback runs something on another loop. */
  protected _iterates = false;

  constructor(host: Host) {
    this._host = host;
    this.#turn = HostTurn.of(host);
    this.#alarm = new Alarm(host, (believed) => this._ring(believed));
  }

  abstract time(): number;

  /**
   * A task that goes on so long after `cancel()`, or ended with a value after it, is reported once, in ms. Default: 1000. Infinity: no
   * such reports. A bundle for pages has them with `skein/debug`. Throws a TypeError when it is set to no number.
   */
  get slowCancellationDuration(): number {
    return this.#slowCancelMs;
  }

  set slowCancellationDuration(ms: number) {
    checkTime('slowCancellationDuration', 'a time', ms);
    this.#slowCancelMs = ms;
  }

  /** @internal A timer of the host has fired: for the time `believed`, if it is that of the alarm, else for `due`. */
  _ring(believed: number = this.#believed, due?: Timer): void {
    this.#believed = believed;
    if (due !== undefined) this._ready.push(due);
    if (!this.#scheduled) this.#iterate();
  }

  /** @internal The time on the clock of the timers that are not faked. */
  protected _realTime(): number {
    return this._host.realNow();
  }

  /** @internal */
  _enqueue(runnable: Runnable): void {
    if (this._closed) {
      runnable._runOrphaned?.();
      return;
    }
    this._ready.push(runnable);
    if (!this.#scheduled) this._wake();
  }

  /** @internal Schedules an iteration of an idle loop. */
  protected _wake(): void {
    this.#beScheduled(true);
    this.#turn.schedule(this.#iterate, 0);
  }

  #beScheduled(scheduled: boolean): void {
    if (scheduled !== this.#scheduled) loopsAtWork += scheduled ? 1 : -1;
    this.#scheduled = scheduled;
  }

  /** True if several iterations may run in one microtask: no promises take part, and no other loop has work. */
  get #isAlone(): boolean {
    return !this._meetsPromises && loopsAtWork === 1;
  }

  readonly #iterate = (): void => {
    if (this._closed) return;
    this.#beScheduled(true);
    try {
      this.#run(this.#turn.stepsLeft);
    } finally {
      // `_run()` of a runnable never throws. If it does all the same, the loop goes on.
      if (this._ready.length > 0) {
        this.#turn.schedule(this.#iterate, this.#stepsMade);
      } else {
        this.#beScheduled(false);
        this._arm();
      }
    }
  };

  /** @internal Ends the microtask after this iteration, so that promises settled now go on before the next iteration. */
  _giveWay(): void {
    this.#mayGoOn = false;
  }

  /** @internal Runs one iteration. */
  protected _runOnce(): void {
    this.#run(0);
  }

  /** Runs an iteration, and further ones until `maxSteps` steps were made. */
  #run(maxSteps: number): void {
    const ready = this._ready;
    const { loop, task, context } = current;
    const self = this as unknown as EventLoop;
    current.loop = self;
    current.task = undefined;
    current.context = undefined;
    this.#stepsMade = 0;
    this.#mayGoOn = true;
    this._iterates = true;
    readyAwaits.count = 0;
    const limit = seams.stacks?.raiseLimit();
    try {
      do {
        // Counted before due timers are added: a timer only wakes a task, whose step is counted in the next iteration.
        const steps = ready.length + 1;
        // Read once in an iteration: an instrument that is added during one begins with the next.
        const { hooks } = current;
        if (this._timers.live > 0) this.#moveDueTimers();
        for (let todo = ready.length; todo > 0; todo--) {
          const runnable = ready.shift() as Runnable;
          hooks?.begins(runnable);
          if (this._debug) seams.debug?.runWatched(self, runnable);
          else runnable._run();
          hooks?.ends(runnable);
        }
        this.#stepsMade += steps + readyAwaits.count;
        readyAwaits.count = 0;
        // Known before the hook is called: a recorder looks at the clock again only if the next iteration does not follow at once.
        this._iterates =
          this.#stepsMade < maxSteps && ready.length > 0 && this.#mayGoOn && this.#isAlone;
        hooks?.iterated(self);
      } while (this._iterates);
    } finally {
      seams.stacks?.lowerLimit(limit);
      this._iterates = false;
      scopes.forget?.();
      current.loop = loop;
      current.task = task;
      current.context = context;
    }
  }

  #moveDueTimers(): void {
    const time = this._realTime();
    const now = this.#believed - time > earlyMs ? this.#believed : time;
    this.#believed = Number.NEGATIVE_INFINITY;
    for (;;) {
      const timer = this._timers.peek();
      if (timer === undefined || timer._when > now) break;
      this._ready.push(this._timers.pop());
    }
  }

  /** @internal Schedules `timer` for its time. */
  _setTimer(timer: Timer): void {
    if (seams.setFaked?.(this as unknown as EventLoop, timer)) return;
    this._timers.push(timer);
    this._arm();
  }

  /** @internal The number of timers that are not cancelled. */
  get _timerCount(): number {
    return this._timers.live + (this._faked?.size ?? 0);
  }

  /** @internal Sets the host timer for the earliest timer of the loop. A scheduled iteration does that at its end. */
  protected _arm(): void {
    if (this.#scheduled) return;
    const next = this._timers.peek();
    if (next === undefined) this.#alarm.clear();
    else if (next._when > this._realTime()) this.#alarm.set(next._when);
    else this._wake();
    if (this.#unneeded > 0) this.#holdProgram();
  }

  /** @internal */
  _timerCancelled(timer: Timer): void {
    if (this._faked?.delete(timer)) return;
    this._timers.noteCancelled();
    if (this._timers.live === 0) this.#alarm.clear();
    else if (this.#unneeded > 0) this.#holdProgram();
  }

  /** @internal Nothing waits for a timer that stays set (1), or something does again (-1): programs may end in spite of it. */
  _timerUnneeded(change: 1 | -1): void {
    this.#unneeded += change;
    this.#holdProgram();
  }

  #holdProgram(): void {
    this.#alarm.hold(this._timerCount > this.#unneeded);
  }

  /** @internal A timer was cancelled that in asyncio would run, and do nothing: a virtual loop's time goes on as far. */
  _timerLeft(_when: number): void {}

  /** @internal Drops what is ready, and all timers. */
  protected _stop(): void {
    this._closed = true;
    this.#beScheduled(false);
    for (let left = this._ready.shift(); left !== undefined; left = this._ready.shift()) {
      left._runOrphaned?.();
    }
    this._timers.clear();
    this._faked?.clear();
    this.#alarm.clear();
  }
}
