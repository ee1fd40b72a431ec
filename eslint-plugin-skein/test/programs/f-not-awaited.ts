import { Lock, run, sleep, taskGroup, timeout } from 'skein';

const lock = new Lock();
await run(async () => {
  timeout(100, async () => {
    await sleep(10);
  });
  taskGroup(async (tg) => {
    tg.createTask(sleep(10));
  });
  lock.with(async () => {
    await sleep(10);
  });
});
