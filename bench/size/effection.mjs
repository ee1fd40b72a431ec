import { all, run, sleep, spawn } from 'effection';

await run(function* () {
  const tasks = [];
  for (const ms of [1, 2]) tasks.push(yield* spawn(() => sleep(ms)));
  return yield* all(tasks);
});
