import { Effect, Fiber } from 'effect';

await Effect.runPromise(
  Effect.gen(function* () {
    const fibers = [];
    for (const ms of [1, 2]) fibers.push(yield* Effect.forkChild(Effect.sleep(ms)));
    return yield* Fiber.joinAll(fibers);
  }),
);
