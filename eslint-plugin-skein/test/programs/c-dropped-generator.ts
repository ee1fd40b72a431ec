import { run, sleep } from 'skein';

function* work() {
  yield* sleep(10);
  return 1;
}

await run(function* () {
  work();
  yield* sleep(20);
});
