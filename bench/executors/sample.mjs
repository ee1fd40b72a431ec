/**
 * One sample, in a process of its own: `node sample.mjs <question> <pool> [build]` prints, as JSON, the `figure` and, of
 * questions that are about work, the `cpu` time of an operation in ns.
 */
import { thisBuild } from '../libraries.mjs';
import { CpuWatch } from './cpu-watch.mjs';
import { pools } from './pools.mjs';
import { questions } from './questions.mjs';

const [wanted, pool, build = thisBuild] = process.argv.slice(2);
const question = questions.find(({ name }) => name === wanted);
const watch = new CpuWatch();
const figure = await question.ask((workers) => pools[pool](workers, build), watch);
console.log(JSON.stringify({ figure, cpu: watch.ofOperation }));
process.exit();
