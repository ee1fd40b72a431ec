/** Which words errors and text forms have in a bundle for a page: short ones, and with `skein/debug` the same as in Node. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Within the package, so that it is found by its own name. */
let home: string;
beforeAll(() => {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  home = mkdtempSync(join(cache, 'texts-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Makes mistakes, and prints what came of each: the name of the error class and its text, or a text form. */
const mistakes = `
import { CancelledError, createTask, Future, gather, getEventLoop, run, sleep } from 'skein';
function outcome(fn) {
  try {
    return String(fn());
  } catch (error) {
    return error.name + ': ' + error.message;
  }
}
const failed = new Future();
failed.setResult([1]);
console.log('answers ' + JSON.stringify([
  outcome(() => sleep('5')),
  outcome(() => createTask(Promise.resolve())),
  outcome(() => createTask(sleep(1), { nam: 'x' })),
  outcome(() => gather([1])),
  outcome(() => getEventLoop().callSoon(async () => {})),
  outcome(() => failed.setResult(2)),
  outcome(() => failed),

  await run(async () => String(createTask(sleep(1000), { name: 'slow' }))),
  new CancelledError('why').code,
]));
`;

const full = [
  'TypeError: `sleep()` expected a delay in milliseconds, but got "5" (string).',
  'TypeError: `createTask()` expected a coroutine, a generator function or an async function, but got a promise. A promise cannot be cancelled: pass the async function itself, `createTask(async () => …)`, or wrap it with `fromPromise()`.',
  'TypeError: `createTask()` expected options that it knows, but got `nam`. Write `name`.',
  'TypeError: `gather()` expected a coroutine, a future or a promise, but got 1 (number).',
  'TypeError: `callSoon()` expected a plain function to call, but got an async function: nothing would wait for it. Write `() => void createTask(work)`.',
  'InvalidStateError: Cannot set the result of this Future: it has finished already. A future is settled once; ask `done()` first.',
  '<Future finished result=Array(1)>',
  "<Task 'slow' pending>",
  'cancelled',
];

const short = [
  'TypeError: `sleep()` expected a delay in milliseconds, but got "5".',
  'TypeError: `createTask()` expected a coroutine, a generator function or an async function, but got [object Promise].',
  'TypeError: `createTask()` expected options that it knows, but got `nam`.',
  'TypeError: `gather()` expected a coroutine, a future or a promise, but got 1.',
  'TypeError: `callSoon()` expected a plain function to call, but got [object AsyncFunction].',
  'InvalidStateError: Cannot set the result of this Future: it has finished already.',
  '<Future finished>',
  "<Task 'slow' pending>",
  'cancelled',
];

function answersOf(code: string): unknown {
  const file = join(home, 'program.mjs');
  writeFileSync(file, code);
  const { NODE_OPTIONS, SKEIN_DEBUG, ...env } = process.env;
  const output = execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 60_000, env });
  const line = output.split('\n').find((each) => each.startsWith('answers '));
  return JSON.parse(line?.slice('answers '.length) ?? 'null');
}

async function bundled(code: string): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: code, resolveDir: home },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    external: ['node:*'],
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

describe('errors and text forms', () => {
  test('say all in Node', () => {
    expect(answersOf(mistakes)).toEqual(full);
  });

  test('are short in a bundle for pages', async () => {
    expect(answersOf(await bundled(mistakes))).toEqual(short);
  });

  test('say all in a bundle that imports `skein/debug`, also after `skein`', async () => {
    expect(answersOf(await bundled(`import 'skein/debug';\n${mistakes}`))).toEqual(full);
    expect(answersOf(await bundled(`${mistakes}\nimport 'skein/debug';`))).toEqual(full);
  });

  test('are each as their own copy has them, where two copies of the package meet', async () => {
    writeFileSync(join(home, 'page.mjs'), await bundled("export * from 'skein';"));
    const meeting = `
import * as full from 'skein';
import * as short from './page.mjs';
const outcome = (fn) => {
  try {
    fn();
  } catch (error) {
    return error.message;
  }
};
const asked = (one, other) =>
  one.run(async () => {
    const task = other.createTask(other.sleep(1000), { name: 'other' });
    const gathering = one.gather([task]);
    await one.sleep(0);
    const texts = [String(task), String(gathering), outcome(() => task.setResult(1))];
    gathering.cancel();
    await gathering.catch(() => {});
    return texts;
  });
console.log('answers ' + JSON.stringify([await asked(full, short), await asked(short, full)]));
`;
    expect(answersOf(meeting)).toEqual([
      [
        // The loop of `run()` makes the task; the timer that the task waits for is of the other copy.
        "<Task 'other' pending waiting for <TimerFuture pending>>",
        "<GatheringFuture pending in gather() of task 'other'>",
        "Task 'other' takes its result from its coroutine. Return it there.",
      ],
      [
        "<Task 'other' pending>",
        expect.stringMatching(/^<_?GatheringFuture pending in gather\(\) of 1 awaitables>$/),
        "Task 'other' takes its result from its coroutine.",
      ],
    ]);
  });
});
