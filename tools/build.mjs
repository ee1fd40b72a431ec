/**
 * Compiles `src` into `dist`, one file for each. The files that workers begin with have all that they need in them
 * (decision 12): to load thirty small files takes a worker as long as to start.
 * The entries of Node are a few files for the same reason; bundlers get the small files, and leave out what a program does not use.
 *
 * The compiler writes into a folder beside `dist` which then takes its place: nothing stale survives, a
 * build that fails leaves the last good one, and whoever reads `dist` meanwhile never sees half of it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;
/** What threads and processes begin with. */
const entries = ['thread/thread-main.js', 'process/process-main.js'];
const stamp = `${root}.cache/build`;
const settings = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'tools/build.mjs'];

/** Tells whether anything the build reads was added, removed or changed since the last one. */
export function buildIsDue() {
  return !existsSync(dist) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== fingerprint();
}

/** Builds, and tells whether that worked. */
export async function build() {
  console.log('Building dist …');
  const built = fingerprint();
  const next = `${root}.dist-${process.pid}`;
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const args = [tsc, '--project', 'tsconfig.build.json', '--outDir', next];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) {
    exportClasses(next, ['core/futures', 'core/loops']);
    for (const entry of entries) await bundle(next, entry);
    await bundleForNode(next);
    await bundleProbe(next);
    await bundlePage(next);
    const last = `${root}.dist-${process.pid}-last`;
    if (existsSync(dist)) renameSync(dist, last);
    renameSync(next, dist);
    rmSync(last, { recursive: true, force: true });
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, built);
    return true;
  }
  rmSync(next, { recursive: true, force: true });
  console.error('The build failed: see the lines above. `dist` is as it was before.');
  return false;
}

/**
 * Some modules have a class under a constant, so that a bundle which uses that name has what the module imports beside. In declarations it has to
 * be the class itself: else the compiler finds no name for it in the declarations of a program that exports one of its objects.
 */
function exportClasses(folder, modules) {
  for (const module of modules) {
    const file = `${folder}/${module}.d.ts`;
    const text = readFileSync(file, 'utf8');
    const [, name, local, from] =
      /^import \{ (\w+)(?: as (\w+))? \} from ('.*');$/m.exec(text) ?? [];
    const alias = new RegExp(
      `^declare const (\\w+): typeof ${local};\\ntype \\1(<\\w+>)? = ${local}\\2?;\\nexport \\{ \\1 as ${name} \\};$`,
      'm',
    );
    if (!alias.test(text)) throw new Error(`${module}.d.ts has no class under a constant.`);
    writeFileSync(file, text.replace(alias, `export { ${name} } from ${from};`));
  }
}

/** Puts all that a file imports into it. */
async function bundle(folder, entry) {
  const vite = await import('vite');
  await vite.build({
    configFile: false,
    root: folder,
    logLevel: 'warn',
    build: {
      ssr: `${folder}/executors/lines/${entry}`,
      outDir: `${folder}/executors/lines`,
      emptyOutDir: false,
      sourcemap: true,
      rolldownOptions: { output: { entryFileNames: entry } },
    },
  });
}

/**
 * Puts what the entries of Node, Deno and Bun import into a few files: the core, the executors and the cluster. Node opens all modules that a
 * module imports at once: two hundred small ones take ten times as long, and more descriptors than some systems grant.
 */
async function bundleForNode(folder) {
  const vite = await import('vite');
  const names = [
    'index',
    'debug',
    'executors',
    'worker',
    'inspect',
    'inspect-register',
    'inspect-server',
    'inspect-otel',
    'testing',
    'fast-check',
    'cluster',
    'command-line',
    'awaits',
  ];
  const isOfCore =
    /^(?!.*\/awaits\.js$|.*\/inspect\/(?:index|[\w-]+\/[\w-]+)\.js$|.*\/(?:executors|cluster|command-line|testing|node)\/(?:[\w-]+\/)*[\w-]+\.js$).|\/default-executor\.js$|\/node\/register\.js$/;
  await vite.build({
    configFile: false,
    root: folder,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir: `${folder}/node`,
      emptyOutDir: false,
      sourcemap: true,
      rolldownOptions: {
        input: Object.fromEntries(names.map((name) => [name, `${folder}/node/${name}.js`])),
        treeshake: false,
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: '[name].js',
          codeSplitting: {
            groups: [
              // First the core, so that it does not go with the executors, which import it.
              { name: 'skein-core', test: isOfCore, priority: 1 },
              { name: 'skein-executors', test: /\/executors\// },
              { name: 'skein-cluster', test: /\/cluster\/(?:[\w-]+\/)?[\w-]+\.js$/ },
              {
                name: 'skein-inspect',
                test: /\/inspect\/(?!exports\/otel\.js|server\/)(?:index|[\w-]+\/[\w-]+)\.js$/,
              },
              { name: 'skein-inspect-server', test: /\/inspect\/server\/[\w-]+\.js$/ },
              { name: 'skein-testing', test: /\/testing\/(?:explore\/(?:[\w-]+\/)?)?[\w-]+\.js$/ },
            ],
          },
        },
      },
    },
  });
  for (const entry of entries) moveBesideEntries(folder, entry);
}

/** Makes one script of what `skein trace` evaluates in the program that it records. */
async function bundleProbe(folder) {
  const vite = await import('vite');
  await vite.build({
    configFile: false,
    root: folder,
    logLevel: 'warn',
    build: {
      target: 'es2022',
      outDir: `${folder}/node`,
      emptyOutDir: false,
      lib: {
        entry: `${folder}/command-line/probe/record-probe.js`,
        formats: ['iife'],
        name: 'skeinRecordProbe',
        fileName: () => 'record-probe.js',
      },
    },
  });
}

/** Puts the page of `skein open` into three files. A page works without a network: all that it needs is in them. */
async function bundlePage(folder) {
  const { build } = await import('esbuild');
  const page = `${folder}/inspect/page`;
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: root,
    entryPoints: { page: 'page/main.tsx' },
    outdir: page,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  for (const name of ['index.html', 'page.css', 'icon.svg']) {
    copyFileSync(`${root}page/${name}`, `${page}/${name}`);
  }
  writeFileSync(`${page}/licences.txt`, licencesOf(Object.keys(metafile.inputs)));
}

/** The licences of the packages that a bundle took files from: who copies these has to pass on their texts. */
function licencesOf(files) {
  const folders = files.map((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))]
    .sort()
    .map((folder) => {
      const { name, version } = JSON.parse(readFileSync(`${root}${folder}/package.json`, 'utf8'));
      const text = readdirSync(root + folder).find((each) => /^licen[cs]e/i.test(each));
      if (text === undefined) throw new Error(`${name} has no licence that could be passed on.`);
      return `${name} ${version}\n\n${readFileSync(`${root}${folder}/${text}`, 'utf8')}`;
    })
    .join('\n');
}

/** Copies the file that workers begin with to where the executors are that start them. */
function moveBesideEntries(folder, entry) {
  const from = `executors/lines/${entry}`;
  const to = `node/${posix.basename(entry)}`;
  copyFileSync(`${folder}/${from}`, `${folder}/${to}`);
  const map = JSON.parse(readFileSync(`${folder}/${from}.map`, 'utf8'));
  const sources = map.sources.map((source) =>
    posix.relative('node', posix.join(posix.dirname(from), source)),
  );
  writeFileSync(`${folder}/${to}.map`, JSON.stringify({ ...map, sources }));
}

/** Path, size and time of everything the build reads: a deleted source makes nothing newer, but changes this. */
function fingerprint() {
  const sources = ['src', 'page']
    .flatMap((folder) =>
      readdirSync(root + folder, { recursive: true }).map((name) => `${folder}/${name}`),
    )
    .sort();
  const hash = createHash('sha256');
  for (const name of [...settings, ...sources]) {
    const { mtimeMs, size } = statSync(root + name);
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url) && !(await build())) process.exit(1);
