/** The functions that are run by all. */
import { task } from '../../dist/executors/index.js';

function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function spin(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

export const { add, echo, fibonacci, hold } = task(import.meta.url, {
  add: (a, b) => a + b,
  echo: (bytes) => bytes,
  fibonacci: (n) => fib(n),
  hold: (ms) => spin(ms),
});
