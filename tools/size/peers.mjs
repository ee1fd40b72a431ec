/**
 * The job that each library is weighed by: start two pieces of work that wait, await both. Each is written as the
 * documentation of its library would, in a file of its own in `bench/size/`.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const names = {
  skein: 'skein: `createTask`, `gather`, `sleep`',
  effection: 'effection: `run`, `spawn`, `sleep`, `all`',
  effect: 'Effect: `gen`, `forkChild`, `sleep`, `joinAll`',
  'p-queue': 'p-queue: two jobs',
  rxjs: 'RxJS: `forkJoin` of two timers',
};

const others = fileURLToPath(new URL('../../bench/node_modules', import.meta.url));

export const peers = Object.entries(names).map(([file, name]) => ({
  name,
  ...(file !== 'skein' && { packages: others }),
  code: readFileSync(new URL(`../../bench/size/${file}.mjs`, import.meta.url), 'utf8'),
}));
