import { run, sleep } from 'skein';

async function fetchFrom(mirror: string) {
  await sleep(10);
  return mirror;
}

async function first() {
  return await Promise.race([fetchFrom('a'), fetchFrom('b')]);
}

await run(async () => {
  await first();
  await Promise.any([fetchFrom('a'), sleep(10)]);
  await Promise.allSettled(['a', 'b'].map(fetchFrom));
});
