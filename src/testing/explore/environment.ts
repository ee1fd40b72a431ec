import type { AwaitableCoroutine, Coroutine } from '../../core/coroutine.ts';
import type { Future } from '../../core/future.ts';
import type { Task } from '../../core/task.ts';

/** How a question to the world outside may be answered. */
export interface AnswerOptions {
  /** An error, or several, with which it may fail: one of them takes the place of the answer in some schedules. */
  fails?: unknown | undefined;
  /** It is answered only after this future is done. By default answers come in any order. */
  after?: Future<unknown> | undefined;
}

/**
 * What a test that is explored has in place of the world outside: what it asks of the environment varies from schedule to
 * schedule.
 */
export interface Environment {
  /**
   * Asks something outside: a server, a disk, a user. The future is settled at any time from now on, in any order.
   *
   * @param what - Names it in the explanation of a failure.
   * @param value - What it answers, or a function that is called when it does.
   */
  answer<T = void>(what: string, value?: T | (() => T), options?: AnswerOptions): Future<T>;
  /** As `answer()`, but a promise of the host: for code that takes no futures. */
  promise<T = void>(what: string, value?: T | (() => T), options?: AnswerOptions): Promise<T>;
  /** The task may be cancelled from outside, at any time. Returns the task. */
  mayCancel<F extends Task<unknown>>(task: F): F;
  /** Returns a number from 0 up to, but not including, `count`; 0 is the usual one. */
  choose(count: number, what: string): number;
  /** Returns one of the values; the first is the usual one. */
  choose<T>(values: readonly T[], what: string): T;
  /** Tells whether the place that `what` names fails this time. Usually it does not. */
  mayFail(what: string): boolean;
  /** Takes no time, or 1 ms, or `ms`. */
  late(ms: number, what?: string): AwaitableCoroutine<void>;
  /**
   * A future that is done when nothing can happen any more: nothing is ready, nothing outside has an answer, no timer is set.
   * From then on no task is cancelled, and nothing fails.
   */
  quiet(): Future<void>;
  /** Returns a stand-in for the object: explanations of failures tell who reads and who writes its properties. */
  shared<T extends object>(object: T): T;
  /** Calls `check` when main is over and nothing can happen any more. What it throws is the failure of the schedule. */
  atEnd(check: () => void): void;
  /** Writes a line into the explanation of a failure. */
  log(text: string): void;
}

/** What is explored: a test in one function. It has to make all that it uses anew, as it is called for each schedule. */
export type Main = (environment: Environment) => Coroutine<void> | PromiseLike<void>;
