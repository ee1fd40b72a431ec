/** Makes the scripts of the playground: the package as one, and what runs programs with it. Pages load them when a program is run. */
import { mkdirSync } from 'node:fs';
import process from 'node:process';
import { build } from 'esbuild';
import { publicFolder, site } from './sources.mjs';

/** The package sees this as the address of its modules. Frames of it are left out of the stacks that a program shows. */
const address = 'https://skein.invalid/core/stack-frames.js';

export async function makeScripts() {
  mkdirSync(`${publicFolder}play`, { recursive: true });
  const options = {
    bundle: true,
    minify: true,
    target: 'es2022',
    format: 'iife',
    logLevel: 'warning',
    legalComments: 'none',
  };
  await build({
    ...options,
    entryPoints: [`${site}playground/library.ts`],
    outfile: `${publicFolder}play/skein.js`,
    globalName: 'SK',
    // Texts and stacks name classes and functions. Stacks of tasks end at functions that are known by their names.
    minify: false,
    minifyWhitespace: true,
    minifySyntax: true,
    keepNames: true,
    conditions: ['@skein/source', 'browser'],
    define: { 'import.meta.url': JSON.stringify(address) },
    footer: { js: `self.SK = SK;\n//# sourceURL=${address}` },
  });
  for (const name of ['worker', 'frame']) {
    await build({
      ...options,
      entryPoints: [`${site}playground/${name}.ts`],
      outfile: `${publicFolder}play/${name}.js`,
      footer: { js: `//# sourceURL=play/${name}.js` },
      absWorkingDir: site.slice(0, -1),
    });
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) await makeScripts();
