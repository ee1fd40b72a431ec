/**
 * Bundles a small program as a web page's build would, and weighs what a browser has to load before the program runs: the
 * entry and all chunks that it imports statically, minified, each compressed with gzip at level 9.
 *
 * A bundle is made in four ways: by esbuild and by rolldown, without code splitting (dynamic imports are inlined) and with it.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The four ways to bundle: a name each, and the function that does it. */
export const ways = {
  esbuild: (entry, options) => byEsbuild(entry, { ...options, splitting: false }),
  'esbuild, split': (entry, options) => byEsbuild(entry, { ...options, splitting: true }),
  rolldown: (entry, options) => byRolldown(entry, { ...options, splitting: false }),
  'rolldown, split': (entry, options) => byRolldown(entry, { ...options, splitting: true }),
};

/**
 * Weighs a program.
 *
 * @param code - The source text of the program, an ES module.
 * @param options - `way`: a key of `ways`; `packages`: a `node_modules` folder with the packages that the program imports, by
 *   default one with nothing but this package.
 * @returns `bytes`: the compressed size; `modules`: the bytes before compression that each module brought, largest first.
 */
export async function weigh(code, { way = 'esbuild', packages } = {}) {
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache', 'size-'));
  try {
    const modules = join(folder, 'node_modules');
    if (packages === undefined) {
      mkdirSync(modules);
      symlinkSync(root, join(modules, 'skein'), 'junction');
    } else {
      symlinkSync(packages, modules, 'junction');
    }
    const entry = join(folder, 'main.mjs');
    writeFileSync(entry, code);
    return await ways[way](entry, { folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function byEsbuild(entry, { folder, splitting }) {
  const { metafile, outputFiles } = await esbuild.build({
    entryPoints: [entry],
    outdir: join(folder, 'out'),
    absWorkingDir: folder,
    bundle: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    splitting,
    external: ['node:*'],
    conditions: ['module'],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const texts = new Map(outputFiles.map((file) => [relative(folder, file.path), file.contents]));
  const chunks = Object.entries(metafile.outputs).map(([name, output]) => ({
    name,
    isEntry: output.entryPoint?.endsWith('main.mjs') === true,
    imports: output.imports
      .filter(({ kind }) => kind === 'import-statement')
      .map(({ path }) => path),
    code: texts.get(name),
    modules: Object.entries(output.inputs).map(([path, { bytesInOutput }]) => [
      join(folder, path),
      bytesInOutput,
    ]),
  }));
  return weightOf(chunks);
}

async function byRolldown(entry, { folder, splitting }) {
  const build = await rolldown({
    input: entry,
    cwd: folder,
    platform: 'browser',
    logLevel: 'silent',
    external: /^node:/,
    resolve: { conditionNames: ['module', 'browser', 'import', 'default'] },
  });
  try {
    const { output } = await build.generate({
      format: 'esm',
      minify: true,
      ...(splitting ? {} : { codeSplitting: false }),
    });
    const chunks = output
      .filter(({ type }) => type === 'chunk')
      .map((chunk) => ({
        name: chunk.fileName,
        isEntry: chunk.isEntry,
        imports: chunk.imports,
        code: chunk.code,
        modules: Object.entries(chunk.modules).map(([path, { renderedLength }]) => [
          path,
          renderedLength,
        ]),
      }));
    return weightOf(chunks);
  } finally {
    await build.close();
  }
}

/** Adds up the entry and what it imports statically, directly or not. */
function weightOf(chunks) {
  const byName = new Map(chunks.map((chunk) => [chunk.name, chunk]));
  const loaded = new Set();
  const load = (chunk) => {
    if (chunk === undefined || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(byName.get(name));
  };
  load(chunks.find(({ isEntry }) => isEntry));
  let bytes = 0;
  const modules = new Map();
  for (const { code, modules: brought } of loaded) {
    bytes += gzipSync(code, { level: 9 }).length;
    for (const [path, size] of brought) {
      if (size > 0 && !path.endsWith('/main.mjs')) modules.set(shortNameOf(path), size);
    }
  }
  return { bytes, modules: new Map([...modules].sort(([, a], [, b]) => b - a)) };
}

/** `core/task.js` for a module of this package, `effect/…` for one of another. */
function shortNameOf(path) {
  const real = path.replaceAll('\\', '/').replaceAll('\0', '');
  const at = real.lastIndexOf('/dist/');
  if (at !== -1 && !real.includes('/node_modules/', at)) return real.slice(at + 6);
  return real.slice(real.lastIndexOf('/node_modules/') + 1);
}
