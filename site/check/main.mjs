/**
 * `npm run site -- --check`: runs each example of the site in Chromium, as its reader would, and compares what it prints with what its page
 * says; runs ten in Firefox; looks at pages with axe; reads as a reader does; and watches that nothing is asked of another host. `--only=access` is
 * one part (peers, playground, reading, access, firefox or examples), `--only=guides/` the examples of pages whose name has that in it.
 */
import { chromiumFlags, findChromium, howToGetChromium } from '../../tools/chromium.mjs';
import { serve } from '../tools/serve.mjs';
import { checkAccess } from './access.mjs';
import { checkExamples, pagesWithExamples } from './examples.mjs';
import { checkInFirefox } from './firefox.mjs';
import { checkPeers } from './peers.mjs';
import { checkPlayground } from './playground.mjs';
import { checkReading } from './reading.mjs';

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
  let problems = 0;
  const tell = (problem) => {
    problems++;
    console.error(`✗ ${problem}`);
  };
  let requests = 0;
  /** A context whose pages may ask the host of the site, and no other. */
  const newContext = async (options, from = browser) => {
    const made = await from.newContext(options);
    made.on('request', (request) => {
      requests++;
      const asked = request.url();
      if (/^(https?|wss?):/.test(asked) && !asked.startsWith(url)) {
        tell(`${asked} was asked for, by ${request.frame().url()}`);
      }
    });
    return made;
  };
  const context = await newContext();
  const pages = pagesWithExamples();
  const parts = {
    peers: () => checkPeers(tell),
    playground: () => checkPlayground(context, url, tell),
    reading: () => checkReading(newContext, url, tell),
    access: () => checkAccess(newContext, url, tell),
    firefox: () => checkInFirefox(playwright, newContext, url, pages, tell),
    examples: () => checkExamples(context, url, pages, tell),
  };
  const some = pages.filter(({ name }) => only !== undefined && name.includes(only));
  const chosen =
    only === undefined
      ? Object.values(parts)
      : [parts[only] ?? (() => checkExamples(context, url, some, tell))];
  try {
    for (const part of chosen) await part();
    console.log(`${requests} requests were watched.`);
    console.log(problems === 0 ? 'The site is as it should be.' : `${problems} problems.`);
    return problems === 0;
  } finally {
    await browser.close();
    server.close();
  }
}
