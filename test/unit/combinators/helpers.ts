import type { Coroutine, Yieldable } from 'skein';
import { expect } from 'vitest';

/** Waits for what is expected to fail, and returns what it throws. */
export function* caught(awaitable: Yieldable<unknown>): Coroutine<unknown> {
  let result: unknown;
  try {
    result = yield* awaitable;
  } catch (error) {
    return error;
  }
  throw new Error(`Nothing was thrown, but ${String(result)} was returned.`);
}

/** Calls what is expected to fail, and returns what it throws. */
export function thrownBy(fn: () => unknown): unknown {
  let result: unknown;
  try {
    result = fn();
  } catch (error) {
    return error;
  }
  throw new Error(`Nothing was thrown, but ${String(result)} was returned.`);
}

/** Lets `count` iterations of the loop pass. */
export function* iterations(count: number): Coroutine<void> {
  for (let i = 0; i < count; i++) yield;
}

/** Holds that both are the same futures, in whatever order: `toEqual` would iterate them, which is to await them. */
export function expectSame(actual: Iterable<object>, expected: Iterable<object>): void {
  expect(new Set(actual).size).toBe(new Set(expected).size);
  for (const each of expected) expect([...actual].includes(each), `${each} is there`).toBe(true);
}
