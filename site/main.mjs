/**
 * `npm run site` builds the site into `site/dist`. `-- --serve` shows it afterwards, `-- --check` runs its examples in Chromium and
 * looks at its pages. `-- --types` checks the types of its scripts, and builds nothing.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import process from 'node:process';
import { checkAnchors } from './tools/anchors.mjs';
import { makeApi } from './tools/api.mjs';
import { checkHosts } from './tools/hosts.mjs';
import { makeScripts } from './tools/library.mjs';
import { makePages } from './tools/pages.mjs';
import { serve } from './tools/serve.mjs';
import { root, site } from './tools/sources.mjs';

const wanted = new Set(process.argv.slice(2));
const known = ['--serve', '--check', '--no-build', '--types'];
const only = [...wanted].find((word) => word.startsWith('--only='));
if (only !== undefined) wanted.delete(only);
for (const word of wanted) {
  if (known.includes(word)) continue;
  console.error(
    `npm run site takes ${known.join(', ')}, but got ${word}. With --check, --only=NAME is a part of it.`,
  );
  process.exit(1);
}

if (wanted.has('--types')) {
  // The compiler of the root: it checks `src/`, which the playground imports.
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  const { status } = spawnSync(process.execPath, [tsc, '--project', site], { stdio: 'inherit' });
  process.exit(status ?? 1);
}
if (!wanted.has('--no-build')) {
  makePages();
  makeApi();
  await makeScripts();
  vitepress();
  checkAnchors();
  checkHosts();
}
if (wanted.has('--check')) {
  const { check } = await import('./check/main.mjs');
  process.exitCode = (await check(only?.slice('--only='.length))) ? 0 : 1;
}
if (wanted.has('--serve')) {
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
