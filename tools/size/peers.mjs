/**
 * The job that each library is weighed by: start two pieces of work that wait, await both. Written as each library's own
 * documentation would.
 */
export const peers = [
  {
    name: 'effection: `run`, `spawn`, `sleep`, `all`',
    code: `import { all, run, sleep, spawn } from 'effection';
console.log(await run(function* () {
  const tasks = [];
  for (const ms of [1, 2]) tasks.push(yield* spawn(() => sleep(ms)));
  return yield* all(tasks);
}));
`,
  },
  {
    name: 'Effect: `fork`, `sleep`, `all`',
    code: `import { Effect, Fiber } from 'effect';
console.log(await Effect.runPromise(Effect.gen(function* () {
  const fibers = [];
  for (const ms of [1, 2]) fibers.push(yield* Effect.forkChild(Effect.sleep(ms)));
  return yield* Fiber.joinAll(fibers);
})));
`,
  },
  {
    name: 'p-queue: two jobs',
    code: `import PQueue from 'p-queue';
const queue = new PQueue();
const wait = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
console.log(await queue.addAll([1, 2].map((ms) => () => wait(ms))));
`,
  },
  {
    name: 'RxJS: `forkJoin` of two timers',
    code: `import { firstValueFrom, forkJoin, timer } from 'rxjs';
console.log(await firstValueFrom(forkJoin([timer(1), timer(2)])));
`,
  },
];
