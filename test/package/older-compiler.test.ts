/** The oldest compiler that the package promises takes lists of tasks too. It infers more parts of an argument than newer ones do. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}.cache/older-compiler`;

/** TypeScript 5.6, which are-the-types-wrong brings along. */
function olderCompiler(): string {
  const cli = createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json');
  const core = createRequire(cli).resolve('@arethetypeswrong/core');
  return createRequire(core).resolve('typescript/bin/tsc');
}

const program = `import { all, allSettled, allTasks, any, asCompleted, type AwaitableCoroutine, type Coroutine, type Future, gather, race, staggeredRace, type Task, wait } from 'skein';
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

test('TypeScript 5.6 takes lists and records of tasks, futures and functions', () => {
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
