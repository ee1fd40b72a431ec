/**
 * `npm run site -- --check`: runs each example of the site in Chromium, as its reader would, and compares what it prints with what its page
 * says; looks at pages with axe; and watches that nothing is asked of another host.
 */
import { chromiumFlags, findChromium, howToGetChromium } from '../../tools/chromium.mjs';
import { serve } from '../tools/serve.mjs';
import { checkAccess } from './access.mjs';
import { checkExamples } from './examples.mjs';
import { checkPeers } from './peers.mjs';
import { checkPlayground } from './playground.mjs';

/** Tells whether all is as it should be. */
export async function check() {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.error(`There is no Chromium. ${howToGetChromium}`);
    return false;
  }
  const { chromium } = await import('playwright');
  const server = await serve();
  const browser = await chromium.launch({ executablePath, args: chromiumFlags });
  const foreign = [];
  const context = await browser.newContext();
  context.on('request', (request) => {
    const url = request.url();
    if (url.startsWith('http') && !url.startsWith(server.url)) foreign.push(`${url} was asked for`);
  });
  try {
    const problems = [
      ...(await checkPlayground(context, server.url)),
      ...(await checkAccess(browser, server.url)),
      ...(await checkExamples(context, server.url)),
      ...checkPeers(),
      ...foreign,
    ];
    for (const problem of problems) console.error(`✗ ${problem}`);
    console.log(
      problems.length === 0 ? 'The site is as it should be.' : `${problems.length} problems.`,
    );
    return problems.length === 0;
  } finally {
    await browser.close();
    server.close();
  }
}
