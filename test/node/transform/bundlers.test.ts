/** Programs that bundlers have built with the transform, in a browser: they do there what they do in Node. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalPositionFor, type SourceMapInput, TraceMap } from '@jridgewell/trace-mapping';
import { type Configuration as RspackConfiguration, rspack } from '@rspack/core';
import { build as esbuild, transform as stripTypes } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright';
import { rollup } from 'rollup';
import { transform } from 'skein/transform';
import { createServer, build as vite } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Configuration, type Stats, webpack } from 'webpack';
import { chromiumFlags, findChromium } from '../../../tools/chromium.mjs';
import { scenarios } from '../../unit/async-functions/scenarios.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const app = fileURLToPath(new URL('app', import.meta.url));
const executable = findChromium();
/** Within the package, so that it is found by its own name. */
let out: string;
let browser: Browser | undefined;

beforeAll(async () => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  out = mkdtempSync(join(root, '.cache', 'transform-'));
  if (executable === undefined) return;
  browser = await chromium.launch({ executablePath: executable, args: chromiumFlags });
});

afterAll(async () => {
  await browser?.close();
  rmSync(out, { recursive: true, force: true });
});

interface Answer {
  readonly failed: string[];
  readonly places: Record<string, string[]>;
  readonly stopped: Record<string, string>;
}

/** Returns what the program prints. `load` brings it into a page. */
async function answerOf(load: (page: Page) => Promise<unknown>): Promise<Answer> {
  const page = await (browser as Browser).newPage();
  try {
    const answer = new Promise<Answer>((resolve, reject) => {
      page.on('console', (message) => {
        const text = message.text();
        if (text.startsWith('answer ')) resolve(JSON.parse(text.slice('answer '.length)));
      });
      page.on('pageerror', reject);
    });
    await load(page);
    return await answer;
  } finally {
    await page.close();
  }
}

/** Runs the program of a folder, which is served as it is. */
async function run(folder: string, script = 'page.js'): Promise<Answer> {
  return await answerOf(async (page) => {
    await page.route('http://app.test/**', async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname !== '/') return await route.fulfill({ path: join(folder, pathname) });
      const body = `<script type="module" src="/${script}"></script>`;
      return await route.fulfill({ body, contentType: 'text/html' });
    });
    await page.goto('http://app.test/');
  });
}

/** The titles of what no transform can bring to a browser. */
const impossible = scenarios.filter(({ lostInPages }) => lostInPages !== undefined);

/** @param lost - Places that are not known. */
function expectWhole({ failed, places, stopped }: Answer, lost: string[] = []): void {
  expect(failed).toEqual(impossible.map(({ title }) => title));
  const notKnown = Object.values(places)
    .flat()
    .filter((place) => place.includes('not known'));
  expect(notKnown).toEqual(lost.map((place) => `${place}: not known (undefined)`));
  const known = Object.entries(places).map(([name, seen]) => [
    name,
    seen.map((place) => place.replace(/: not known.*/, '')),
  ]);
  expect(Object.fromEntries(known)).toEqual(expectedPlaces);
  expect(stopped).toEqual({ cancelled: 'CancelledError', deadline: 'TimeoutError' });
}

/** Where `await using` is lowered, one function disposes all that a block has. */
const lostInDisposals = ['before the disposal of one'];

const expectedPlaces = {
  'a promise': ['it'],
  'a promise that rejects': ['it', 'a promise in finally'],
  'a plain value and a thenable': ['the value 5', 'the result'],
  'for await over an async generator': [
    'the start',
    'step 1',
    'the first step',
    'a promise in it',
    'step 2',
    'the close',
    'a promise in the close',
    'the loop',
  ],
  'for await over promises': ['step 1', 'step 2', 'step 3', 'the loop'],
  'for await over an iterator by hand': ['next()', 'next()', 'return()', 'the loop'],
  'yield*, return and a yield that throws, in an async generator': [
    'a step',
    'yield* that has returned',
    'a step',
    'yield* over an array',
    'a yield that throws',
    'return',
    'the loop',
  ],
  'await using': [
    'before the disposal of two',
    'before the disposal of one',
    'the block',
    'a step',
    'before the disposal of the first',
    'a step',
    'before the disposal of the second',
    'the loop',
    'a sync disposal',
    'its block',
    'a disposal that fails: foreign',
  ],
  'an import': ['a module that is loaded later'],
};

/** Checks that what a rewritten `await` awaits is where the map says, in the program as it was written. */
function expectMapped(bundle: string): void {
  const lines = readFileSync(bundle, 'utf8').split('\n');
  const found = lines.flatMap((text, line) => {
    const column = text.search(/\bfetch\(["']data:text\/plain,body["']\)+\.text\(\)/);
    return column === -1 ? [] : [{ line: line + 1, column }];
  });
  expect(found).toHaveLength(1);
  const map = new TraceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as SourceMapInput);
  const { source, line, column } = originalPositionFor(map, found[0] as (typeof found)[number]);
  expect(source).toMatch(/awaits\.ts$/);
  const written = readFileSync(join(app, 'awaits.ts'), 'utf8').split('\n')[(line ?? 0) - 1];
  expect(written?.slice(column ?? 0)).toMatch(/^fetch\('data:text\/plain,body'\)\)\.text/);
}

/** What webpack and Rspack are told alike. */
const common = (folder: string) => ({
  context: app,
  mode: 'none' as const,
  devtool: 'source-map' as const,
  entry: { page: './page.ts' },
  output: { path: folder, publicPath: '/' },
});

/** Runs webpack or Rspack; throws what it found wrong. */
async function bundle<Config>(
  bundler: (config: Config, done: (error: Error | null, stats?: Stats) => void) => unknown,
  config: Config,
): Promise<void> {
  const stats = await new Promise<Stats | undefined>((resolve, reject) => {
    bundler(config, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
  const errors = stats?.toJson({ all: false, errors: true }).errors ?? [];
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('\n'));
}

describe.runIf(executable !== undefined)('a program that was built', () => {
  describe('by esbuild', () => {
    const folder = () => join(out, 'esbuild');

    beforeAll(async () => {
      await esbuild({
        entryPoints: [join(app, 'page.ts')],
        outdir: folder(),
        bundle: true,
        format: 'esm',
        sourcemap: true,
        logLevel: 'error',
        plugins: [transform.esbuild()],
      });
    });

    test('is cancelled after each await', async () => {
      expectWhole(await run(folder()));
    });

    test('has a map that leads to what was written', () => {
      expectMapped(join(folder(), 'page.js'));
    });
  });

  describe('by Vite', () => {
    const folder = () => join(out, 'vite');
    const script = () =>
      readdirSync(join(folder(), 'assets')).find((name) => /^index-.*\.js$/.test(name)) as string;

    beforeAll(async () => {
      await vite({
        root: app,
        configFile: false,
        logLevel: 'error',
        plugins: [transform.vite()],
        build: { outDir: folder(), minify: false, sourcemap: true },
      });
    });

    test('is cancelled after each await', async () => {
      expectWhole(await run(folder(), `assets/${script()}`), lostInDisposals);
    });

    test('has a map that leads to what was written', () => {
      expectMapped(join(folder(), 'assets', script()));
    });
  });

  describe('by webpack', () => {
    const folder = () => join(out, 'webpack');

    beforeAll(async () => {
      await bundle<Configuration>(webpack, {
        ...common(folder()),
        module: { rules: [{ test: /\.ts$/, use: join(app, 'strip-types.mjs') }] },
        plugins: [transform.webpack()],
      } as Configuration);
    });

    test('is cancelled after each await', async () => {
      expectWhole(await run(folder()));
    });

    test('has a map that leads to what was written', () => {
      expectMapped(join(folder(), 'page.js'));
    });
  });

  test('by Rspack is cancelled after each await', async () => {
    const folder = join(out, 'rspack');
    const loader = 'builtin:swc-loader';
    const options = { jsc: { parser: { syntax: 'typescript' }, target: 'esnext' } };
    await bundle<RspackConfiguration>(rspack, {
      ...common(folder),
      module: { rules: [{ test: /\.ts$/, use: { loader, options } }] },
      plugins: [transform.rspack()],
    } as RspackConfiguration);
    expectWhole(await run(folder), lostInDisposals);
  });

  test('by Rollup is cancelled after each await', async () => {
    const packages: Record<string, string> = {
      skein: 'index.js',
      'skein/testing': 'testing/index.js',
      'skein/transform/awaits': 'awaits.js',
    };
    const build = await rollup({
      input: join(app, 'page.ts'),
      plugins: [
        // The transform has the last word, wherever it stands.
        transform.rollup(),
        {
          name: 'finds packages and removes types',
          resolveId: (id) => (packages[id] === undefined ? null : join(root, 'dist', packages[id])),
          transform: async (code, id) =>
            id.endsWith('.ts') ? await stripTypes(code, { loader: 'ts', sourcemap: true }) : null,
        },
      ],
    });
    const folder = join(out, 'rollup');
    await build.write({ dir: folder });
    await build.close();
    expectWhole(await run(folder));
  });

  test('by Vite, for development, is cancelled after each await', async () => {
    const server = await createServer({
      root: app,
      configFile: false,
      logLevel: 'error',
      cacheDir: join(out, 'vite-cache'),
      plugins: [transform.vite()],
      server: { port: 0, fs: { allow: [root] } },
    });
    try {
      await server.listen();
      const url = server.resolvedUrls?.local[0] as string;
      expectWhole(await answerOf((page) => page.goto(url)));
    } finally {
      await server.close();
    }
  });
});
