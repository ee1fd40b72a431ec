/**
 * Calls of declared coroutines that a task makes itself, so that a wait costs the same however deep it is.
 *
 * `yield*` passes each wait, and each resumption, through all coroutines that are nested. So one call of about eight is not made by
 * `yield*`, but by the task. `yield*` asks the called coroutine for an iterator, and gets a `Call`, which yields itself. The task
 * finds it, puts it on a stack and steps the called coroutine directly, until that is done. Then it resumes the caller, to which
 * the `Call` gives the outcome.
 *
 *     plain:   task → a → b → c → d → e → f → g → h → i → j → future
 *     here:    task → CallStack → i → j → future            i: the callee of the last Call
 *                     └ Call of i: e → f → g → h wait for it    e: the callee of the Call before
 *                       └ Call of e: a → b → c → d wait for it    a: the coroutine of the task
 *
 * A callee makes its first step when `yield*` asks for its iterator, inside of the caller's step: most callees are done with that,
 * and need no task. If such first steps are nested deep, the callee is not stepped, and the task begins it on an empty stack.
 * So recursion is not bounded by the stack of the host.
 *
 * | state    | the call is …                                             | next state                                       |
 * |----------|-----------------------------------------------------------|--------------------------------------------------|
 * | new      | made; `yield*` has not stepped it                         | offered; returned, if the first step was the last |
 * | offered  | yielded, and on its way to the task                       | waiting (`enter`, or a step by hand)             |
 * | waiting  | on the stack: its callee waits for a future or for a call | running                                          |
 * | running  | on the stack: its callee makes a step                     | waiting; returned, failed or over                |
 * | returned | done; the caller has not been resumed                     | over                                             |
 * | failed   | done with an error; the caller has not been resumed       | over                                             |
 * | over     | done                                                      |                                                  |
 *
 * A program may step a coroutine by hand, also one that a task is in the middle of (`task.getCoro().return()`). Then `yield*`
 * passes that to a `Call`, which steps what is above it on the stack, as `yield*` itself would.
 *
 * Debug mode makes no calls here: there all coroutines shall be on the stack of the host, for `getStack()` and the stacks of errors.
 */
import type { Coroutine, Suspension } from './coroutine.ts';
import { current } from './current.ts';
import { seams } from './seams.ts';
import { suspension } from './suspension.ts';
import { Task } from './task.ts';
import { waitForYielded } from './wait-for-yielded.ts';

type Step = IteratorResult<unknown, unknown>;
/** The method of a coroutine by which it is resumed. */
type Way = 'next' | 'throw' | 'return';

const NEW = 0;
const OFFERED = 1;
const WAITING = 2;
const RUNNING = 3;
const RETURNED = 4;
const FAILED = 5;
const OVER = 6;

/** In the place of what a callee yielded in its first step: it has not made one. */
const unstarted: unique symbol = Symbol('unstarted');

/** The greatest number of first steps that are nested. */
const nestedAtMost = 8;
/** The number of first steps that are under way. */
let nested = 0;

/** Of about how many calls one is made by the task: where calls are nested deep, and where they are not. */
const shortest = 8;
const longest = 32;
let period = shortest;
/** The number of calls by `yield*` until a `Call` is made. */
let callsLeft = shortest;
let random = 1;

/**
 * Counts from here to the next `Call`. The number varies: else of several tasks that call in turn always the same one would make
 * it, and the others would become deep.
 */
function countAnew(): void {
  random = (Math.imul(random, 1_664_525) + 1_013_904_223) | 0;
  callsLeft = period - (random >>> 30) * (period >> 3);
}

/** A `Call` was of use, or it was not: then the next one comes later. */
function adapt(wasOfUse: boolean): void {
  period = wasOfUse ? shortest : Math.min(period * 2, longest);
}

class Call {
  // No `#private` methods: they make objects larger, and slower to make.

  declare readonly callee: Coroutine<unknown>;
  /** What the callee yielded in its first step, until the call is on the stack; the outcome, once there is one. */
  declare value: unknown;
  /** The call that is below it on the stack: that of its caller. */
  declare outer: Call | undefined;
  /** The call that is above it: one that its callee, or a coroutine in which that waits, has made. */
  declare inner: Call | undefined;
  /** Where to look first for the call that is on top. */
  declare top: Call;
  /** How often it has waited; one for which another call has waited counts as one that waits often. */
  declare waits: number;
  #state: number;

  constructor(callee: Coroutine<unknown>, state: number) {
    this.callee = callee;
    this.value = unstarted;
    this.outer = undefined;
    this.inner = undefined;
    this.top = this;
    this.waits = 0;
    this.#state = state;
  }

  /** Makes the first step of the callee. Throws what that throws. */
  begin(): void {
    const before = period;
    nested++;
    period = shortest;
    countAnew();
    try {
      const result = this.callee.next();
      this.value = result.value;
      if (result.done === true) this.#state = RETURNED;
    } finally {
      nested--;
      period = before;
      if (this.#state === RETURNED) adapt(false);
      countAnew();
    }
  }

  next(sent?: unknown): Step {
    switch (this.#state) {
      case NEW:
        this.#state = OFFERED;
        return { done: false, value: this };
      case RETURNED:
        this.#state = OVER;
        return { done: true, value: this.value };
      case FAILED:
        this.#state = OVER;
        throw this.value;
      case OVER:
        return { done: true, value: undefined };
      default:
        return this._stepByHand('next', sent);
    }
  }

  throw(error: unknown): Step {
    if (this.#state >= RETURNED) throw error;
    return this._stepByHand('throw', error);
  }

  return(value?: unknown): Step {
    if (this.#state >= RETURNED) return { done: true, value };
    return this._stepByHand('return', value);
  }

  /** A step that the task of the stack does not make. */
  _stepByHand(way: Way, sent: unknown): Step {
    const { value } = this;
    if (this.#state !== OFFERED) return this.proceed(way, sent);
    this.#state = WAITING;
    this.value = undefined;
    return value === unstarted || way !== 'next' ? this.proceed(way, sent) : { done: false, value };
  }

  /** Returns the call on top of the stack, from this one up. */
  _topmost(): Call {
    let at = this.top.#state === WAITING ? this.top : this;
    while (at.inner !== undefined) at = at.inner;
    if (at.#state === RUNNING) throw new TypeError('Generator is already running');
    return at;
  }

  /**
   * Resumes the coroutine on top of the stack, and then the callers of what is done, until one waits or this call is done itself.
   *
   * @returns What the coroutine on top yielded, or the outcome of this call.
   */
  proceed(way: Way, sent: unknown): Step {
    return this._run(this._topmost(), way, sent);
  }

  _run(from: Call, way: Way, sent: unknown): Step {
    let at = from;
    let by = way;
    let given = sent;
    /** The call whose callee is being closed: when that is done in this step, its caller is closed too. */
    let closing = way === 'return' ? at : undefined;
    /** The call whose error its caller is to be given. */
    let failed: Call | undefined;
    for (;;) {
      at.#state = RUNNING;
      let result: Step;
      try {
        result = resume(at.callee, by, given);
        // The caller is done, as a program stepped it by hand: the error goes on to the next one.
        if (failed !== undefined && failed.#state === FAILED) throw failed.value;
        failed = undefined;
      } catch (error) {
        if (at === this) {
          this._leave(OVER, undefined);
          throw error;
        }
        if (at === closing) closing = undefined;
        if (failed !== undefined) failed.#state = OVER;
        failed = at;
        at = at._leave(FAILED, error) as Call;
        by = 'next';
        given = undefined;
        continue;
      }
      if (result.done === true) {
        if (at === this) {
          this._leave(OVER, undefined);
          return result;
        }
        const closes = at === closing;
        at = at._leave(closes ? OVER : RETURNED, result.value) as Call;
        if (closes) closing = at;
        by = closes ? 'return' : 'next';
        given = closes ? result.value : undefined;
        continue;
      }
      at.#state = WAITING;
      if (!Call.isOffered(result.value)) {
        at.waits++;
        this.top = at;
        return result;
      }
      at = at._enter(result.value);
      const first = at.value;
      at.value = undefined;
      if (first !== unstarted) {
        this.top = at;
        return { done: false, value: first };
      }
      by = 'next';
      given = undefined;
    }
  }

  /** Puts an offered call on the stack, right above this one, and goes on with it. */
  accept(call: Call): Step {
    const at = this._enter(call);
    const first = at.value;
    at.value = undefined;
    if (first === unstarted) return this._run(at, 'next', undefined);
    this.top = at;
    return { done: false, value: first };
  }

  /** Puts a call on the stack, above this one, and those that its callee made in its first step. Returns the last of them. */
  _enter(call: Call): Call {
    let outer: Call = this;
    let at = call;
    for (;;) {
      outer.inner = at;
      outer.waits += 2;
      at.outer = outer;
      at.#state = WAITING;
      const { value } = at;
      if (!Call.isOffered(value)) return at;
      at.value = undefined;
      outer = at;
      at = value;
    }
  }

  /** Takes the call from the stack. Returns the one below it. */
  _leave(state: number, value: unknown): Call | undefined {
    const { outer } = this;
    if (outer !== undefined) {
      outer.inner = undefined;
      adapt(this.waits > 1);
    }
    this.outer = undefined;
    this.top = this;
    this.value = value;
    this.#state = state;
    return outer;
  }

  /** Tells whether `value` is a call that was yielded. Awaits yield undefined or a future: to look for a private field takes longer. */
  static isOffered(value: unknown): value is Call {
    if (value === undefined || value === suspension.value) return false;
    return (
      typeof value === 'object' && value !== null && #state in value && value.#state === OFFERED
    );
  }
}

/** The call at the bottom of a stack, which its task steps: it stands for the coroutine of the task, until the stack is empty. */
class CallStack extends Call {
  declare readonly task: Task<unknown>;
  /** Tells a stack from anything else, also from a proxy, which `instanceof` would run code of. */
  readonly #isStack = true;

  constructor(task: Task<unknown>) {
    super(task._coroutine as Coroutine<unknown>, WAITING);
    this.task = task;
    task._coroutine = this as unknown as Coroutine<unknown>;
  }

  override proceed(way: Way, sent: unknown): Step {
    try {
      return super.proceed(way, sent);
    } finally {
      this._leaveIfEmpty();
    }
  }

  override accept(call: Call): Step {
    try {
      return super.accept(call);
    } finally {
      this._leaveIfEmpty();
    }
  }

  static isStack(value: unknown): value is CallStack {
    return typeof value === 'object' && value !== null && #isStack in value;
  }

  /** The task steps its coroutine itself again. */
  _leaveIfEmpty(): void {
    if (this.inner === undefined) this.task._coroutine = this.callee;
  }
}

function resume(coroutine: Coroutine<unknown>, way: Way, sent: unknown): Step {
  if (way === 'next') return coroutine.next(sent);
  if (way === 'throw') return coroutine.throw(sent);
  // Coroutines of a program's own class may lack it.
  return coroutine.return?.(sent) ?? { done: true, value: sent };
}

/**
 * The iterator that `yield*` gets of a declared coroutine: the coroutine itself, or a call of it that the task of this step makes.
 */
export function iteratorOf<T>(coroutine: Coroutine<T>): Iterator<Suspension, T, unknown> {
  return --callsLeft > 0 ? coroutine : callOf(coroutine);
}

/** The number of steps by hand that are under way: in these all calls are made by `yield*`, as no task would find a `Call`. */
let byHand = 0;

/** Resumes `generator`, which is that of `coroutine`. */
export function stepOf<T>(
  coroutine: unknown,
  generator: Coroutine<T>,
  way: Way,
  sent: unknown,
): IteratorResult<Suspension, T> {
  const stepped: unknown = current.task?._coroutine;
  if (stepped === coroutine || coroutineOf(stepped) === coroutine)
    return resume(generator, way, sent) as IteratorResult<Suspension, T>;
  byHand++;
  try {
    return resume(generator, way, sent) as IteratorResult<Suspension, T>;
  } finally {
    byHand--;
  }
}

function callOf<T>(coroutine: Coroutine<T>): Iterator<Suspension, T, unknown> {
  countAnew();
  // A task of another copy of this package knows no calls of this one.
  const { task } = current;
  if (byHand > 0 || !(task instanceof Task) || task._loop.getDebug()) return coroutine;
  const call = new Call(coroutine, NEW);
  if (nested < nestedAtMost) call.begin();
  return call as unknown as Iterator<Suspension, T, unknown>;
}

/** Has `task` make the call that its coroutine yielded. Returns false if it yielded anything else. */
function take(task: Task<unknown>, yielded: unknown): boolean {
  if (!Call.isOffered(yielded)) return false;
  const result = new CallStack(task).accept(yielded);
  if (result.done === true) task._returned(result.value);
  else waitForYielded(task, result.value);
  return true;
}

/** Returns the coroutine that a task was given, of the one that it steps. */
function coroutineOf<C>(stepped: C): C {
  return CallStack.isStack(stepped) ? (stepped.callee as C) : stepped;
}

/** What the core asks of this module. */
export interface Calls {
  readonly coroutineOf: typeof coroutineOf;
  readonly take: typeof take;
}

seams.calls = { coroutineOf, take };
