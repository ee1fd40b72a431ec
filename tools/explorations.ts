/**
 * How well `explore()` finds the bugs of test/unit/testing/explore/bugs.ts, and how fast it is.
 *
 *     npm run explorations          25 seeds, 5,000 schedules for each mended twin
 *     npm run explorations -- 5     5 seeds
 *
 * For each bug: the number of schedules until it is found (median and greatest of the seeds), the departures of its
 * explanations, and whether a twin was reported. Then schedules a second of CPU time, and memory after 100,000 of them.
 */
import { type Coroutine, createTask } from 'skein';
import { type Environment, ExplorationError, explore } from 'skein/testing';
import { type Bug, bugs } from '../test/unit/testing/explore/bugs.ts';

type Coroutines = (env: Environment) => Coroutine<void>;
type Main = Coroutines | ((env: Environment) => Promise<void>);

const seeds = Number(process.argv[2] ?? 25);
const twinSchedules = 5000;

/** Returns the failure that is found with `seed`. */
function find({ main, orders }: Bug, seed: number): ExplorationError {
  try {
    explore((env) => main(env, false), { orders, seed, maxSteps: 500, schedules: 3000 });
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
  throw new Error('not found in 3,000 schedules');
}

/** Explores the mended twin in all modes; throws if one of them reports something. */
function exploreTwin({ main }: Bug): number {
  let schedules = 0;
  for (const orders of ['fifo', 'tasks'] as const) {
    for (const eager of [false, true]) {
      const options = { orders, eager, schedules: twinSchedules };
      schedules += explore((env) => main(env, true), options).schedules;
    }
  }
  return schedules;
}

function perSecond(schedules: number, begun: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(begun);
  return `${Math.round(schedules / ((user + system) / 1e6))} schedules/s of CPU`;
}

/** A program whose schedules take the whole of their way, as nothing fails. */
const program = (bugs.find(({ orders }) => orders === 'fifo') as Bug).main;

/** Explores until so many schedules ran, with another seed each time. Returns how many ran. */
async function many(count: number, main: Main): Promise<number> {
  let ran = 0;
  for (let seed = 0; ran < count; seed++) {
    ran += (await explore(main as Coroutines, { strategy: 'random', schedules: count, seed }))
      .schedules;
  }
  return ran;
}

const coroutines: Coroutines = (env) => program(env, true);

// Before the first async function, which makes every task dearer from then on. The first schedules are the slowest.
await many(20_000, coroutines);
let begun = process.cpuUsage();
console.log(`coroutines: ${perSecond(await many(20_000, coroutines), begun)}`);

for (const bug of bugs) {
  const found = Array.from({ length: seeds }, (_, seed) => find(bug, seed + 1));
  const counts = found.map(({ schedule }) => schedule).sort((a, b) => a - b);
  const departures = Math.max(...found.map((each) => each.departures));
  const kinds = [...new Set(found.map(({ kind }) => kind))].join(', ');
  const median = counts[seeds >> 1];
  console.log(
    `${bug.name}\n    ${kinds}, after ${median} schedules, at most ${counts.at(-1)}; departures: at most ${departures} of ${bug.departures}; twin: ${exploreTwin(bug)} schedules passed`,
  );
}

const heap = (): string => `${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(1)} MB`;
globalThis.gc?.();
const before = heap();
await many(100_000, coroutines);
globalThis.gc?.();
console.log(`memory: ${before}, after 100,000 schedules ${heap()}`);

const asyncMain = async (env: Environment): Promise<void> => {
  await createTask(program(env, true), { name: 'body' });
};
await many(1000, asyncMain);
begun = process.cpuUsage();
console.log(`async functions: ${perSecond(await many(3000, asyncMain), begun)}`);
