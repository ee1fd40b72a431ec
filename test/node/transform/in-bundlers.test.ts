/** What the transform does with the files and options of each bundler, seen in what comes out. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';
import { rspack } from '@rspack/core';
import { type BuildFailure, type BuildOptions, build as esbuild, type Plugin } from 'esbuild';
import { rollup } from 'rollup';
import { transform } from 'skein/transform';
import { type InlineConfig, build as vite } from 'vite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Configuration, type Stats, webpack } from 'webpack';

const root = fileURLToPath(new URL('../../..', import.meta.url));
let folder: string;
beforeEach(() => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache', 'transform-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const program = "import { run } from 'skein';\nrun(async () => { await fetch(''); });\n";

describe('esbuild', () => {
  /** Builds a file; returns the text of the bundle, without packages. */
  async function built(
    name: string,
    options: BuildOptions = {},
    own?: Parameters<typeof transform.esbuild>[0],
  ): Promise<string> {
    const { outputFiles } = await esbuild({
      entryPoints: [join(folder, name)],
      bundle: true,
      format: 'esm',
      packages: 'external',
      write: false,
      logLevel: 'silent',
      plugins: [transform.esbuild(own)],
      ...options,
    });
    return outputFiles?.[0]?.text ?? '';
  }

  test('compiles TypeScript and JSX by the tsconfig.json of the file', async () => {
    write(
      'tsconfig.json',
      '{ "compilerOptions": { "jsxFactory": "make", "experimentalDecorators": true } }',
    );
    write(
      'main.tsx',
      "import { run, type Task } from 'skein';\nimport { make, note } from './make';\n@note class A { @note n = 1 }\nexport const page: Task<unknown> = run(async () => <a>{await fetch('')}</a> as unknown);",
    );
    write(
      'make.ts',
      'export const make = (): void => {};\nexport const note = (..._: unknown[]): any => {};',
    );
    const text = await built('main.tsx');
    expect(text).toContain('make("a", null, await __skein_wrap(fetch("")))');
    expect(text).toContain('__decorateClass');
  });

  test('takes the loader of a file that the build names', async () => {
    write(
      'main.js',
      "import { run } from 'skein';\nexport const a = async () => <b>{await run}</b>;",
    );
    const text = await built('main.js', { loader: { '.js': 'jsx' }, jsxFactory: 'make' });
    expect(text).toContain('make("b", null, await __skein_wrap(run))');
    write('main.ts', program);
    expect(await built('main.ts', { loader: { '.ts': 'text' } })).not.toContain('skein_wrap');
  });

  test('takes the loader of the longest end of a name', async () => {
    write('some.worker.js', program);
    write('main.js', "import text from './some.worker.js';\nconsole.log(text);");
    const text = await built('main.js', { loader: { '.worker.js': 'text' } });
    expect(text).toContain(JSON.stringify(program).slice(1, -1));
  });

  test('leaves alone what is imported as a text', async () => {
    write('some.js', program);
    write('main.js', "import text from './some.js' with { type: 'text' };\nconsole.log(text);");
    expect(await built('main.js')).toContain(JSON.stringify(program).slice(1, -1));
  });

  test('leaves modules to other plugins that are no files', async () => {
    write('main.js', "import url from 'virtual:url.js';\nimport 'skein';\nawait fetch(url);");
    const virtual: Plugin = {
      name: 'virtual',
      setup(build) {
        build.onResolve({ filter: /^virtual:/ }, ({ path }) => ({ path, namespace: 'virtual' }));
        build.onLoad({ filter: /./, namespace: 'virtual' }, () => ({
          contents: "export default 'example.org'",
        }));
      },
    };
    const text = await built('main.js', { plugins: [transform.esbuild(), virtual] });
    expect(text).toContain('example.org');
    expect(text).toContain('await __skein_wrap(fetch(');
  });

  test('has a map that leads to what a file was compiled from', async () => {
    write('a.ts', "import 'skein';\nexport const a: number = await 1;");
    write('b.ts', "import 'skein';\nexport const b: number = await 2;");
    write('main.ts', "export * from './a';\nexport * from './b';");
    await esbuild({
      entryPoints: [join(folder, 'main.ts')],
      bundle: true,
      format: 'esm',
      packages: 'external',
      outfile: join(folder, 'compiled', 'main.js'),
      sourcemap: true,
    });
    const { outputFiles } = await esbuild({
      entryPoints: [join(folder, 'compiled', 'main.js')],
      bundle: true,
      format: 'esm',
      packages: 'external',
      outfile: join(folder, 'out', 'main.js'),
      plugins: [transform.esbuild()],
      sourcemap: true,
      write: false,
    });
    const [map, bundle] = ['.js.map', '.js'].map(
      (end) => outputFiles.find(({ path }) => path.endsWith(end))?.text as string,
    ) as [string, string];
    const traced = new TraceMap(map);
    const whereFrom = (word: string) => {
      const before = bundle.slice(0, bundle.indexOf(word)).split('\n');
      const column = (before.at(-1) as string).length;
      const { source, line } = originalPositionFor(traced, { line: before.length, column });
      return [source, line];
    };
    expect(whereFrom('await __skein_wrap(1)')).toEqual(['../a.ts', 2]);
    expect(whereFrom('await __skein_wrap(2)')).toEqual(['../b.ts', 2]);
  });

  test('lowers `await using` before, if its target does', async () => {
    write(
      'main.ts',
      "import 'skein';\nexport const f = async () => { await using a = b(); declare const b: any; };",
    );
    expect(await built('main.ts', { target: 'es2022' })).toMatch(
      /await __skein_wrap\((?:_\w+|promise\w*)\)/,
    );
    expect(await built('main.ts', { target: 'esnext' })).toContain(
      'await using __skein_resource_1',
    );
  });

  test('leaves alone what does not import skein, what is in node_modules, and what is excluded', async () => {
    write('other.ts', 'export const other = async () => { await 1; };');
    write(
      'node_modules/some/index.js',
      "import 'skein'; export const some = async () => { await 2; };",
    );
    write('excluded.ts', "import 'skein'; export const excluded = async () => { await 3; };");
    write(
      'main.ts',
      "export * from './other';\nexport * from './node_modules/some';\nexport * from './excluded';\nimport 'skein';\nexport default async () => { await 4; };",
    );
    const awaited = (text: string) =>
      [...text.matchAll(/await __skein_wrap\w*\((\d)\)/g)].map(([, value]) => value).sort();
    expect(awaited(await built('main.ts'))).toEqual(['3', '4']);
    expect(awaited(await built('main.ts', {}, { exclude: '**/excluded.*' }))).toEqual(['4']);
    const include = ['**/other.ts', /node_modules\/some/];
    expect(awaited(await built('main.ts', {}, { include }))).toEqual(['1', '2', '3', '4']);
  });

  test('tells what is wrong in a file, and where', async () => {
    write('main.ts', "import 'skein';\nlet a: = await 1;");
    const failure = (await built('main.ts').catch((error: unknown) => error)) as BuildFailure;
    expect(failure.errors.map(({ text }) => text)).toEqual(['Unexpected "="']);
    expect(failure.errors[0]?.location).toMatchObject({ line: 2, lineText: 'let a: = await 1;' });
  });

  test.each<[BuildOptions, string]>([
    [
      { target: 'es2017' },
      "`skein/transform` expected `target` to keep `await`, but got 'es2017', for which it is lowered. Write 'es2018' or later.",
    ],
    [{ target: ['es2020', 'safari11'] }, "but got 'safari11', for which it is lowered."],
    [
      { supported: { 'async-await': false } },
      "`skein/transform` expected `supported` to keep `await`, but got `'async-await': false`. Leave that out.",
    ],
  ])('%o is refused', async (options, message) => {
    write('main.ts', program);
    await expect(built('main.ts', options)).rejects.toThrow(message);
  });

  test('runs in Node as it did, as an ES module and from CommonJS', async () => {
    const body =
      "run(async () => { for await (const n of [1, sleep(1, 2)]) await console.log(n); }).then(() => console.log('end'));";
    for (const [name, line] of [
      ['main.mjs', "import { run, sleep } from 'skein';"],
      ['main.cjs', "const { run, sleep } = require('skein');"],
    ] as const) {
      write(name, `${line}\n${body}`);
      const text = await built(name, { platform: 'node', packages: 'bundle', format: 'cjs' });
      const lines: unknown[] = [];
      const print = { log: (line: unknown) => lines.push(line) };
      const main = new Function('require', 'console', 'module', 'exports', text);
      main(process.getBuiltinModule, print, { exports: {} }, {});
      await expect.poll(() => lines).toEqual([1, 2, 'end']);
    }
  });
});

describe('Vite', () => {
  async function built(config: InlineConfig): Promise<unknown> {
    write('index.html', '<script type="module" src="./main.js"></script>');
    write('main.js', program);
    return await vite({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [transform.vite()],
      ...config,
    });
  }

  test.each<[string, InlineConfig]>([
    ['build.target', { build: { target: 'es2015' } }],
    ['build.target', { build: { target: ['es2020', 'chrome60'] } }],
    ['oxc.target', { oxc: { target: 'es2016' } }],
  ])('refuses `%s`', async (option, config) => {
    await expect(built(config)).rejects.toThrow(
      new RegExp(`\`skein/transform\` expected \`${option}\` to keep \`await\`, but got '\\w+',`),
    );
  });

  test('rewrites a script that stands in an HTML file', async () => {
    write('page.html', `<script type="module">${program}</script>`);
    const built = await vite({
      root: folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [transform.vite()],
      build: {
        write: false,
        minify: false,
        rollupOptions: { input: join(folder, 'page.html'), external: /^skein/ },
      },
    });
    const { output } = built as Extract<typeof built, { output: unknown }>;
    expect(output.flatMap((file) => ('code' in file ? [file.code] : [])).join()).toContain(
      'await wrap(fetch(',
    );
  });

  test('is warned of a second build for old browsers', async () => {
    const warnings: string[] = [];
    const warn = (message: string) => void warnings.push(message);
    await built({
      plugins: [transform.vite(), { name: 'vite:legacy-config' }],
      customLogger: {
        ...console,
        warn,
        warnOnce: warn,
        clearScreen() {},
        hasErrorLogged: () => false,
        hasWarned: false,
        info() {},
        error() {},
      },
    });
    expect(warnings.filter((text) => text.includes('@vitejs/plugin-legacy'))).toHaveLength(1);
  });
});

/** Runs webpack or Rspack over `main.js`, compiled by a loader; returns what they found wrong. */
async function errorsOf(bundler: unknown, plugin: unknown, loader: string): Promise<string[]> {
  write('loader.cjs', loader);
  write('main.js', program);
  const config = {
    context: folder,
    mode: 'none',
    entry: './main.js',
    externals: /^skein/,
    output: { path: join(folder, 'out') },
    module: { rules: [{ test: /main\.js$/, use: join(folder, 'loader.cjs') }] },
    plugins: [plugin],
  } as Configuration;
  const stats = await new Promise<Stats | undefined>((resolve, reject) => {
    (bundler as typeof webpack)(config, (error, stats) => (error ? reject(error) : resolve(stats)));
  });
  return (stats?.toJson({ all: false, errors: true }).errors ?? []).map(({ message }) => message);
}

describe.each([
  ['webpack', webpack, transform.webpack],
  ['Rspack', rspack, transform.rspack],
] as const)('%s', (_, bundler, plugin) => {
  test('refuses a file whose awaits a loader has lowered', async () => {
    const loader =
      "module.exports = () => \"import { run } from 'skein'; run(() => __awaiter(this, void 0, void 0, function* () { yield fetch(''); }));\";";
    const [error, ...others] = await errorsOf(bundler, plugin(), loader);
    expect(error).toMatch(
      /`skein\/transform` expected a file with `await`, but got .+main\.js, where a compiler has replaced it by `__awaiter\(\)`\. Let the compiler write ES2018 or later/,
    );
    expect(others).toEqual([]);
  });

  test('leaves alone what is imported as a text', async () => {
    write('text.js', program);
    write('main.js', "import text from './text.js?as-text';\nconsole.log(text);");
    const config = {
      context: folder,
      mode: 'none',
      entry: './main.js',
      output: { path: join(folder, 'out'), filename: 'main.js' },
      module: { rules: [{ resourceQuery: /as-text/, type: 'asset/source' }] },
      plugins: [plugin()],
    } as Configuration;
    await new Promise<void>((resolve, reject) => {
      (bundler as typeof webpack)(config, (error) => (error ? reject(error) : resolve()));
    });
    const bundle = readFileSync(join(folder, 'out', 'main.js'), 'utf8');
    expect(bundle).toContain(JSON.stringify(program).slice(1, -1));
  });

  test('takes a file that is excluded as it is', async () => {
    const loader = 'module.exports = () => "import \'skein\'; __awaiter(function* () {});";';
    expect(await errorsOf(bundler, plugin({ exclude: '**/main.js' }), loader)).toEqual([]);
  });
});

test('Rollup tells which file is no JavaScript', async () => {
  const input = write('main.js', "import 'skein';\nawait <a></a>;");
  await expect(rollup({ input, external: /skein/, plugins: [transform.rollup()] })).rejects.toThrow(
    /`skein\/transform` expected JavaScript, but got .+main\.js, which cannot be parsed: Unexpected token \(2:6\)\. Compile it before/,
  );
});

test('options are read when the plugin is made', () => {
  for (const name of ['vite', 'rollup', 'esbuild'] as const) {
    expect(() => transform[name]({ include: 1 as unknown as string })).toThrow(
      '`include` expected a glob, a RegExp, or a list of these, but got 1.',
    );
  }
});
