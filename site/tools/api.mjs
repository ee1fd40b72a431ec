/** The API reference: what the comments in src/ say, as TypeDoc reads them from the declarations that a user gets. A symbol without a comment fails the build. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import process from 'node:process';
import { markExamples } from './examples.mjs';
import { pagesFolder, root, site } from './sources.mjs';

const folder = `${site}.cache/api/`;
const out = `${pagesFolder}api`;

/** The parts of the package: what a program imports, and the declarations of it. */
const parts = Object.entries(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).exports)
  .filter(([, { types }]) => types !== undefined)
  // What rewritten files import is no interface for people.
  .filter(([name]) => name !== './transform/awaits')
  .map(([name, { types }]) => ({ name: name.replace('.', 'skein'), types }));

/** Classes that `skein` exports as constants, for the sake of bundles. The reference has the classes. */
const classes = {
  'dist/core/event-loop.d.ts': '{ EventLoop }',
  'dist/core/future.d.ts': '{ Future }',
};

export function makeApi() {
  rmSync(folder, { recursive: true, force: true });
  const entries = parts.map(({ name, types }) => {
    const file = `${folder}${name}.d.ts`;
    mkdirSync(dirname(file), { recursive: true });
    const lines = [types.slice(2), ...(name === 'skein' ? Object.keys(classes) : [])].map(
      (from) => `export ${classes[from] ?? '*'} from '${root}${from}';\n`,
    );
    writeFileSync(file, lines.join(''));
    return file;
  });
  writeFileSync(`${folder}tsconfig.json`, JSON.stringify(settings(entries)));
  const typedoc = `${site}node_modules/typedoc/bin/typedoc`;
  const args = [
    typedoc,
    '--options',
    `${site}typedoc.json`,
    '--tsconfig',
    `${folder}tsconfig.json`,
  ];
  const paths = ['--basePath', folder, '--out', out];
  const named = entries.flatMap((entry) => ['--entryPoints', entry]);
  const { status } = spawnSync(process.execPath, [...args, ...paths, ...named], {
    cwd: site,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) {
    console.error('The API reference was not made: see the lines above.');
    process.exit(1);
  }
  markPages();
}

function settings(files) {
  return {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'],
      module: 'nodenext',
      moduleDetection: 'force',
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: ['node'],
      typeRoots: [`${root}node_modules/@types`],
    },
    files,
  };
}

/** Signatures are blocks of code too, and no programs. A program imports something. */
function markPages() {
  for (const name of readdirSync(out, { recursive: true })) {
    if (!name.endsWith('.md')) continue;
    const text = readFileSync(`${out}/${name}`, 'utf8');
    const marked = text.replaceAll(/^```ts\n[\s\S]*?^```/gm, (block) =>
      /^import /m.test(block) ? markExamples(block).replace('```ts twoslash', '```ts') : block,
    );
    writeFileSync(`${out}/${name}`, marked);
  }
}

/** The menu of the reference, from its pages: the parts, their kinds, their names. */
export function apiMenu() {
  return parts.map(({ name }) => ({
    text: name,
    link: `/api/${name}/`,
    collapsed: name !== 'skein',
    items: pagesUnder(name),
  }));
}

function pagesUnder(name) {
  const kinds = ['functions', 'classes', 'interfaces', 'type-aliases', 'variables'];
  return kinds.flatMap((kind) => {
    const names = namesIn(`${out}/${name}/${kind}`);
    return names.map((each) => ({ text: each, link: `/api/${name}/${kind}/${each}` }));
  });
}

function namesIn(path) {
  try {
    return readdirSync(path)
      .filter((file) => file.endsWith('.md'))
      .map((file) => file.slice(0, -'.md'.length))
      .sort();
  } catch {
    return [];
  }
}
