/** The program of a page. `?own` takes the library's own workers. */
import { ThreadPoolExecutor } from 'skein/executors';
import { scenarios } from './scenarios.js';

document.title = 'The program of a page needs a page';
const own = new URLSearchParams(location.search).has('own');
const pool = new ThreadPoolExecutor({
  maxWorkers: 1,
  ...(own
    ? {}
    : { worker: () => new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }) }),
});
scenarios(pool).then(
  (answer) => console.log(`answer ${JSON.stringify(answer)}`),
  (error) => console.error(error),
);
