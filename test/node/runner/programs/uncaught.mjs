/** Lets the interrupt out, as most programs do. */
import { run, sleep } from 'skein';

await run(function* () {
  console.log('ready');
  yield* sleep(1e9);
});
