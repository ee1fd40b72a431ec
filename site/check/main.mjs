/**
 * `npm run site -- --check`: runs each example of the site in Chromium, as its reader would, and compares what it prints with what its page
 * says; runs ten in Firefox; looks at pages with axe; and watches that nothing is asked of another host. `--only=access` is one part,
 * `--only=guides/` the examples of pages whose name has that in it.
 */
import { chromiumFlags, findChromium, howToGetChromium } from '../../tools/chromium.mjs';
import { serve } from '../tools/serve.mjs';
import { checkAccess } from './access.mjs';
import { checkExamples, pagesWithExamples } from './examples.mjs';
import { checkInFirefox } from './firefox.mjs';
import { checkPeers } from './peers.mjs';
import { checkPlayground } from './playground.mjs';

/** Tells whether all is as it should be. */
export async function check(only) {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.error(`There is no Chromium. ${howToGetChromium}`);
    return false;
  }
  const playwright = await import('playwright');
  const server = await serve();
  const { url } = server;
  const browser = await playwright.chromium.launch({ executablePath, args: chromiumFlags });
  const foreign = [];
  const context = await browser.newContext();
  context.on('request', (request) => {
    const asked = request.url();
    if (asked.startsWith('http') && !asked.startsWith(url)) foreign.push(`${asked} was asked for`);
  });
  const pages = pagesWithExamples();
  const parts = {
    peers: () => checkPeers(),
    playground: () => checkPlayground(context, url),
    access: () => checkAccess(browser, url),
    firefox: () => checkInFirefox(playwright, url, pages),
    examples: () => checkExamples(context, url, pages),
  };
  const some = pages.filter(({ name }) => only !== undefined && name.includes(only));
  const chosen =
    only === undefined
      ? Object.values(parts)
      : [parts[only] ?? (() => checkExamples(context, url, some))];
  try {
    const problems = [];
    for (const part of chosen) problems.push(...(await part()));
    problems.push(...foreign);
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
