import { type Coroutine, run, sleep } from 'skein';

function* work(): Coroutine<number> {
  yield* sleep(10);
  return 1;
}

await run(function* () {
  const result = yield work();
  return result;
});
