/** Threads that the program starts itself, with a module of its own that calls `serve()`. */
import { Worker } from 'node:worker_threads';
import { BrokenExecutor, declareFunctions, ThreadPoolExecutor } from 'skein/executors';
import { serve } from 'skein/executors/worker';
import { describe, expect, test } from 'vitest';
import { thrownBy } from '../../contracts/thrown-by.ts';

const library = new URL('../../../dist/node/', import.meta.url).href;
const libraryOfPages = new URL('../../../dist/executors/', import.meta.url).href;
const { add, parse } = declareFunctions('app:work', {
  add: (a: number, b: number) => a + b,
  parse: Number,
});

/** A pool whose workers have a module of this text. */
function poolOf(text: string): ThreadPoolExecutor {
  const module = `
    import { serve } from '${library}worker.js';
    import { declareFunctions } from '${library}executors.js';
    ${text}`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(module)}`);
  return new ThreadPoolExecutor({ maxWorkers: 1, worker: () => new Worker(url) });
}

describe('a worker that serves', () => {
  test('runs functions by their names, wherever they were declared', async () => {
    await using pool = poolOf('serve({ add: (a, b) => [a + b] }, { parse: Number });');
    expect(await pool.submit(add, 1, 2)).toEqual([3]);
    expect(await pool.submit(parse, '5')).toBe(5);
  });

  test('needs one import, though it declares its functions itself', async () => {
    const module = `import { declareFunctions, serve, task } from '${library}worker.js';
      serve(declareFunctions('app:work', { add: (a, b) => b - a }), task('app:more', { parse: () => 7 }));`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(module)}`);
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, worker: () => new Worker(url) });
    expect(await pool.submit(add, 1, 3)).toBe(2);
    expect(await pool.submit(parse, '5')).toBe(7);
  });

  test('runs a function by the name it was declared with, whatever it is exported as', async () => {
    await using pool = poolOf(
      "const work = declareFunctions('app:work', { add: (a, b) => a - b }); serve({ plus: work.add });",
    );
    expect(await pool.submit(add, 1, 2)).toBe(-1);
  });

  test('runs functions by source too', async () => {
    await using pool = poolOf('serve();');
    expect(await pool.submit((n: number) => n * 2, 21)).toBe(42);
  });

  test('may take its time until it serves', async () => {
    await using pool = poolOf(
      'await new Promise((resolve) => setTimeout(resolve, 20)); serve({ add: () => "late" });',
    );
    expect(await pool.submit(add, 1, 2)).toBe('late');
  });

  test('says which functions it has when it is asked for another', async () => {
    await using pool = poolOf('serve({ first: () => 1, second: () => 2, third: 3 });');
    expect(await thrownBy<Error>(pool.submit(add, 1, 2))).toEqual(
      new TypeError(
        "The worker expected to serve a function `add`, but it serves `first`, `second`. Give its module to `serve()`, in the module of the worker: `import * as work from './work.js'; serve(work);`.",
      ),
    );
  });

  test('is ended and replaced like any other', async () => {
    await using pool = poolOf('serve();');
    const lost = pool.submit(() => process.exit(3));
    expect(await thrownBy<Error>(lost)).toMatchObject({ name: 'WorkerLostError', exitCode: 3 });
    expect(await pool.submit(() => 1)).toBe(1);
  });
});

describe('a worker that does not serve as it should', () => {
  test.each([
    [
      'never does',
      'globalThis.idle = true;',
      'their module ended without a word. It has to call `serve()`',
    ],
    [
      'has two functions of one name',
      'serve({ add: () => 1 }, { add: () => 2 });',
      'nobody caught TypeError: `serve()` expected each name once, as functions are found by it, but got two functions `add`. Declare one by another name: `declareFunctions(import.meta.url, { add2: add })`',
    ],
    [
      'does so twice',
      'serve({ add: () => 1 }); serve({ parse: () => 2 });',
      'nobody caught Error: `serve()` expected to be called once in a worker, but it was called before. Give it all modules at once: `serve(work, more)`',
    ],
    [
      'is given no module',
      'serve(() => 1);',
      "nobody caught TypeError: `serve()` expected modules, but got a function. Write `import * as work from './work.js'; serve(work);`",
    ],
  ])('%s: the executor is broken, and says why', async (_, text, reason) => {
    await using pool = poolOf(text);
    const error = await thrownBy<Error>(pool.submit(add, 1, 2));
    expect(error).toBeInstanceOf(BrokenExecutor);
    expect(error.message).toBe(
      `The workers of this ThreadPoolExecutor cannot start: ${reason}. Make a new executor once that is mended.`,
    );
  });

  test('was bundled for pages: the executor is broken, and says how to bundle', async () => {
    const module = `import { serve } from '${libraryOfPages}worker.js'; serve();`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(module)}`);
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, worker: () => new Worker(url) });
    const error = await thrownBy<Error>(pool.submit(add, 1, 2));
    expect(error.message).toContain(
      '`serve()` expected to be called in the worker of a page, but this host has threads, and `serve()` is that of pages. Bundle the worker with the condition `node`, `deno` or `bun`.',
    );
  });
});

test('serve() is refused outside of a worker', () => {
  expect(() => serve({ add })).toThrow(
    '`serve()` expected to be called in a worker, but this is the program. Call it in the module that the `worker` of an executor starts.',
  );
});
