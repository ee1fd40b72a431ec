/** Takes Ctrl-C as a request to come to an end, and returns a result. */
import { run, sleep } from 'skein';

const result = await run(async () => {
  console.log('ready');
  try {
    await sleep(1e9);
  } catch {
    return 'the result';
  }
});
console.log(result);
