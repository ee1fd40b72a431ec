import { Queue, run } from 'skein';

const queue = new Queue<number>();
await run(async () => {
  queue.put(1);
  return await queue.get();
});
