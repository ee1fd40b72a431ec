/**
 * Bundles `dist` into a few files for the tests that start workers in a browser: each worker loads the library anew, and a
 * hundred modules for each would take most of the time. The entries stay apart and share what they have in common, as the
 * modules of `dist` do.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import buildForTests from './build-for-tests.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = `${root}.cache/browser`;

const entries = {
  skein: 'index.js',
  'skein-executors': 'executors/index.js',
  'skein-executors-worker': 'executors/worker.js',
  'web-worker-main': 'executors/lines/web-worker/web-worker-main.js',
};

/** What the tests import, and where it is then. */
export const bundled: { find: RegExp; replacement: string }[] = [
  { find: /^skein\/executors\/worker$/, replacement: `${folder}/skein-executors-worker.js` },
  { find: /^skein\/executors$/, replacement: `${folder}/skein-executors.js` },
  { find: /^skein$/, replacement: `${folder}/skein.js` },
];

let done: Promise<unknown> | undefined;

/** Runs before those tests: once, however many projects ask. */
export default async function setup(): Promise<void> {
  await buildForTests();
  done ??= build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    // Bundled as a server is: for the page, Vite would put a copy of the library into the worker's file.
    ssr: { noExternal: true, target: 'webworker' },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(
          Object.entries(entries).map(([name, file]) => [name, `${root}dist/${file}`]),
        ),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  });
  await done;
}
