/**
 * The compiler refuses mistakes in one line that says what to write. It is the real one, and sees the types that are published.
 *
 * A program of a line each. The snapshot has the text that the compiler shows for the type of the parameter.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = `${root}.cache/type-messages`;

const before = `import { all, allSettled, any, asCompleted, Condition, coroutine, type Coroutine, createTask, ensureFuture, type Future, gather, latest, Lock, mapConcurrent, race, run, Runner, Semaphore, shield, singleFlight, sleep, staggeredRace, type Task, taskGroup, timeout, timeoutAt, toThread, wait, waitFor } from 'skein';
import type { ThreadPoolExecutor } from 'skein/executors';
declare const task: Task<number>; declare const future: Future<string>;
async function fetchPage(url: string) { return url; }
async function load() { return 1; }
function* work(): Coroutine<number> { yield* sleep(1); return 1; }
function* workOn(n: number): Coroutine<number> { yield* sleep(1); return n; }
function* noStar() { yield task; return 5; }
declare const none: { url: string };
declare const pool: ThreadPoolExecutor;
function size(text: string) { return text.length; }
function add(a: number, b: number) { return a + b; }`;

/** Returns what the compiler says of each program: the lines, without the type of the argument. */
function refusals(programs: readonly string[]): Map<string, string> {
  const first = before.split('\n').length + 1;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/programs.ts`, `${before}\n${programs.join('\n')}\n`);
  const options = { extends: '../../tsconfig.json', include: ['programs.ts'] };
  const compilerOptions = { customConditions: [], rootDir: '.' };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ ...options, compilerOptions }));
  const { stdout } = spawnSync('npx', ['tsc', '-p', folder, '--pretty', 'false'], {
    cwd: root,
    encoding: 'utf8',
  });
  const said = programs.map(() => [] as string[]);
  let at = -1;
  for (const line of stdout.trim().split('\n')) {
    const started = /programs\.ts\((\d+),\d+\): error TS\d+: (.*)/.exec(line);
    if (started !== null) at = Number(started[1]) - first;
    said[at]?.push(started?.[2] ?? line);
  }
  return new Map(programs.map((program, n) => [program, textOf(said[n] ?? [])]));
}

function textOf(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/^Argument of type '.*' is not assignable to parameter of type /, '');
}

/** `again`: the compiler may say the text once more, in a second line, of what a function returns. */
const mistakes: { name: string; again?: true; programs: string[] }[] = [
  {
    name: 'createTask()',
    programs: [
      'createTask(noStar);',
      'createTask(noStar());',
      'createTask(load());',
      'createTask(fetchPage);',
      'createTask(workOn);',
      'createTask(task);',
      'createTask(() => 5);',
      'createTask(async function* () { yield 1; });',
      'createTask(none);',
      'createTask(5);',
      'taskGroup(async (tg) => { tg.createTask(load()); });',
      'taskGroup(async (tg) => { tg.createTask(noStar); });',
    ],
  },
  {
    name: 'run()',
    programs: [
      'run(noStar);',
      'run(noStar());',
      'run(5);',
      'run(() => 5);',
      'run(fetchPage);',
      'run(workOn);',
      'run(none);',
      'run([task]);',
      'run(load());',
      "run(fetch('/page'));",
      'run((async () => {})());',
      'new Runner().run(noStar);',
      'new Runner().run(load());',
    ],
  },
  {
    name: 'timeout() and taskGroup()',
    programs: [
      'timeout(async () => 1, 5);',
      'timeout(work(), 5);',
      'timeout(5);',
      'timeout(load);',
      'timeout(5, load());',
      'timeout(5, work());',
      'timeout(5, noStar);',
      'timeout(5, fetchPage);',
      'timeout(5, () => 5);',
      "timeout('5', load);",
      'timeoutAt(load, 5);',
      'new Lock().with(load());',
      'new Semaphore(2).with(noStar);',
      'new Condition().with(fetchPage);',
      'taskGroup(load());',
      'taskGroup([task]);',
      'taskGroup(function* () { yield sleep(1); });',
    ],
  },
  {
    name: 'one awaitable',
    programs: [
      'waitFor(task);',
      'waitFor(5, task);',
      'waitFor(load, 5);',
      "waitFor(task, '5');",
      'waitFor([task], 5);',
      'waitFor(noStar(), 5);',
      'shield(5);',
      'shield(load);',
      'shield([task, future]);',
      'shield(new Set([task]));',
      'shield(none);',
      'ensureFuture(undefined);',
    ],
  },
  {
    name: 'a list of awaitables',
    programs: [
      'gather(task, future);',
      'gather(work(), work());',
      'gather(task);',
      'gather(load());',
      'gather(5);',
      'gather([task, 5]);',
      'gather([task, load]);',
      'gather([noStar(), task]);',
      'gather(new Set([5]));',
      'asCompleted(task, future);',
      'asCompleted([1]);',
      'asCompleted([load]);',
      'wait(task, future);',
      'wait(task);',
      'wait([work()]);',
      'wait([task, load]);',
      'staggeredRace([work()], 10);',
      'staggeredRace([() => 5], 10);',
      'staggeredRace(load, 10);',
    ],
  },
  {
    name: 'inputs that end together',
    programs: [
      'all([5]);',
      'all([task, 5]);',
      'all(new Set([5]));',
      'all({ task, n: 5 });',
      'all([noStar]);',
      'all({ a: noStar() });',
      'all([() => 5]);',
      'all([task, () => 5]);',
      'all([fetchPage]);',
      'all(task, future);',
      'all(load());',
      'all(load);',
      'all(5);',
      'all([true, false]);',
      'all([task], { concurrency: 5, limit: 5 });',
      'allSettled([5]);',
      'allSettled({ a: 5 });',
      'race([5]);',
      'race(task, future);',
      'race({ task });',
      'race([noStar]);',
      'any([workOn]);',
      'any([true, false]);',
    ],
  },
  {
    name: 'functions that make functions',
    again: true,
    programs: [
      'coroutine(load);',
      'coroutine(async () => 1);',
      'coroutine(() => 5);',
      'coroutine(work());',
      'coroutine(noStar);',
      'coroutine(async function* () { yield 1; });',
      'coroutine(5);',
      'latest(5);',
      'latest(load());',
      'latest(work());',
      'latest(noStar);',
      'latest(() => 5);',
      'latest(async function* () { yield 1; });',
      'singleFlight(5);',
      'singleFlight(load());',
      'singleFlight(noStar);',
      'singleFlight(() => 5);',
      'singleFlight(fetchPage, { key: 5 });',
      "singleFlight(fetchPage, { key: 'url' });",
      'singleFlight(fetchPage, { key: (n: number) => n });',
      'singleFlight(workOn, { key: (text: string) => text });',
      'singleFlight(fetchPage, { keys: fetchPage });',
      'singleFlight(fetchPage, 5);',
    ],
  },
  {
    name: 'mapConcurrent()',
    programs: [
      'mapConcurrent([1], 5);',
      'mapConcurrent([1], load());',
      'mapConcurrent([1], (n) => n);',
      'mapConcurrent([1], noStar);',
      'mapConcurrent([1], fetchPage);',
      'mapConcurrent([1], async function* () { yield 1; });',
      'mapConcurrent(fetchPage, [1]);',
      'mapConcurrent(5, load);',
      'mapConcurrent(none, load);',
      'mapConcurrent([1]);',
      "mapConcurrent([1], load, { onError: 'throw' });",
      'mapConcurrent([1], load, { concurency: 5 });',
      "mapConcurrent([1], load, { concurrency: '5' });",
      'mapConcurrent([1], load, 5);',
    ],
  },
  {
    name: 'functions that run elsewhere',
    programs: [
      'pool.submit(load());',
      'pool.submit(work());',
      'pool.submit(load(), 1);',
      'pool.submit(none);',
      'pool.submit(undefined);',
      'pool.submit(add, 1);',
      "pool.submit(add, 1, '2');",
      'pool.submitWith({ timeout: 5 }, load());',
      'pool.submitWith({ timout: 5 }, load);',
      'pool.submitWith(load, { timeout: 5 });',
      'pool.stream(work());',
      'pool.stream(load);',
      'pool.stream(() => 5);',
      'pool.streamWith({}, [1]);',
      'pool.streamWith({}, load);',
      'toThread(load());',
      'new Runner().getLoop().runInExecutor(pool, load());',
      'new Runner().getLoop().runInExecutor(undefined, 5);',
    ],
  },
  {
    name: 'map()',
    programs: [
      "pool.map(load(), ['a']);",
      "pool.map(['a'], size);",
      "pool.map(size('a'), ['a']);",
      'pool.map(size);',
      'pool.map(size, 5);',
      'pool.map(size, none);',
      'pool.map(size, [1]);',
      'pool.map(size, new Set([1]));',
      "pool.map(size, ['a', undefined]);",
      "pool.map(size, ['a'] as unknown[]);",
      'pool.map((page: { url: string; text: string }) => 1, [none]);',
      "pool.map(add, [1], ['2']);",
      "pool.map(add, [1], ['2'], { chunkSize: 5 });",
      'pool.map(add, [1]);',
      'pool.map(add, [1], { chunkSize: 5 });',
      'pool.map((a: number, b: number, c: number) => a, [1], [2]);',
      "pool.map(size, ['a'], { bufferSize: 1, bufersize: 2 });",
      "pool.map(size, ['a'], { bufersize: 2 });",
      'pool.map(add, [1], [2], { orderd: true, indexed: true });',
      "pool.map(size, ['a'], { bufferSize: '1' });",
      "pool.map(size, ['a'], 5);",
    ],
  },
];

describe('a mistake is refused in one line', () => {
  const said = refusals(mistakes.flatMap(({ programs }) => programs));

  test.each(mistakes)('$name', ({ programs, again }) => {
    const texts = programs.map((program) => {
      const [first = '', second = '', ...others] = (said.get(program) ?? '').split('\n');
      const text = /"`?[A-Z`].*"/.exec(first)?.[0];
      return again && others.length === 0 && text !== undefined && second.includes(text)
        ? first
        : [first, second, ...others].join('\n').trim();
    });
    expect(programs.filter((_, n) => texts[n] === '')).toEqual([]);
    expect(texts.filter((text) => text.includes('\n'))).toEqual([]);
    expect(
      programs.map((program, n) => `${program}\n    ${texts[n]}`).join('\n'),
    ).toMatchSnapshot();
  });
});
