import { suite } from './suite.mjs';

const { jest } = import.meta;

suite(globalThis.test, {
  install: () => jest.useFakeTimers(),
  tick: (ms) => jest.advanceTimersByTime(ms),
  uninstall: () => jest.useRealTimers(),
  fakesPerformance: true,
});
