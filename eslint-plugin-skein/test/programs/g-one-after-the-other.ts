import { run, sleep } from 'skein';

await run(async () => {
  const a = sleep(100),
    b = sleep(100);
  await a;
  await b;
});
