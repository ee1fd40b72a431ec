import { createTask, gather, sleep } from 'skein';

await gather([1, 2].map((ms) => createTask(sleep(ms))));
