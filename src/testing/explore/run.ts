/**
 * One run of the program under one schedule.
 *
 * States:
 *
 *     main ──────▶ settling ──────▶ emptying ──────▶ over
 *     decide and    main is done:    decide until     checks at the end,
 *     perform       what is ready    nothing can      close the loop
 *                   runs, no more    happen
 *
 * `advance()` makes the transitions. A failure leads to `over` from each state. Between two steps of a run that meets
 * promises the host gets a turn: `advance()` returns `turn`, and is called again after it.
 */
import { isCoroutine } from '../../core/coroutine.ts';
import { current } from '../../core/current.ts';
import { eagerTaskFactory } from '../../core/eager-task-factory.ts';
import { enteredLoops } from '../../core/entered-loops.ts';
import { isCoroutineFunction, isGeneratorFunction } from '../../core/function-kind.ts';
import type { Future } from '../../core/future.ts';
import { CANCELLED, FAILED, PENDING } from '../../core/future-state.ts';
import type { Task } from '../../core/task.ts';
import { DeadlockError } from '../deadlock-error.ts';
import { Choices } from './choices.ts';
import type { Main } from './environment.ts';
import { ExplorationLoop, type Stage } from './exploration-loop.ts';
import { ExploredExecutor } from './explored-executor.ts';
import { type Failure, livelock, messageOf } from './failure.ts';
import type { Answering, Cancelling, Happening, Step } from './happening.ts';
import { giveAnswer, Outside, throwing } from './outside.ts';
import { pin } from './pin.ts';
import type { Plan, RunResult } from './plan.ts';
import { RunEnvironment } from './run-environment.ts';
import type { RunSettings } from './settings.ts';
import { Sleeping } from './strategies/sleeping.ts';
import type { Trace } from './trace.ts';
import { refuseReturned } from './unfinished-checks.ts';
import { Usual } from './usual.ts';
import { WatchedFuture } from './watched-future.ts';

export class Run {
  readonly loop: ExplorationLoop;
  readonly outside: Outside = new Outside();
  readonly choices: Choices;
  readonly log: string[] = [];
  readonly #plan: Plan;
  readonly #settings: RunSettings;
  readonly #environment: RunEnvironment;
  readonly #main: Task<void>;
  /** Leaves out what comes to the same as another schedule. */
  readonly #sleeping: Sleeping | undefined;
  #asked = 0;
  readonly #usual = new Usual();
  readonly #stage: Stage;
  readonly #unhandled: { exception: unknown; message: string }[] = [];
  readonly #taskCount: number;
  readonly #leave: () => void;
  readonly #unpin: (() => void) | undefined;
  #state: 'main' | 'settling' | 'emptying' | 'over' = 'main';
  #failure: Failure | undefined;
  #steps = 0;
  /** True if the last turn of the host came after the last happening. */
  #hadTurn = false;
  #isReplayable = true;
  /** It would go on as another schedule did, and was left. */
  #isRedundant = false;
  /** True if main is an async function: it returned no coroutine. */
  mainIsAsync = false;

  constructor(main: Main, settings: RunSettings, plan: Plan, stage: Stage) {
    this.loop = new ExplorationLoop(stage);
    this.#stage = stage;
    this.#plan = plan;
    this.#sleeping = plan.decider instanceof Sleeping ? plan.decider : undefined;
    this.#settings = settings;
    this.choices = new Choices(plan, settings);
    this.#environment = new RunEnvironment(this);
    const { loop } = this;
    // It throws if the clock is frozen.
    this.#unpin = settings.pin ? pin(loop, settings.seed) : undefined;
    // So that a task without a name has the same one in all runs.
    this.#taskCount = current.taskCount;
    current.taskCount = 0;
    this.#leave = enteredLoops().enter(loop);
    loop.setExceptionHandler((_loop, { exception, message, warning }) => {
      if (warning !== true) this.#unhandled.push({ exception, message });
    });
    loop.environment = this.#environment;
    // A failure of a schedule is told by `explore()`: it does not count for the exit code of the program.
    loop.unretrieved = 'report';
    loop.setDefaultExecutor(new ExploredExecutor({ losesWorkers: false }));
    if (plan.eager) loop.setTaskFactory(eagerTaskFactory);
    if (plan.trace !== undefined) plan.trace.watch(this);
    try {
      this.#main = this.#start(main);
    } catch (error) {
      // A generator function has thrown before it made its coroutine.
      throw this.abandon(error);
    }
  }

  #start(main: Main): Task<void> {
    const environment = this.#environment;
    const call = (): ReturnType<Main> => {
      const started = main(environment);
      this.mainIsAsync = !isCoroutine(started);
      return started;
    };
    const makesCoroutines = isGeneratorFunction(main) || isCoroutineFunction(main);
    return this.loop.createTask<void>((makesCoroutines ? call() : call) as never, {
      name: 'main',
    });
  }

  get result(): RunResult {
    const { decisions } = this.choices;
    return { failure: this.#failure, decisions, isReplayable: this.#isReplayable };
  }

  /** Makes the future of a question. */
  createAnswer<T>(): Future<T> {
    if (this.#sleeping === undefined) return this.loop.createFuture<T>();
    return new WatchedFuture<T>(this.loop, this.#sleeping.footprints, this.#asked++);
  }

  get trace(): Trace | undefined {
    return this.#plan.trace;
  }

  /** Goes on until the run is over, or the host has to have a turn. */
  advance(): 'over' | 'turn' {
    for (;;) {
      try {
        if (!this.#goOn()) return this.#state === 'over' ? 'over' : 'turn';
      } catch (error) {
        // The program's own code throws into its tasks. This is an error of a decider, or of a predicate of the options.
        this.#end();
        throw error;
      }
      if (this.loop._meetsPromises) {
        this.#hadTurn = false;
        return 'turn';
      }
    }
  }

  /** Ends the run because of an error that is none of the program; returns that error. */
  abandon<Thrown>(error: Thrown): Thrown {
    this.#end();
    return error;
  }

  /** Lets the host settle promises; waits in real time if the run waits for something outside. */
  async turn(): Promise<void> {
    await this.loop.hostTurn();
    this.trace?.turnEnded();
    this.#hadTurn = true;
    if (this.#settings.outside !== 'wait' || this.loop.isReady || this.#canGoOn()) return;
    if (this.#state !== 'main' || this.#main._state !== PENDING) return;
    this.#isReplayable = false;
    await this.loop.woken();
  }

  /** Makes one transition, or one thing happen. Returns false if that needs a turn of the host, or if the run is over. */
  #goOn(): boolean {
    switch (this.#state) {
      case 'main':
        if (this.#main._state !== PENDING) return this.#mainEnded();
        if (this.#happens()) return true;
        if (this.#needsTurn()) return false;
        this.#fail(this.#deadlock());
        return false;
      case 'settling':
        if (this.loop.queue.length > 0) {
          this.#steps += this.loop.iterate();
          this.trace?.pause();
          this.#checkSteps();
          return true;
        }
        if (this.#needsTurn()) return false;
        return this.#settled();
      case 'emptying':
        if (this.#happens()) return true;
        if (this.#needsTurn()) return false;
        this.#finish();
        return false;
      case 'over':
        return false;
    }
  }

  /** Before a run that meets promises believes that nothing can happen, the host gets a turn. */
  #needsTurn(): boolean {
    return this.loop._meetsPromises && !this.#hadTurn;
  }

  #mainEnded(): boolean {
    const main = this.#main;
    if (main._state === FAILED || main._state === CANCELLED) {
      const cause = main._state === FAILED ? main.exception() : main._makeCancelledError();
      const text = main._state === FAILED ? messageOf(cause) : 'main was cancelled';
      this.#fail({ kind: 'error', cause, text, details: [] });
      return false;
    }
    this.#state = 'settling';
    this.#hadTurn = false;
    return true;
  }

  /** What main left running is cancelled, or is a failure. */
  #settled(): boolean {
    const left = this.loop.tasks;
    this.#state = 'emptying';
    this.#hadTurn = false;
    this.choices.cancellationsLeft = 0;
    if (left.length === 0) return true;
    if (this.#settings.afterMain === 'cancel') {
      this.loop.callInside(() => {
        for (const task of left) task.cancel();
      });
      return true;
    }
    const text = `${left.length === 1 ? 'a task' : `${left.length} tasks`} outlived main`;
    this.#fail({ kind: 'leak', cause: new Error(text), text, details: [] });
    return false;
  }

  #deadlock(): Failure {
    const waiting = this.loop.tasks;
    const cause = new DeadlockError(waiting);
    const waitsOutside = this.loop._outside > 0;
    if (waitsOutside) this.#isReplayable = false;
    const text = waitsOutside
      ? "main waits for something outside that no schedule decides: give it `env.promise()`, or wait for it with `outside: 'wait'`"
      : 'main waits, and nothing can happen any more';
    return { kind: 'deadlock', cause, text, details: [] };
  }

  #finish(): void {
    const { checks } = this.#environment;
    const { check } = this.#settings;
    if (check !== undefined) {
      checks.push(() => check({ time: this.loop.time(), log: this.log }));
    }
    // A check may add others.
    for (const each of checks) {
      try {
        refuseReturned(this.loop.callInside(each));
      } catch (cause) {
        this.#fail({ kind: 'check', cause, text: messageOf(cause), details: [] });
        return;
      }
    }
    this.#end();
  }

  #fail(failure: Failure): void {
    this.#failure = failure;
    this.#end();
  }

  /** Closes the loop, which reports what was never retrieved. */
  #end(): void {
    this.#state = 'over';
    this.trace?.ends();
    this.loop.close();
    this.#leave();
    this.#unpin?.();
    current.taskCount = this.#taskCount;
    if (!this.mainIsAsync && !this.loop._meetsPromises) this.#letGo();
    const [first] = this.#unhandled;
    if (first === undefined || this.#isRedundant) return;
    const { exception: cause, message } = first;
    const text = cause === undefined ? message : `${message}: ${messageOf(cause)}`;
    if (this.#failure === undefined) {
      this.#failure = { kind: 'unhandled', cause, text, details: [] };
    } else {
      const details = [...this.#failure.details, `Unhandled: ${text}`];
      this.#failure = { ...this.#failure, details };
    }
  }

  /** Parts what the program may refer to from what the run consists of. */
  #letGo(): void {
    this.#environment.leaveRun();
    this.loop.environment = undefined;
    this.loop.setExceptionHandler(undefined);
  }

  // ── What happens ────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Decides what happens next, and performs it. Returns false if nothing can happen. */
  #happens(): boolean {
    const list = this.#stage.happenings;
    // Not `length = 0`, which would drop the memory of the list.
    while (list.length > 0) list.pop();
    this.#addHappenings(list);
    if (list.length === 0) {
      if (!this.#environment.waitsForQuiet || this.#needsTurn()) return false;
      list.push(this.#stage.quiet);
    }
    this.#usual.putFirst(list);
    const possible = list.length;
    if (this.choices.cancellationsLeft > 0) this.#addCancellations(list);
    if (this.#sleeping?.isRedundant(list)) {
      this.#isRedundant = true;
      this.#end();
      return true;
    }
    const taken = this.choices.next(list, list.length - possible);
    const happening = list[taken] as Happening;
    this.#sleeping?.begins(happening);
    this.#perform(happening, taken !== 0);
    this.#wakeSleepers(happening);
    this.#checkSteps();
    return true;
  }

  #wakeSleepers(happening: Happening): void {
    if (this.#sleeping === undefined) return;
    // The step may have ended main, and what an async function does in the turns of the host is not seen.
    if (this.#main._state !== PENDING || this.loop._meetsPromises) {
      this.#sleeping.footprints.becomesWild();
    }
    this.#sleeping.ends(happening);
  }

  #canGoOn(): boolean {
    const list: Happening[] = [];
    this.#addHappenings(list);
    return list.length > 0;
  }

  #addHappenings(list: Happening[]): void {
    const { loop } = this;
    if (this.#plan.orders === 'tasks') {
      loop.moveDueTimers();
      loop.queue.addChoices(list);
    } else if (loop.isReady) {
      list.push(this.#stage.iteration);
    }
    this.outside.addDue(list);
    const deadline = loop.nextDeadline;
    if (deadline < Number.POSITIVE_INFINITY && deadline > loop.time()) list.push(this.#stage.time);
  }

  #addCancellations(list: Happening[]): void {
    const { mayCancel } = this.#settings;
    if (mayCancel !== undefined) this.#environment.addCancellable(this.loop.tasks, mayCancel);
    for (const cancelling of this.#environment.cancellable()) list.push(cancelling);
  }

  #perform(happening: Happening, isDeparture: boolean): void {
    const { loop, trace } = this;
    this.#steps++;
    this.#hadTurn = false;
    happening.lot = 0;
    this.#usual.happened(happening);
    trace?.happens(happening, isDeparture);
    switch (happening.kind) {
      case 'iteration':
        this.#steps += loop.iterate();
        break;
      case 'step':
        loop.makeStep(happening as Step);
        break;
      case 'answer':
        this.#answer(happening as Answering);
        break;
      case 'time':
        loop.passTime();
        break;
      case 'quiet':
        this.choices.stopInjecting();
        this.#environment.beQuiet();
        break;
      case 'cancel': {
        this.choices.cancellationsLeft--;
        const { task } = happening as Cancelling;
        loop.callInside(() => task.cancel());
        break;
      }
    }
    trace?.pause();
  }

  #answer(answering: Answering): void {
    this.outside.take(answering);
    const { what, value, fails } = answering.asked;
    const failure = this.choices.fault(fails.length, what);
    this.trace?.answered(answering.asked, failure === 0 ? undefined : fails[failure - 1]);
    giveAnswer(this.loop, answering.asked, failure === 0 ? value : throwing(fails[failure - 1]));
  }

  #checkSteps(): void {
    const { maxSteps } = this.#settings;
    if (this.#steps < maxSteps) return;
    this.#fail(livelock(maxSteps, this.loop.time()));
  }
}
