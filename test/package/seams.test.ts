/** Which parts a program has under each condition of `exports`: what it did not ask for is missing, and the error names the import. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumFlags, findChromium, howToGetChromium } from '../../tools/chromium.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Within the package, so that it is found by its own name. */
let home: string;
beforeAll(() => {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  home = mkdtempSync(join(cache, 'seams-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Asks for each part, and prints what came of it: a result, or the text of the error. */
const asks = `
import { createTask, getEventLoop, run, sleep, toThread } from 'skein';
async function outcome(fn) {
  try {
    return await fn();
  } catch (error) {
    return error.message;
  }
}
const answers = [
  await outcome(() => run(() => sleep(1, 'debug mode'), { debug: true })),
  await outcome(() => run(async () => await toThread(() => 'a thread'))),
  await outcome(() => run(async () => await getEventLoop().runInExecutor(undefined, () => 'an executor'))),
  await outcome(async () => {
    const failed = createTask(async function fails() { throw new Error('as it should'); });
    await failed.then(undefined, () => undefined);
    return failed.getStack().length > 0;
  }),
];
console.log('answers ' + JSON.stringify(answers));
`;
const asking = `import 'skein/debug';\nimport 'skein/executors';\n${asks}`;

const all = ['debug mode', 'a thread', 'an executor', true];
const noDebug = "This bundle has no debug mode. Write `import 'skein/debug';`.";
const noExecutor = "This bundle has no default executor. Write `import 'skein/executors';`.";
const unstarted = expect.stringContaining('cannot start: the file that they begin with');
const none = [noDebug, noExecutor, noExecutor, false];

function answersIn(output: string): unknown {
  const line = output.split('\n').find((each) => each.startsWith('answers '));
  return JSON.parse(line?.slice('answers '.length) ?? 'null');
}

function inNode(code: string, flags: readonly string[] = []): unknown {
  const file = join(home, 'program.mjs');
  writeFileSync(file, code);
  const { NODE_OPTIONS, SKEIN_DEBUG, ...env } = process.env;
  const options = { encoding: 'utf8', timeout: 60_000, env } as const;
  return answersIn(execFileSync(process.execPath, [...flags, file], options));
}

async function bundled(code: string, options: esbuild.BuildOptions): Promise<string> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: code, resolveDir: home },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    external: ['node:*'],
    write: false,
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

describe('a program in Node', () => {
  test('has all parts', () => {
    expect(inNode(asks)).toEqual(all);
  });

  test('reads the names of classes as they are written', () => {
    const names = `
import { EventLoop, Future } from 'skein';
console.log('answers ' + JSON.stringify([EventLoop.name, Future.name]));`;
    expect(inNode(names)).toEqual(['EventLoop', 'Future']);
  });

  test('may import them all the same, and loads no second copy of the library', () => {
    expect(inNode(asking)).toEqual(all);
    const resolves = `console.log('answers ' + JSON.stringify(import.meta.resolve('skein/debug')));`;
    expect(inNode(resolves)).toMatch(/dist\/node\/debug\.js$/);
  });

  test.each(['browser', 'workerd', 'react-native'])(
    'has none with the condition %s, and those that it imports',
    (condition) => {
      const flags = [`--conditions=${condition}`];
      expect(inNode(asks, flags)).toEqual(none);
      expect(inNode(asking, flags)).toEqual(all);
    },
  );
});

describe('a bundle that uses sleep() alone', () => {
  const sleeps = `
import { sleep } from 'skein';
const order = [];
const later = sleep(20, 'later');
order.push(await sleep(0, 'now'));
await sleep(5, 'soon').then((text) => order.push(text));
const coroutine = sleep(1, 'by hand');
const timer = coroutine.next().value;
let refused;
try {
  timer.getLoop().createTask(sleep(1));
} catch (error) {
  refused = error.message;
}
order.push(await later, await timer, await later);
try {
  timer.getLoop().runInExecutor(undefined, () => 'blocking');
} catch (error) {
  refused += error.message;
}
const answers = [order, refused];
`;
  const told = `console.log('answers ' + JSON.stringify(answers));`;

  test('sleeps, without tasks, and says how to have them', async () => {
    const code = await bundled(`${sleeps}${told}`, { platform: 'neutral' });
    expect(code).not.toContain('_stepInline');
    expect(inNode(code)).toEqual([
      ['now', 'soon', 'later', 'by hand', 'later'],
      "This bundle has no tasks. Write `import { createTask } from 'skein';`." +
        "This bundle has no executors. Write `import 'skein/executors';`.",
    ]);
  });

  test('has tasks on its loop once another copy of the package makes some', async () => {
    writeFileSync(
      join(home, 'alone.mjs'),
      await bundled(`export { sleep } from 'skein';`, { platform: 'neutral' }),
    );
    const code = `
import { sleep } from './alone.mjs';
await sleep(1);
const { createTask, getEventLoop, sleep: sleepInTask } = await import('skein');
const task = createTask(async () => [await sleep(1, 'slept'), await sleepInTask(1, 'in a task')]);
const stuck = createTask(async () => await sleep(60_000));
const elsewhere = getEventLoop().runInExecutor({ submit: (fn) => createTask(async () => fn()) }, () => 'work');
await sleepInTask(1);
stuck.cancel('enough');
const answers = [await task, await stuck.catch((error) => error.message), await elsewhere];
${told}`;
    expect(inNode(code)).toEqual([['slept', 'in a task'], 'enough', 'work']);
  });

  test('leaves it to the host to tell of a future that is made by hand, and fails', async () => {
    const code = `
import { sleep } from 'skein';
const told = new Promise((resolve) => process.once('unhandledRejection', resolve));
sleep(1).next().value.getLoop().createFuture().setException('lost');
const answers = [await told];
${told}`;
    const bundle = await bundled(code, { platform: 'neutral' });
    expect(bundle).not.toContain('exception was never retrieved');
    expect(inNode(bundle)).toEqual(['lost']);
  });

  test.each([
    ['Future', 'new Future()'],
    ['getEventLoop', 'getEventLoop().createFuture()'],
    ['Task', 'new Task((function* () {})())'],
    ['fromPromise', 'fromPromise(() => Promise.reject(0))'],
    ['gather', 'gather([])'],
    ['Queue', 'new Queue()'],
  ])('tells of futures that fail if it imports %s', async (name, made) => {
    const code = `import { ${name}, sleep } from 'skein';\nconsole.log(${made}, sleep);`;
    expect(await bundled(code, { platform: 'neutral' })).toContain('exception was never retrieved');
  });

  test.each(['getEventLoop', 'EventLoop'])('has tasks if it imports %s', async (name) => {
    const code = `
import { ${name}, sleep } from 'skein';
const loop = ${name === 'EventLoop' ? 'new EventLoop()' : 'getEventLoop()'};
const answers = [await loop.createTask(function* () { yield* sleep(1); return 'done'; })];
${told}`;
    expect(inNode(await bundled(code, { platform: 'neutral' }))).toEqual(['done']);
  });
});

describe('a bundle', () => {
  test('for Node has all parts', async () => {
    const code = await bundled(asks, { platform: 'node' });
    // The files that threads begin with are not in the bundle: the executor is there, and says so.
    expect(inNode(code)).toEqual([all[0], unstarted, unstarted, all[3]]);
  });

  test('for no platform has none, and those that it imports', async () => {
    expect(inNode(await bundled(asks, { platform: 'neutral' }))).toEqual(none);
    const withDebug = `import 'skein/debug';\n${asks}`;
    expect(inNode(await bundled(withDebug, { platform: 'neutral' }))).toEqual([
      all[0],
      noExecutor,
      noExecutor,
      all[3],
    ]);
  });

  describe.skipIf(findChromium() === undefined)(`in Chromium (${howToGetChromium})`, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: findChromium()!, args: chromiumFlags });
    });
    afterAll(async () => {
      await browser.close();
    });

    async function inPage(code: string): Promise<unknown> {
      const page = await browser.newPage();
      const printed = page.waitForEvent('console', {
        predicate: (message) => message.text().startsWith('answers '),
      });
      await page.addScriptTag({ type: 'module', content: code });
      const message = await printed;
      await page.close();
      return answersIn(message.text());
    }

    test('has none, and those that it imports', async () => {
      expect(await inPage(await bundled(asks, { platform: 'browser' }))).toEqual(none);
      const withDebug = `import 'skein/debug';\n${asks}`;
      expect(await inPage(await bundled(withDebug, { platform: 'browser' }))).toEqual([
        all[0],
        noExecutor,
        noExecutor,
        all[3],
      ]);
    });
  });
});
