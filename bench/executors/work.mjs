/** The functions that all pools run. They need nothing of any pool. */
function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

export const add = (a, b) => a + b;
export const fibonacci = (n) => fib(n);

/** Keeps its thread busy for so many ms. */
export function hold(ms) {
  const end = performance.now() + ms;
  while (performance.now() < end);
}
