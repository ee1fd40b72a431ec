/** Has jobs call `run()`, and tell how many listeners for signals there are meanwhile. */
import { ProcessPoolExecutor, ThreadPoolExecutor } from 'skein/executors';

async function countListeners() {
  const { run, sleep } = await import('skein');
  return run(async () => {
    await sleep(1);
    return ['SIGINT', 'SIGTERM'].map((signal) => process.listenerCount(signal)).join(' ');
  });
}

const pools = {
  thread: new ThreadPoolExecutor({ maxWorkers: 1 }),
  process: new ProcessPoolExecutor({ maxWorkers: 1 }),
};
for (const [kind, pool] of Object.entries(pools)) {
  console.log(`${kind}: ${await pool.submit(countListeners)}`);
  await pool.shutdown();
}
