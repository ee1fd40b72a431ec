/** Ten examples in Firefox, spread over the site. What a Firefox lacks, as `using`, is left out: the playground tells it. */
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { site } from '../tools/sources.mjs';
import { checkExamples } from './examples.mjs';

const places = ['/usr/bin/firefox', '/usr/bin/firefox-esr'];
const wanted = 10;

export async function checkInFirefox(playwright, newContext, url, pages, tell) {
  const executablePath = [process.env.FIREFOX_PATH, ...places].find(
    (place) => place !== undefined && existsSync(place),
  );
  if (executablePath === undefined) {
    tell('There is no Firefox, so no example ran in it. FIREFOX_PATH names one.');
    return;
  }
  // This channel drives a Firefox as it is, by WebDriver BiDi.
  const browser = await playwright.firefox.launch({ executablePath, channel: 'moz-firefox' });
  try {
    const context = await newContext({}, browser);
    await checkExamples(context, url, spread(pages), tell, 'Firefox');
  } finally {
    await browser.close();
  }
}

/** Pages from all over the site, the first example of each. */
function spread(pages) {
  const fit = pages.filter(({ name }) => !usesUsing(name));
  const step = Math.max(1, Math.floor(fit.length / wanted));
  return fit
    .filter((_, index) => index % step === 0)
    .slice(0, wanted)
    .map(({ name }) => ({ name, count: 1 }));
}

function usesUsing(name) {
  return />using<\/span>/.test(readFileSync(`${site}dist/${name}`, 'utf8'));
}
