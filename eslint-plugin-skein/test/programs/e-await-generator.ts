import { run, sleep } from 'skein';

function* work() {
  yield* sleep(10);
  return 1;
}

await run(async () => {
  const result = await work();
  return result;
});
