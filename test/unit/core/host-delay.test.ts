import { expect, test } from 'vitest';
import { clampDelay } from '../../../src/core/clamp-delay.ts';
import { HostDelay } from '../../../src/core/host-delay.ts';

/** Timers of a host, which fire by hand. */
class Timers {
  readonly delays: number[] = [];
  held = 0;
  #fn: (() => void) | undefined;

  readonly set = (fn: () => void, ms: number) => {
    this.delays.push(clampDelay(ms));
    this.#fn = fn;
    this.held++;
    const timer = { unref: () => this.held-- };
    return { timer, clear: () => (this.#fn = undefined) };
  };

  fire(): void {
    const fn = this.#fn;
    this.#fn = undefined;
    fn?.();
  }
}

test('a delay that is longer than a host timer can be is made of several, and ends once', () => {
  const timers = new Timers();
  const log: string[] = [];
  new HostDelay(() => log.push('ended'), 2 * (2 ** 31 - 1) + 5.5, timers.set);
  timers.fire();
  timers.fire();
  expect(log).toEqual([]);
  timers.fire();
  expect(log).toEqual(['ended']);
  expect(timers.delays).toEqual([2 ** 31 - 1, 2 ** 31 - 1, 6]);
});

test('a delay of Infinity sets no host timer', () => {
  const timers = new Timers();
  const delay = new HostDelay(() => {}, Number.POSITIVE_INFINITY, timers.set);
  delay.unref();
  delay.clear();
  expect(timers.delays).toEqual([]);
});

test('a delay that does not hold the program does not hold it with its further timers either', () => {
  const timers = new Timers();
  const delay = new HostDelay(() => {}, 2 ** 31, timers.set);
  delay.unref();
  timers.fire();
  expect([timers.delays, timers.held]).toEqual([[2 ** 31 - 1, 1], 0]);
});

test('a delay that is cleared does not end', () => {
  const timers = new Timers();
  const log: string[] = [];
  const delay = new HostDelay(() => log.push('ended'), 2 ** 31, timers.set);
  timers.fire();
  delay.clear();
  timers.fire();
  expect(log).toEqual([]);
});

test.each([
  [-1, 0],
  [0, 0],
  [0.2, 1],
  [2.000_01, 2],
  [2 ** 31 - 1.5, 2 ** 31 - 1],
  [2 ** 31, 2 ** 31 - 1],
  [Number.POSITIVE_INFINITY, 2 ** 31 - 1],
  [Number.NaN, 0],
])('%d ms are a host timer of %d ms', (ms, expected) => {
  expect(clampDelay(ms)).toBe(expected);
});
