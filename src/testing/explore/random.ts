/** Returns 32 random bits as a number from 0 up to, but not including, 1. */
export type Random = () => number;

/**
 * Makes a source of random numbers that are the same for each run of a program. Two seeds that differ by one give sequences
 * that have nothing in common.
 */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    // A counter, whose bits are mixed.
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Returns a whole number from 0 up to, but not including, `count`. */
export function below(random: Random, count: number): number {
  return Math.floor(random() * count);
}
