/** A program with workers of its own, bundled as its users would: for a browser, and for Node. And in a browser without. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as esbuild } from 'esbuild';
import { type Browser, chromium } from 'playwright';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  chromiumFlags,
  findChromium,
  howToGetChromium,
  isolationHeaders,
} from '../../tools/chromium.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const executable = findChromium();
/** Within the package, so that it is found by its own name. */
let home: string;
let browser: Browser | undefined;
const servers: Server[] = [];

beforeAll(async () => {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  home = mkdtempSync(join(cache, 'app-'));
  cpSync(join(root, 'test/package/app'), home, { recursive: true });
  if (executable === undefined) return;
  browser = await chromium.launch({ executablePath: executable, args: chromiumFlags });
});

afterAll(async () => {
  await browser?.close();
  for (const server of servers) server.close();
  rmSync(home, { recursive: true, force: true });
});

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript' };

/** Serves a folder, and answers the address. */
async function serveFolder(
  folder: string,
  headers: Record<string, string> = {},
  edit: (text: string) => string = (text) => text,
): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const file = join(pathname.startsWith('/dist/') ? root : folder, pathname);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { ...headers, 'Content-Type': types[extname(file)] ?? 'text/plain' });
    response.end(edit(readFileSync(file, 'utf8')));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, resolve));
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** What the program of a page answers, by its console: to ask it, a policy may forbid. */
async function answerOf(url: string): Promise<unknown> {
  const page = await (browser as Browser).newPage();
  try {
    const answer = new Promise<unknown>((resolve, reject) => {
      page.on('console', (message) => {
        const text = message.text();
        if (text.startsWith('answer ')) resolve(JSON.parse(text.slice('answer '.length)));
        else if (message.type() === 'error' && !/favicon/.test(message.location().url)) {
          reject(new Error(`${text} (${message.location().url})`));
        }
      });
      page.on('pageerror', reject);
    });
    await page.goto(url);
    return await answer;
  } finally {
    await page.close();
  }
}

const expected = {
  'by reference': [8, 27],
  'by source': 42,
  'many inputs': [1, 8, 27],
  'a registered error': [true, 'no number', 3],
  'a cancelled job': [true, 'enough'],
};
const notServed =
  "TypeError: The worker expected to serve a function `forgotten`, but it serves `cube`, `fail`, `spin`, `square`, `whyStopped`. Give its module to `serve()`, in the module of the worker: `import * as work from './work.js'; serve(work);`.";

describe.runIf(executable !== undefined)('a page with a pool of workers', () => {
  const folder = () => join(home, 'bundled-for-page');

  beforeAll(async () => {
    await build({
      root: home,
      configFile: false,
      logLevel: 'error',
      base: './',
      worker: { format: 'es' },
      build: { outDir: folder(), target: 'es2022' },
    });
  });

  test('runs when it is bundled', async () => {
    const url = await serveFolder(folder());
    expect(await answerOf(`${url}/index.html`)).toEqual({
      ...expected,
      'a function that is not served': notServed,
    });
  });

  test('runs when it is bundled, on a page that is isolated from other origins', async () => {
    const url = await serveFolder(folder(), isolationHeaders);
    expect(await answerOf(`${url}/index.html`)).toMatchObject(expected);
  });

  test('needs workers of its own for functions by reference, and is told so', async () => {
    const url = await serveFolder(folder());
    const { 'by source': bySource, 'by reference': byReference } = (await answerOf(
      `${url}/index.html?own`,
    )) as typeof expected;
    expect(bySource).toBe(42);
    expect(byReference).toMatch(
      /^Error: The module of `cube`, .+, failed to load in the worker\. If it is a bundle, give the executor a `worker` of the program, which serves the functions\.$/,
    );
  });

  test('runs functions by reference where a policy forbids those by source, and says so', async () => {
    const url = await serveFolder(folder(), {
      'Content-Security-Policy': "script-src 'self'; worker-src 'self'",
    });
    expect(await answerOf(`${url}/index.html`)).toMatchObject({
      ...expected,
      'by source': expect.stringMatching(
        /^TypeError: The worker expected to be allowed to compile `.+`, which crosses by source, but its content security policy or Node forbids that\. Put it into a module and declare it there: `declareFunctions\(import\.meta\.url, \{ … \}\)`\.$/,
      ),
    });
  });
});

describe.runIf(executable !== undefined)('a page without a bundle', () => {
  /** As servers for development do it: pages have import maps, but workers have none. */
  const withPaths = (text: string): string =>
    text.replace(/from 'skein([/\w]*)'/g, (_, path: string) =>
      path === '/executors' || path === ''
        ? `from '/dist${path}/index.js'`
        : `from '/dist${path}.js'`,
    );

  test.each([
    ['its own workers', '', notServed],
    ['the workers of the library', '?own', 'found'],
  ])('runs functions in %s', async (_, query, forgotten) => {
    const url = await serveFolder(home, isolationHeaders, withPaths);
    expect(await answerOf(`${url}/index.html${query}`)).toEqual({
      ...expected,
      'a function that is not served': forgotten,
    });
  });
});

describe('a program of Node with a pool of workers', () => {
  const folder = () => join(home, 'bundled-for-node');
  const run = (...args: string[]): unknown => {
    const program = join(folder(), 'program.js');
    return JSON.parse(execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' }));
  };

  beforeAll(async () => {
    await build({
      root: home,
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: true,
        outDir: folder(),
        target: 'node20',
        rolldownOptions: { input: [join(home, 'program.js'), join(home, 'worker.js')] },
      },
    });
  });

  test('runs when it is bundled', () => {
    expect(run()).toEqual({ ...expected, 'a function that is not served': notServed });
  });

  test('is told to bring workers of its own when it has none', () => {
    expect(run('own')).toBe(
      'BrokenExecutor: The workers of this ThreadPoolExecutor cannot start: the file that they begin with, `thread-main.js`, does not stand beside this one, as in a bundle. Give the executor a `worker`, or leave `skein/executors` out of the bundle. Make a new executor once that is mended.',
    );
  });
});

describe.each([
  ['esm', '.mjs'],
  ['cjs', '.cjs'],
] as const)('a program that esbuild has bundled as %s', (format, end) => {
  const bundled = (name: string, packages: 'external' | 'bundle'): string =>
    join(home, `esbuild-${packages}`, `${name}${end}`);
  const linesOf = (...args: string[]): string[] =>
    execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
      .replaceAll(String(pathToFileURL(home)), 'file:///app')
      .replaceAll(home, '/app')
      .trim()
      .split('\n');

  beforeAll(async () => {
    for (const packages of ['external', 'bundle'] as const) {
      await esbuild({
        entryPoints: ['program', 'worker', 'whole'].map((name) => join(home, `${name}.js`)),
        outdir: join(home, `esbuild-${packages}`),
        outExtension: { '.js': end },
        bundle: true,
        platform: 'node',
        packages,
        format,
        // It warns of `import.meta` in CommonJS.
        logLevel: 'error',
      });
    }
  });

  test.each([
    ['external', 'threads'],
    ['external', 'processes'],
    ['bundle', 'threads'],
    ['bundle', 'processes'],
  ] as const)('works whole with a `worker` of its own (%s, %s)', (packages, kind) => {
    const [answer] = linesOf(bundled('program', packages), kind);
    expect(JSON.parse(answer as string)).toEqual({
      ...expected,
      'a function that is not served': notServed,
    });
  });

  test.each(['threads', 'processes'])('does not run once more in its own %s', (kind) => {
    const refused =
      format === 'esm'
        ? 'TypeError: `submit()` expected a function that workers can load, but `cube` is declared in file:///app/esbuild-external/whole.mjs, which the program began with: each worker would run the program once more. Put the functions into a module of their own. If the program is a bundle, give the executor a `worker`, a module that serves them.'
        : 'TypeError: `submit()` expected a function whose module has a URL, but `cube` was declared without one: a bundle of CommonJS has no `import.meta.url`. Give the executor a `worker`, a module that serves the functions.';
    expect(linesOf(bundled('whole', 'external'), kind)).toEqual([
      'the program runs',
      refused,
      'undefined',
    ]);
  });

  test.each([
    ['threads', 'ThreadPoolExecutor', 'thread-main'],
    ['processes', 'ProcessPoolExecutor', 'process-main'],
  ])('is told to give its %s a `worker` where the library is in the bundle', (kind, name, main) => {
    expect(linesOf(bundled('program', 'bundle'), 'own', kind)).toEqual([
      JSON.stringify(
        `BrokenExecutor: The workers of this ${name} cannot start: the file that they begin with, \`${main}.js\`, does not stand beside this one, as in a bundle. Give the executor a \`worker\`, or leave \`skein/executors\` out of the bundle. Make a new executor once that is mended.`,
      ),
    ]);
  });

  test.each(['external', 'bundle'] as const)(
    'does not run once more when it gives itself as the `worker` (%s)',
    (packages) => {
      const program = bundled('whole', packages);
      const place = `/app/esbuild-${packages}/whole${end}`;
      expect(linesOf(program, 'processes', 'itself')).toEqual([
        'the program runs',
        `TypeError: \`new ProcessPoolExecutor()\` expected \`worker\` to be a module of its own, but ${place} is the one that the program began with: each process would run the program once more. Write a module that only calls \`serve()\`.`,
        'undefined',
      ]);
      expect(linesOf(program, 'threads', 'itself')).toEqual([
        'the program runs',
        `BrokenExecutor: The workers of this ThreadPoolExecutor cannot start: nobody caught Error: This worker expected a module of its own, but it began with file://${place}, which is the program: the worker would run the program once more. Give the executor a \`worker\` that only calls \`serve()\`. Make a new executor once that is mended.`,
        expect.stringMatching(/^This worker expected a module of its own/),
      ]);
    },
  );

  test('does not start work in its workers when another module of it begins them', () => {
    const starter = join(home, `esbuild-external/starter${end}`);
    writeFileSync(starter, format === 'esm' ? `import './whole.mjs';` : `require('./whole.cjs');`);
    const program = bundled('whole', 'external');
    for (const kind of ['threads', 'processes']) {
      const lines = linesOf(starter, kind, program);
      expect(lines.filter((line) => line.startsWith('Error: '))[0]).toBe(
        'Error: `submit()` expected to be called by the program, but this is a worker that has not called `serve()`, and its module starts work. Give the executor a `worker` that is not the program itself: a module that only calls `serve()`.',
      );
    }
  });
});

test.skipIf(executable !== undefined)('the tests of pages need a Chromium', ({ skip }) => {
  skip(howToGetChromium);
});
