/** How many schedules a second of CPU time takes, and how much memory stays. */
import { type Coroutine, createTask, gather, Lock } from 'skein';
import { type Environment, explore } from 'skein/testing';
import { type Bug, bugs } from '../../test/unit/testing/explore/bugs.ts';

type Coroutines = (env: Environment) => Coroutine<void>;
type Main = Coroutines | ((env: Environment) => Promise<void>);

/** Three trains, each of which needs two of three blocks: nothing fails, so each schedule takes the whole of its way. */
const { main } = bugs.find(({ name }) => name.startsWith('three trains')) as Bug;

export const coroutines: Coroutines = (env) => main(env, true);

/** The same trains as async functions. */
export async function asyncFunctions(env: Environment): Promise<void> {
  const blocks = [new Lock(), new Lock(), new Lock()] as const;
  async function train(n: 0 | 1 | 2): Promise<void> {
    for (let stop = 0; stop < n; stop++) await env.answer(`train ${n} stops`);
    const ahead = ((n + 1) % 3) as 0 | 1 | 2;
    const [first, second] = ahead < n ? [ahead, n] : [n, ahead];
    await blocks[first].with(async () => {
      await env.answer(`train ${n} brakes`);
      await blocks[second].with(async () => {});
    });
  }
  await gather(([0, 1, 2] as const).map((n) => createTask(() => train(n), { name: `train ${n}` })));
}

/** Explores until so many schedules ran, with another seed each time. Returns how many ran. */
export async function many(count: number, program: Main): Promise<number> {
  let ran = 0;
  for (let seed = 0; ran < count; seed++) {
    const options = { strategy: 'random', schedules: count, seed } as const;
    ran += (await explore(program as Coroutines, options)).schedules;
  }
  return ran;
}

/** Seconds of CPU time since `begun`. */
function seconds(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

/** Schedules for each second of CPU time: the best of five rounds, as other programs on the machine only make it slower. */
export async function speedOf(program: Main, count: number): Promise<number> {
  let best = 0;
  for (let round = 0; round < 5; round++) {
    const begun = process.cpuUsage();
    const ran = await many(count, program);
    best = Math.max(best, ran / seconds(begun));
  }
  return Math.round(best);
}

/** Megabytes of the heap that stay after `count` schedules. The first ones are left out: code is compiled then, and again. */
export async function growth(count: number): Promise<number> {
  await many(count * 2, coroutines);
  const before = heap();
  await many(count, coroutines);
  return (heap() - before) / 2 ** 20;
}

function heap(): number {
  // What the first one lets go may be all that refers to something else.
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
