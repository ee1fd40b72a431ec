import { sleep } from '../../combinators/sleep.ts';
import type { AwaitableCoroutine } from '../../core/coroutine.ts';
import { currentTask } from '../../core/current.ts';
import type { Future } from '../../core/future.ts';
import { FINISHED, PENDING } from '../../core/future-state.ts';
import { isFuture } from '../../core/is-future.ts';
import type { Task } from '../../core/task.ts';
import { brief, describe } from '../../core/text.ts';
import type { AnswerOptions, Environment } from './environment.ts';
import type { Cancelling } from './happening.ts';
import type { Run } from './run.ts';
import { sharedObject } from './shared-object.ts';
import { refuseUnfinished } from './unfinished-checks.ts';

const none: readonly unknown[] = [];

/** The environment of one run. */
export class RunEnvironment implements Environment {
  readonly checks: (() => unknown)[] = [];
  #ofRun: Run | undefined;
  #cancellings: Cancelling[] = [];
  #quiet: Future<void> | undefined;

  constructor(run: Run) {
    this.#ofRun = run;
  }

  /**
   * The run is over, and no code of the program goes on. Each run makes functions of the test anew, and the host keeps what they refer to
   * until it collects everything: that is to be little.
   */
  leaveRun(): void {
    this.#ofRun = undefined;
  }

  get #run(): Run {
    if (this.#ofRun !== undefined) return this.#ofRun;
    throw new Error(
      '`env` expected to be used while its schedule runs, but that is over. Each call of the test is given an `env` of its own.',
    );
  }

  answer<T = void>(what: string, value?: T | (() => T), options?: AnswerOptions): Future<T> {
    checkName('answer', what);
    return this.#ask<T>(what, value, options, undefined);
  }

  promise<T = void>(what: string, value?: T | (() => T), options?: AnswerOptions): Promise<T> {
    checkName('promise', what);
    this.#run.loop._meetsPromises = true;
    return new Promise<T>((resolve, reject) => {
      const future = this.#ask<T>(what, value, options, () => {
        if (future._state === FINISHED) resolve(future.result());
        else reject(future.exception());
      });
    });
  }

  #ask<T>(
    what: string,
    value: unknown,
    { fails, after }: AnswerOptions = {},
    settled: (() => void) | undefined,
  ): Future<T> {
    if (after !== undefined && !isFuture(after)) throw notAfter(after);
    const { outside } = this.#run;
    const future = this.#run.createAnswer<T>();
    future._purpose = `'${what}'`;
    const errors = fails === undefined ? none : Array.isArray(fails) ? fails : [fails];
    const asker = settled === undefined ? undefined : currentTask();
    outside.ask({
      what,
      future: future as Future<unknown>,
      value,
      fails: errors,
      after,
      settled,
      asker,
    });
    return future;
  }

  mayCancel<F extends Task<unknown>>(task: F): F {
    if (typeof (task as Partial<F> | undefined)?.cancel !== 'function') {
      throw new TypeError(
        `\`env.mayCancel()\` expected a task, but got ${describe(task)}. Write \`env.mayCancel(createTask(work()))\`.`,
      );
    }
    this.#cancellings.push({ kind: 'cancel', subject: task, lot: 0, task });
    return task;
  }

  choose<T>(from: number | readonly T[], what: string): number | T {
    checkName('choose', what);
    const count = typeof from === 'number' ? from : from?.length;
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(
        `\`env.choose()\` expected a whole number from 1 on, or a list that is not empty, but got ${describe(from)}.`,
      );
    }
    const chosen = this.#run.choices.choose(count, what);
    return typeof from === 'number' ? chosen : (from[chosen] as T);
  }

  mayFail(what: string): boolean {
    checkName('mayFail', what);
    return this.#run.choices.fault(1, what) > 0;
  }

  late(ms: number, what = 'the delay'): AwaitableCoroutine<void> {
    const delays = [0, 1, ms];
    return sleep(delays[this.#run.choices.choose(3, what)] as number);
  }

  quiet(): Future<void> {
    if (this.#quiet === undefined || this.#quiet._state !== PENDING) {
      this.#quiet = this.#run.loop.createFuture<void>();
      this.#quiet._purpose = 'quiet';
    }
    return this.#quiet;
  }

  shared<T extends object>(object: T): T {
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null) {
      throw new TypeError(`\`env.shared()\` expected an object, but got ${describe(object)}.`);
    }
    return sharedObject(object, (text) => this.#run.trace?.note(text));
  }

  atEnd(check: () => void): void {
    if (typeof check !== 'function') {
      throw new TypeError(
        `\`env.atEnd()\` expected a function to call, but got ${describe(check)}.`,
      );
    }
    refuseUnfinished('`env.atEnd()` expected', check);
    this.checks.push(check);
  }

  log(text: string): void {
    const line = typeof text === 'string' ? text : brief(text);
    this.#run.log.push(line);
    this.#run.trace?.note(`"${line}"`);
  }

  /** True if a task waits for `quiet()`. */
  get waitsForQuiet(): boolean {
    return this.#quiet?._state === PENDING;
  }

  /** Nothing can happen any more. */
  beQuiet(): void {
    this.#quiet?._finish(undefined);
  }

  /** The tasks that may be cancelled now. */
  cancellable(): readonly Cancelling[] {
    for (const { task } of this.#cancellings) {
      if (task._state === PENDING) continue;
      this.#cancellings = this.#cancellings.filter((each) => each.task._state === PENDING);
      break;
    }
    return this.#cancellings;
  }

  /** Adds the tasks that the option `mayCancel` names. */
  addCancellable(
    tasks: Iterable<Task<unknown>>,
    mayCancel: (task: Task<unknown>) => boolean,
  ): void {
    const known = new Set(this.#cancellings.map(({ task }) => task));
    for (const task of tasks) {
      if (task._state === PENDING && !known.has(task) && mayCancel(task)) this.mayCancel(task);
    }
  }
}

function notAfter(after: unknown): TypeError {
  return new TypeError(
    `\`env.answer()\` expected \`after\` to be a future, but got ${describe(after)}. Pass what \`env.answer()\` or \`createTask()\` returned.`,
  );
}

/** What is asked is named in explanations, and known again by its name. */
function checkName(method: string, what: unknown): void {
  if (typeof what === 'string') return;
  throw new TypeError(
    `\`env.${method}()\` expected a text that names what is asked, but got ${describe(what)}.`,
  );
}
