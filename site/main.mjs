/** `npm run site` builds the site into `site/dist`. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import process from 'node:process';
import { commandLine } from '../tools/command-line.mjs';
import { checkAnchors } from './tools/anchors.mjs';
import { makeApi } from './tools/api.mjs';
import { checkHosts } from './tools/hosts.mjs';
import { makeScripts } from './tools/library.mjs';
import { makePages } from './tools/pages.mjs';
import { serve } from './tools/serve.mjs';
import { root, site } from './tools/sources.mjs';

const { values: wanted } = commandLine('npm run site', {
  usage: `Usage: npm run site -- [OPTION …]

Builds the site into site/dist.

  --serve      shows it afterwards
  --check      runs its examples in Chromium and looks at its pages afterwards: the exit code is 1 if there is a problem
  --only=NAME  with --check: one part (peers, playground, reading, access, firefox or examples), or the examples of the pages
               whose name has this in it
  --no-build   takes the site as it is
  --types      checks the types of its scripts, and builds nothing
  -h, --help   this text
`,
  options: {
    serve: { type: 'boolean' },
    check: { type: 'boolean' },
    only: { type: 'string' },
    'no-build': { type: 'boolean' },
    types: { type: 'boolean' },
  },
});

if (wanted.types) {
  // The compiler of the root: it checks `src/`, which the playground imports.
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const { status } = spawnSync(process.execPath, [tsc, '--project', site], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
if (!wanted['no-build']) {
  makePages();
  makeApi();
  await makeScripts();
  vitepress();
  checkAnchors();
  checkHosts();
}
if (wanted.check) {
  const { check } = await import('./check/main.mjs');
  process.exitCode = (await check(wanted.only)) ? 0 : 1;
}
if (wanted.serve) {
  const { url } = await serve({ port: Number(process.env.PORT ?? 4173) });
  console.log(`The site is at ${url}. Ctrl-C ends it.`);
}

/** An error while a page is rendered is only a line of the output, and the build goes on: so the output is read. */
function vitepress() {
  const folder = dirname(createRequire(import.meta.url).resolve('vitepress/package.json'));
  const args = [`${folder}/bin/vitepress.js`, 'build'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: site,
    encoding: 'utf8',
  });
  const output = `${stdout}${stderr}`;
  console.log(output.trim());
  if (status === 0 && !/\b(Reference|Type|Syntax)Error\b|\[Vue warn\]/.test(output)) return;
  console.error('The site was not built: see the lines above.');
  process.exit(1);
}
