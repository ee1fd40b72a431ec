import { run, sleep } from 'skein';

async function work() {
  await sleep(10);
}

await run(async () => {
  for (;;) {
    try {
      await work();
    } catch (error) {
      console.error(error);
    }
  }
});
