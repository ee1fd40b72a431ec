/** One sample, in a process of its own: `node sample.mjs <question> <pool>` prints a number. */
import { pools } from './pools.mjs';
import { questions } from './questions.mjs';

const [wanted, pool] = process.argv.slice(2);
const question = questions.find(({ name }) => name === wanted);
console.log(await question.ask(pools[pool]));
process.exit();
