import { test, vi } from 'vitest';
import { suite } from './suite.mjs';

suite(test, {
  install: () => vi.useFakeTimers(),
  tick: (ms) => vi.advanceTimersByTime(ms),
  uninstall: () => vi.useRealTimers(),
  fakesPerformance: true,
});
