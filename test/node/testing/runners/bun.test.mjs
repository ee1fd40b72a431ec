import { jest, test } from 'bun:test';
import { suite } from './suite.mjs';

suite(test, {
  install: () => jest.useFakeTimers(),
  tick: (ms) => jest.advanceTimersByTime(ms),
  uninstall: () => jest.useRealTimers(),
  fakesPerformance: true,
});
