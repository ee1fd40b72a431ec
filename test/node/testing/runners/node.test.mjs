import { mock, test } from 'node:test';
import { suite } from './suite.mjs';

suite(test, {
  install: () => mock.timers.enable(),
  tick: (ms) => mock.timers.tick(ms),
  uninstall: () => mock.timers.reset(),
  fakesPerformance: false,
});
