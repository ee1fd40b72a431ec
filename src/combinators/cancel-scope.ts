/**
 * A part of a task that can be cancelled on its own: by its deadline, or by `scope.cancel()` from anywhere.
 *
 * States: created → active (the body runs) → left or caught. `cancel()` and the deadline make one request, in each of the first two states.
 * - **created**: the request is made when the body begins.
 * - **active**: the part of the task that runs the body is cancelled. The CancelledError that comes of it carries the request.
 * - **left**: the scope has taken its request back. All that the body threw passes through, or
 * - **caught**: but for the CancelledError of that very request, with which the scope ends quietly.
 */
import { abandonUnreached } from '../core/abandoning.ts';
import { signalOf } from '../core/abort-signals.ts';
import { awaitable } from '../core/awaitable.ts';
import { cancelIn } from '../core/cancel-task.ts';
import { cancelledError } from '../core/cancelled-error.ts';
import { checkBody, checkOptionalTime } from '../core/checks.ts';
import { currentValues, type Values } from '../core/context.ts';
import type { AwaitableCoroutine, Body, Coroutine } from '../core/coroutine.ts';
import { currentTask, getEventLoop, requirePart } from '../core/current.ts';
import type { EventLoop } from '../core/event-loop.ts';
import { asExit } from '../core/exits.ts';
import type { Handle } from '../core/handle.ts';
import { type LevelScope, leaveLevel } from '../core/level.ts';
import { mustCancel, orderOf, outermost } from '../core/pending-cancel.ts';
import { PlainTimer } from '../core/plain-timer.ts';
import { printsItself } from '../core/prints-itself.ts';
import { runBody } from '../core/run-body.ts';
import { seams } from '../core/seams.ts';
import type { Task } from '../core/task.ts';
import { msText } from '../core/text.ts';
import type { BodyOf, Missing } from '../core/type-messages.ts';
import { CancelRequest } from '../errors/cancel-request.ts';
import { requestOf } from '../errors/cancelled-error.ts';
import { CancelledError } from '../errors.ts';
import { askedOutside, forgetAsked, noteAsked } from './asked-scopes.ts';
import { type CancelScopeOptions, checkScopeOptions } from './cancel-scope-options.ts';
import { shielded } from './shielded-block.ts';

/** Numbers what scopes do: when they are entered, and when they make their request. */
let count = 0;

/**
 * A part of a task that can be cancelled on its own, from anywhere, without cancelling the task.
 *
 * @example
 * ```ts
 * import { CancelScope, createTask, run, sleep } from 'skein';
 *
 * await run(async () => {
 *   const scope = new CancelScope({ name: 'upload' });
 *   createTask(async () => {
 *     await sleep(5);
 *     scope.cancel('the user pressed Escape');
 *   });
 *   await scope.run(async () => await sleep(60_000));
 *   return scope.cancelledCaught;
 * }); // => true
 * ```
 *
 * asyncio has no such thing; it is Trio's. A scope takes only the CancelledError of its own request.
 */
export class CancelScope implements LevelScope {
  static {
    printsItself(this.prototype);
    // Few scopes have them, and a program may make very many timeouts.
    Object.assign(this.prototype, { _asker: undefined, _kept: undefined });
  }

  /** @internal */
  _state: 'created' | 'active' | 'left' | 'caught' = 'created';
  /** @internal */
  _deadline: number | undefined = undefined;
  /** @internal How long the time was when it was set, in ms. */
  _ms: number | undefined = undefined;
  /** @internal The part of a task that runs the body. */
  _part: Task<unknown> | undefined = undefined;
  /** @internal The requests to cancel the part that there were when the body began. */
  _before = 0;
  /** @internal */
  _request: CancelRequest | undefined = undefined;
  /** @internal The name of the task that called `cancel()`; empty if no task did, undefined if the deadline made the request. */
  declare _asker: string | undefined;
  /** @internal Scopes that are entered later are further inside. */
  _order = 0;
  /** @internal When it made its request. */
  _asked = 0;
  #timer: Handle | PlainTimer | undefined;
  /** The values of the context in which the deadline was set: the task is cancelled in it, as by a timer callback. */
  #values: Values | undefined;
  #signal: AbortSignal | undefined;
  #controller: AbortController | undefined;
  #options: CancelScopeOptions | undefined;
  /** @internal A request from further outside that came to a level-triggered scope after its own. */
  declare _kept: { readonly reason: unknown } | undefined;

  /**
   * @throws TypeError when an option has the wrong type, or is not known, or both times are given; RangeError when one is NaN.
   */
  constructor(options?: CancelScopeOptions) {
    if (options !== undefined) this._use(checkScopeOptions('CancelScope', options));
  }

  /** @internal */
  _use(options: CancelScopeOptions): void {
    this.#options = options;
    this._ms = options.timeout ?? undefined;
    this._deadline = options.deadline ?? undefined;
  }

  /** The name that it was given. */
  get name(): string | undefined {
    return this.#options?.name;
  }

  /** The time at which the body is cancelled, in ms on the clock of `loop.time()`; undefined if there is none. */
  get deadline(): number | undefined {
    return this._deadline;
  }

  /**
   * Moves the deadline; undefined or null removes it. Has no effect once the scope was cancelled.
   *
   * @throws Error when the body has ended; TypeError when it is not a number; RangeError when it is NaN.
   */
  set deadline(when: number | null | undefined) {
    if (this._state === 'left' || this.cancelledCaught)
      throw new Error('The deadline of a scope that was left cannot be changed.');
    checkOptionalTime('deadline', 'a time', when);
    this._ms = undefined;
    if (this._state === 'created' || this._request !== undefined)
      this._deadline = when ?? undefined;
    else this._set(getEventLoop(), when ?? undefined);
  }

  /** True once `cancel()` was called or the deadline has passed, whatever the body did then. */
  get cancelCalled(): boolean {
    return this._request !== undefined;
  }

  /** True if the scope was left because of its own request. */
  get cancelledCaught(): boolean {
    return this._state === 'caught';
  }

  /**
   * Cancels the body, now or when it begins: it gets a {@link CancelledError} where it waits. May be called from anywhere.
   *
   * @param reason - A message, or any value that says why: it becomes `error.reason`, also of the signal's error.
   * @returns False when the body has ended, or was cancelled by this scope already.
   */
  cancel(reason?: unknown): boolean {
    if (this._state === 'left' || this._request !== undefined) return false;
    this._asker = currentTask()?.getName() ?? '';
    this._ask(currentValues(), reason);
    return true;
  }

  /**
   * An AbortSignal that aborts when the body is cancelled, by the scope or from outside: for `fetch` and its like. A shielded
   * body has one that only the scope aborts.
   */
  get signal(): AbortSignal {
    if (this.#controller !== undefined) return this.#controller.signal;
    if (this._part === undefined) {
      this.#controller = new AbortController();
      return this.#controller.signal;
    }
    if (this.#signal === undefined || this._state === 'active') this.#signal = signalOf(this._part);
    return this.#signal;
  }

  /**
   * Runs `body` in the scope. A scope runs one body.
   *
   * @param body - A generator function or an async function. It is given the scope.
   * @returns What the body returns; undefined if the scope ended it.
   * @throws what the body throws, but for the CancelledError of the scope itself. At once: TypeError when `body` is not a
   *   function; Error when the scope ran a body before.
   */
  run<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
    body: BodyOf<'scope.run(async () => { … })', CancelScope, T, Yielded, Given, Way, Other>,
  ): AwaitableCoroutine<T | undefined> {
    checkBody('scope.run', body);
    if (this._state !== 'created') throw usedTwice(this);
    const given = body as Body<[CancelScope], T>;
    const isShielded = this.#options?.shield === true;
    return (isShielded ? asExit(shielding(this, given)) : scoping(this, given)) as never;
  }

  /** @internal The body begins, in the part of the task that runs here. */
  _enter(caller: string): void {
    if (this._state !== 'created') throw usedTwice(this);
    const part = requirePart(caller);
    const loop = getEventLoop();
    this._state = 'active';
    this._part = part;
    this._before = part.cancelling();
    this._order = ++count;
    if (this.#controller !== undefined) abortWith(this.#controller, signalOf(part));
    if (this._request !== undefined) this._ask(currentValues(), this._request.reason);
    else this._set(loop, this._whenToEnd(loop));
  }

  /** @internal */
  _whenToEnd(loop: EventLoop): number | undefined {
    return this._ms === undefined ? this._deadline : loop.time() + this._ms;
  }

  /** @internal */
  _set(loop: EventLoop, when: number | undefined): void {
    this._deadline = when;
    this.#values = currentValues();
    this.#timer?.cancel();
    this.#timer = undefined;
    if (when === undefined) return;
    const now = loop.time();
    this._ms ??= when - now;
    this.#timer = when > now ? new PlainTimer(loop, when, this) : loop.callSoon(expire, this);
  }

  /** @internal The deadline has passed. */
  _fire(): void {
    this.#timer = undefined;
    if (this._request === undefined) this._ask(this.#values as Values, undefined);
  }

  /** @internal */
  _ask(values: Values, reason: unknown): void {
    const part = this._part;
    const request = new CancelRequest(reason, this, seams.debug?.placeOfCall());
    // Before it cancels, which runs code of the program: that may look at the scope.
    this._request = request;
    this._asked = ++count;
    if (part === undefined) {
      this.#controller?.abort(new CancelledError(request));
      return;
    }
    const requests = part.cancelling();
    noteAsked(this, part);
    try {
      cancelIn(values, part, request);
      abandonUnreached(part);
    } catch (error) {
      if (part.cancelling() === requests) this._request = undefined;
      throw error;
    }
  }

  /** @internal The body ended. */
  _end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this._state = 'left';
  }

  /** @internal Takes the request back. Returns the number of requests to cancel the part that others made. */
  _leave(): number {
    this._end();
    const part = this._part as Task<unknown>;
    if (this._request === undefined) return 0;
    const others = part.uncancel() - this._before;
    leaveLevel(part, this, this._request);
    forgetAsked(this, part);
    if (this._kept !== undefined) mustCancel(part, this._kept.reason);
    return others;
  }

  /** @internal Ends the scope, of which the body threw `error`. Returns if the scope has caught it, or throws the error that goes on. */
  _exit(error: unknown): void {
    const others = this._leave();
    if (this._request === undefined || !(error instanceof CancelledError)) throw error;
    const request = requestOf(error);
    // An error that does not tell may have been made by code of the program, for the request. One of a timeout or a group inside
    // was passed on by their count.
    const isKnown =
      request !== undefined && (typeof request.by !== 'object' || orderOf(request) >= 0);
    if (isKnown && request !== this._request) throw error;
    if (others <= 0) {
      this._state = 'caught';
      return;
    }
    // A request of others may have been on its way, in a `finally`, when that of this scope came and took its place.
    const part = this._part as Task<unknown>;
    const outer = askedOutside(this, part);
    if (others > outer.length) throw error;
    throw cancelledError(outer[0]?._request, part._loop.getDebug());
  }

  /** @internal */
  _levelFor(task: Task<unknown>): LevelScope | undefined {
    const isInside = this._state === 'active' && task._task === this._part?._task;
    return this.#options?.level === true && isInside ? this : undefined;
  }

  /** @internal */
  _keep(reason: unknown): void {
    if (orderOf(reason) > this._order) return;
    this._kept = {
      reason: this._kept === undefined ? reason : outermost(this._kept.reason, reason),
    };
  }

  /** @internal Names it in `error.source` and in stacks. */
  _title(): string {
    const by = this._asker ? `, cancelled by task '${this._asker}'` : '';
    return `a cancel scope${nameText(this)}${this._ms === undefined ? '' : ` of ${msText(this._ms)}`}${by}`;
  }

  toString(): string {
    const when =
      this._state === 'active' && this._deadline !== undefined ? ` deadline=${this._deadline}` : '';
    return `<CancelScope${nameText(this)} ${this._state}${this.cancelCalled ? ' cancelled' : ''}${when}>`;
  }
}

// Functions outside of the class: a closure in a method costs each of its calls an object.
const abortWith = (controller: AbortController, signal: AbortSignal): void =>
  signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });

const expire = (scope: CancelScope): void => scope._fire();

const nameText = ({ name }: CancelScope): string => (name === undefined ? '' : ` '${name}'`);

const usedTwice = (scope: CancelScope): Error =>
  new Error(`\`scope.run()\` expected a new scope, but got ${scope}. Make one for each body.`);

function* inScope<Scope extends CancelScope>(
  scope: Scope,
  body: Body<[Scope], unknown>,
): Coroutine<unknown> {
  scope._enter('scope.run');
  try {
    return yield* runBody(body, scope);
  } catch (error) {
    scope._exit(error);
    return undefined;
  } finally {
    // The body has returned, or the coroutine was closed.
    if (scope._state === 'active') scope._leave();
  }
}

/** Runs `body` in `scope`. */
export const scoping: typeof inScope = awaitable(inScope<CancelScope>) as typeof inScope;

const shielding = awaitable((scope: CancelScope, body: Body<[CancelScope], unknown>) =>
  shielded(inScope(scope, body)),
);

/**
 * Runs `body` in a new {@link CancelScope}.
 *
 * With `shield: true` requests to cancel the task wait until the body has ended: for cleanup that has to wait, though the task was
 * cancelled. Give it a `timeout` too, so that the cleanup ends.
 *
 * @param options - Those of {@link CancelScope}.
 * @param body - A generator function or an async function. It is given the scope.
 * @returns What the body returns; undefined if the scope ended it.
 * @throws what the body throws, but for the CancelledError of the scope itself; CancelledError at the end of a shielded body (the
 *   result is lost then), if the task was cancelled meanwhile. At once, what `new CancelScope()` and `scope.run()` throw.
 *
 * @example
 * ```ts
 * import { cancelScope, createTask, run, sleep } from 'skein';
 *
 * await run(async () => {
 *   const task = createTask(async () => {
 *     try {
 *       await sleep(60_000);
 *     } finally {
 *       await cancelScope({ shield: true, timeout: 1000 }, async () => {
 *         await sleep(5);
 *         console.log('closed');
 *       });
 *     }
 *   });
 *   await sleep(1);
 *   task.cancel();
 *   await sleep(1);
 *   await task.stop('again');
 *   return task.cancelled();
 * }); // => true
 * // Output:
 * // closed
 * ```
 */
export function cancelScope<T, Yielded = Missing, Given = Missing, Way = Missing, Other = never>(
  options: CancelScopeOptions,
  body: BodyOf<'cancelScope({ … }, async () => { … })', CancelScope, T, Yielded, Given, Way, Other>,
): AwaitableCoroutine<T | undefined>;
export function cancelScope(
  options: CancelScopeOptions,
  body: unknown,
): AwaitableCoroutine<unknown> {
  const checked = checkScopeOptions('cancelScope', options);
  checkBody('cancelScope', body);
  const scope = new CancelScope();
  scope._use(checked);
  return scope.run(body as Body<[CancelScope], unknown>);
}
