/**
 * The engine of a loop. The loop lives inside the host's. An iteration moves the timers that are due behind what is ready,
 * then runs what was ready when it began, first in first out; what becomes ready meanwhile is for the next one. It is
 * scheduled when something becomes ready (idle → scheduled → running → idle or scheduled), so an idle loop costs nothing.
 *
 * Where few things are ready at a time, a microtask for each iteration would cost more than what it runs. So iterations
 * follow one another in the same microtask, until the clock is to be read (host-turn.ts); but not where promises take
 * part, as what waits for a promise goes on between two iterations; nor where several loops are at work.
 */
import { Alarm } from './alarm.ts';
import { current } from './current.ts';
import type { EventLoop } from './event-loop.ts';
import type { Host } from './host.ts';
import { HostTurn } from './host-turn.ts';
import { ReadyQueue, type Runnable } from './ready-queue.ts';
import { readyAwaits } from './suspension.ts';
import { type Timer, TimerHeap } from './timer-heap.ts';
import { runWatched } from './watched-step.ts';

/** How many loops have something to run: they take turns, an iteration each. */
let loopsAtWork = 0;

export abstract class Iterations {
  /** @internal */
  readonly _host: Host;
  /** @internal Whether a promise ever waited for something of this loop, or the other way round. */
  _meetsPromises = false;
  /** @internal */
  protected readonly _ready = new ReadyQueue();
  /** @internal */
  protected readonly _timers = new TimerHeap();
  /** @internal */
  protected _closed = false;
  /** @internal */
  protected _debug = false;
  readonly #turn: HostTurn;
  readonly #alarm: Alarm;
  #scheduled = false;
  #stepsMade = 0;
  #mayGoOn = false;
  /** @internal Whether an iteration is under way, even if what it runs has another loop run something. */
  protected _iterates = false;

  constructor(host: Host) {
    this._host = host;
    this.#turn = HostTurn.of(host);
    this.#alarm = new Alarm(host, () => {
      if (!this.#scheduled) this.#iterate();
    });
  }

  abstract time(): number;

  /** @internal */
  _enqueue(runnable: Runnable): void {
    if (this._closed) {
      runnable._runOrphaned?.();
      return;
    }
    this._ready.push(runnable);
    if (!this.#scheduled) this._wake();
  }

  /** @internal Something became ready in an idle loop. */
  protected _wake(): void {
    this.#beScheduled(true);
    this.#turn.schedule(this.#iterate, 0);
  }

  #beScheduled(scheduled: boolean): void {
    if (scheduled !== this.#scheduled) loopsAtWork += scheduled ? 1 : -1;
    this.#scheduled = scheduled;
  }

  /** Whether nobody else minds that several iterations are made at once. */
  get #isAlone(): boolean {
    return !this._meetsPromises && loopsAtWork === 1;
  }

  readonly #iterate = (): void => {
    if (this._closed) return;
    this.#beScheduled(true);
    try {
      this.#run(this.#turn.stepsLeft);
    } finally {
      // Whatever escaped (nothing should), the loop goes on.
      if (this._ready.length > 0) {
        this.#turn.schedule(this.#iterate, this.#stepsMade);
      } else {
        this.#beScheduled(false);
        this._arm();
      }
    }
  };

  /** @internal Something outside is to go on after this iteration, before the next one. */
  _giveWay(): void {
    this.#mayGoOn = false;
  }

  /** @internal One iteration. */
  protected _runOnce(): void {
    this.#run(0);
  }

  /** Makes an iteration, and further ones until so many steps were made. */
  #run(most: number): void {
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
    try {
      do {
        // Without those whose time has come: what they wake follows at once.
        const steps = ready.length + 1;
        if (this._timers.live > 0) this.#moveDueTimers();
        for (let todo = ready.length; todo > 0; todo--) {
          const runnable = ready.shift() as Runnable;
          if (this._debug) runWatched(self, runnable);
          else runnable._run();
        }
        this.#stepsMade += steps + readyAwaits.count;
        readyAwaits.count = 0;
      } while (this.#stepsMade < most && ready.length > 0 && this.#mayGoOn && this.#isAlone);
    } finally {
      this._iterates = false;
      current.loop = loop;
      current.task = task;
      current.context = context;
    }
  }

  #moveDueTimers(): void {
    const now = this.time();
    for (;;) {
      const timer = this._timers.peek();
      if (timer === undefined || timer._when > now) break;
      this._ready.push(this._timers.pop());
    }
  }

  /** @internal Has `timer` run when it is due. */
  _setTimer(timer: Timer): void {
    this._timers.push(timer);
    this._arm();
  }

  /** @internal Has the host wake us for the earliest timer. While an iteration is scheduled it will see to that. */
  protected _arm(): void {
    if (this.#scheduled) return;
    const next = this._timers.peek();
    if (next === undefined) this.#alarm.clear();
    else if (next._when > this.time()) this.#alarm.set(next._when, this._timers.awaited);
    else this._wake();
  }

  /** @internal */
  _timerIdle(idle: boolean): void {
    this._timers.noteIdle(idle);
    this._arm();
  }

  /** @internal */
  _timerCancelled(): void {
    this._timers.noteCancelled();
    if (this._timers.live === 0) this.#alarm.clear();
    else if (!this._timers.awaited) this._arm();
  }

  /** @internal Drops what is ready, and all timers. */
  protected _stop(): void {
    this._closed = true;
    this.#beScheduled(false);
    for (let left = this._ready.shift(); left !== undefined; left = this._ready.shift()) {
      left._runOrphaned?.();
    }
    this._timers.clear();
    this.#alarm.clear();
  }
}
