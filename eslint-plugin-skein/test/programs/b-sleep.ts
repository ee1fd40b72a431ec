import { run, sleep } from 'skein';

await run(async () => {
  sleep(10);
});
