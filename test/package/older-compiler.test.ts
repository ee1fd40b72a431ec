/** The oldest compiler that the package promises takes lists of tasks too. It infers more parts of an argument than newer ones do. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { olderCompiler } from './older-compiler.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}.cache/older-compiler`;

const lists = `import { all, allSettled, allTasks, any, asCompleted, type AwaitableCoroutine, type Coroutine, type Future, gather, race, staggeredRace, type Task, wait } from 'skein';
declare const tasks: Task<number>[];
declare const futures: Set<Future<string>>;
declare const loads: Set<() => Promise<string>>;
export async function lists<T, F extends Future<T>>(some: Task<T>[], more: F[]): Promise<T[]> {
  const numbers: number[] = await gather(tasks);
  const texts: string[] = await gather(futures);
  const of: number[] = await all(tasks);
  const first: number = await race(tasks);
  const { result }: { result: string | undefined } = await staggeredRace(loads, 100);
  const { done }: { done: Set<Task<number>> } = await wait(tasks);
  for await (const each of asCompleted(tasks)) numbers.push(each.result());
  await gather([...allTasks()]);
  await wait(allTasks());
  await wait(more);
  const named: { a: number; b: string } = await all({ a: tasks[0]!, b: async (signal) => String(signal.aborted) });
  const [both, one]: [number, string] = await all([async () => 5, async (signal) => String(signal.aborted)]);
  const set: string[] = await all(loads);
  const [outcome] = await allSettled([async () => 5]);
  const loaded: string | boolean = await any([...loads, async (signal) => signal.aborted]);
  console.log(texts, of, first, result, done, named, both, one, set, outcome.status, loaded);
  return await gather(some);
}
export const allOf = <T>(list: Coroutine<T>[]): AwaitableCoroutine<T[]> => all(list);
export const raceOf = <T>(list: (() => Promise<T>)[]): AwaitableCoroutine<T> => race(list);
`;

const mains = `import { type AwaitableCoroutine, type Coroutine, coroutine, createTask, type Future, gather, Runner, run, sleep, type Task, type Yieldable } from 'skein';
declare const task: Task<number>;
declare const future: Future<number>;
declare const query: PromiseLike<number>;
declare const lazy: Promise<number> & { readonly [Symbol.toStringTag]: 'PrismaPromise' };
declare const either: Coroutine<number> | Future<number>;
declare const yieldable: Yieldable<number>;
async function load(): Promise<number> { return 1; }
function* work(): Coroutine<number> { yield* sleep(1); return 1; }
function* atOnce() { return 1; }
const declared = coroutine(work);
export const results: Promise<number>[] = [
  run(load), run(() => load()), run(work), run(work()), run(atOnce), run(atOnce()), run(declared), run(declared()), run(() => task),
  run(sleep(1, 5)), run(task), run(future), run(query), run(lazy), run(either), run(yieldable), run(createTask(work)), new Runner().run(work),
];
export const list: Promise<number[]> = run(gather([task]));
export const never: Promise<never> = run(async () => { throw new Error(); });
export const ofType = <C extends AwaitableCoroutine<number>>(main: C): Promise<number> => run(main);
// @ts-expect-error
run(load());
// @ts-expect-error
new Runner().run(load());
`;

const makers = `import { type AwaitableCoroutine, type Coroutine, coroutine, type Future, latest, mapConcurrent, run, singleFlight, sleep } from 'skein';
async function load(id: number): Promise<string> { return String(id); }
function* work(id: number): Coroutine<string> { return yield* sleep(id, ''); }
export const loads: ((id: number) => Future<string>)[] = [latest(load), singleFlight(load), singleFlight(load, { key: String })];
export const works: ((id: number) => AwaitableCoroutine<string>)[] = [latest(work), singleFlight(work, { key: (id) => id }), coroutine(work)];
const listOf = latest(async <Item>(item: Item) => [item]);
export const list: Future<string[]> = listOf('a');
const keyed = singleFlight(function* <Item>(item: Item, _key: number): Coroutine<Item> { return item; }, { key: (_, key) => key });
export const item: AwaitableCoroutine<string> = keyed('a', 5);
export const first = coroutine(function* <Item>(list: readonly Item[]): Coroutine<Item | undefined> { return list[0]; });
export const word: Promise<string | undefined> = run(first(['a']));
export const wrapped = <T>(fn: (id: number) => Promise<T>): ((id: number) => Future<T>) => latest(fn);
export const texts: AsyncIterable<string>[] = [mapConcurrent([1], load), mapConcurrent(new Set([1]), work), mapConcurrent([1], async (n, at) => String(n + at))];
export const annotated: <Item>(item: Item) => Future<Item> = latest(async <Item>(item: Item) => item);
export const declared: <Item>(item: Item) => AwaitableCoroutine<Item> = coroutine(function* <Item>(item: Item) { return item; });
// @ts-expect-error
coroutine(load);
// @ts-expect-error
latest(5);
// @ts-expect-error
latest(() => 5);
// @ts-expect-error
singleFlight(load, { key: (id: string) => id });
// @ts-expect-error
mapConcurrent(['a'], load);
// @ts-expect-error
mapConcurrent([1], (n) => n);
`;

test.each([
  ['lists and records of tasks, futures and functions', lists],
  ['every main that `run()` takes, and refuses a promise', mains],
  [
    'functions for `coroutine()`, `latest()`, `singleFlight()` and `mapConcurrent()`, and refuses others',
    makers,
  ],
])('TypeScript 5.6 takes %s', (_, program) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/program.ts`, program);
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable', 'dom'],
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: [`${root}node_modules/@types`],
  };
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({ compilerOptions, files: ['program.ts'] }),
  );
  const args = [olderCompiler(), '--project', folder, '--pretty', 'false'];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});
