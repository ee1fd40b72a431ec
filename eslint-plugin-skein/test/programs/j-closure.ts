import { run } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';

const rate = 1.2;
await using pool = new ThreadPoolExecutor();
await run(async () => await pool.submit((price: number) => price * rate, 100));
