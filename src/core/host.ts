/**
 * The host is the runtime that a loop lives in. The loop needs of it a clock, a microtask, a macrotask, a timer, and the
 * async context where there is one. One implementation serves Node, Bun, Deno and browsers, by asking which functions
 * exist. Tests use a virtual host.
 */

import { macrotask, now, setTimer } from './page-timers.ts';
import type { Then } from './read-then.ts';

/** A captured async context of the host (AsyncLocalStorage), in which functions can be run. */
export interface AsyncScope {
  runInAsyncScope<This, Args extends unknown[], R>(
    fn: (this: This, ...args: Args) => R,
    thisArg: This,
    ...args: Args
  ): R;
}

/** A value that follows a program through its awaits. */
export interface AsyncLocal<T> {
  getStore(): T | undefined;
  run<R>(store: T, fn: () => R): R;
  /** Sets the value until the running `AsyncScope` is left. Undefined where it would stay set after that. */
  enterWith?(store: T | undefined): void;
  /** Returns what a getter of `then` returns. Only where the host has no async context: continuations.ts. */
  thenOf?(then: Then): Then;
  /** Returns a function that settles the promise of an `await`, after which `store` is the value. Where `thenOf` is there. */
  continuing?(store: T, settle: (value: unknown) => unknown): (value: unknown) => unknown;
  /** What awaits something wrapped, so that it will be reached, with the number of such awaits. Where `thenOf` is there. */
  readonly wrapped?: Map<T, number>;
}

export interface Host {
  /** Milliseconds on the clock that the program sees. */
  now(): number;
  /** Milliseconds on the real clock, which never goes back. The same one, unless a test has replaced the other. */
  realNow(): number;
  /** Runs `fn` before the host does anything else. */
  microtask(fn: () => void): void;
  /** Runs `fn` after the host had a turn, in which it served its timers and I/O. */
  macrotask(fn: () => void): void;
  /** Sets a timer of the real clock. One longer than 2^31 - 1 ms fires then. */
  setTimer(fn: () => void, ms: number): unknown;
  /** Clears a timer of either clock. Does nothing for undefined. */
  clearTimer(timer: unknown): void;
  /** Tells whether the program has to wait for the timer. Hosts that never end by themselves have no use for it. */
  holdTimer?(timer: unknown, isNeeded: boolean): void;
  /** Tells whether a test has replaced the clock or the timers. */
  areFaked?(): boolean;
  /** Sets a timer of the clock that the program sees. */
  setFakedTimer?(fn: () => void, ms: number): unknown;
  /** Tells that a timer for `when` on the replaced clock has fired. */
  hasReached?(when: number): void;
  /**
   * Returns the current async context, or undefined where the host has none. `isEntered`: what runs in it first enters a value of
   * `current.asyncLocal`, so the present one may be left out.
   */
  captureScope(isEntered?: boolean): AsyncScope | undefined;
  /** Makes an async-local value, or returns undefined where the host has none. */
  createAsyncLocal<T>(): AsyncLocal<T> | undefined;
}

interface NodeLikeProcess {
  getBuiltinModule?(id: string): unknown;
}

interface AsyncHooks {
  AsyncResource: new (type: string, triggerAsyncId?: number) => AsyncScope;
  executionAsyncId?(): number;
  AsyncLocalStorage: new <T>() => AsyncLocal<T>;
}

const scope = globalThis as unknown as {
  process?: NodeLikeProcess;
};

const resolved = Promise.resolve();
export const asyncHooks = scope.process?.getBuiltinModule?.('node:async_hooks') as
  | AsyncHooks
  | undefined;

/** Forgets what was captured in an iteration that ends. Set by shared-scopes.ts. */
export const scopes: { forget?: () => void } = {};

/** In Node, Deno and Bun, and with `skein/debug`, register-timers.ts gives it timers that live with those of tests. */
export const systemHost: Host = {
  now,
  realNow: now,
  // A settled promise's `then` costs a fifth of `queueMicrotask`, which in Node makes an AsyncResource a call.
  microtask: (fn) => void resolved.then(fn),
  macrotask,
  setTimer,
  clearTimer: (clear) => (clear as (() => void) | undefined)?.(),
  // Not `AsyncLocalStorage.snapshot()`: 5 to 25 µs on Node 20, where this takes 30 to 85 ns.
  captureScope: () => asyncHooks && new asyncHooks.AsyncResource('skein'),
  // What is entered may stay set: node-scopes.ts tries that out.
  createAsyncLocal: <T>() => asyncHooks && withoutEnter(new asyncHooks.AsyncLocalStorage<T>()),
};

/** `enterWith()` is not taken away from the object itself: `run()` of Node 24 calls it. */
export function withoutEnter<T>(local: AsyncLocal<T>): AsyncLocal<T> {
  return { getStore: () => local.getStore(), run: (store, fn) => local.run(store, fn) };
}
