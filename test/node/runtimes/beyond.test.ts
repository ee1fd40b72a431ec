/** What goes beyond asyncio, in every runtime that is found. */
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { testInRuntimes } from './runtimes.ts';

const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

describe('combinators, limiters and channels have their results, and stop what is not needed', () => {
  const args = ['index.js', 'testing.js'].map((file) => pathOf(`../../../dist/node/${file}`));
  testInRuntimes(
    pathOf('beyond.mjs'),
    args,
    `all {"a":1,"b":2} ["stopped","RangeError"]
race "fast" ["stopped"]
any "near" ["stopped"]
allSettled ["rejected","fulfilled"] []
mapConcurrent 2 ["stopped","stopped"]
retry "third" [1,2,3]
latest "b" [true]
singleFlight [1,1] ["loads"]
channel [0,1,2] []
limiters [1,2,3] []`,
  );
});
