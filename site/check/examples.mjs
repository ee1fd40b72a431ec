/** Each example with a Run button runs in its page, ends well, and keeps each of its promises. */
import { readdirSync, readFileSync } from 'node:fs';
import { site } from '../tools/sources.mjs';

/** Long enough for a slow machine; an example takes some tens of ms. */
const longestRunMs = 30_000;
/** A page whose thread is busy cannot end its own example: then the check does, a little later. */
const longestPageMs = longestRunMs + 10_000;
/** All of them have to be over by then. Pages that had no turn count as problems. */
const longestMs = 20 * 60_000;
/** Examples mostly wait, so several pages share a core. */
const pagesAtOnce = 4;
const progressMs = 10_000;
/** How many of the slowest examples are named at the end. */
const slowestShown = 5;

/** The pages that have examples, with the number of them, in the order of their names. */
export function pagesWithExamples() {
  return readdirSync(`${site}dist`, { recursive: true })
    .filter((name) => name.endsWith('.html'))
    .map((name) => ({
      name,
      count: readFileSync(`${site}dist/${name}`, 'utf8').split('class="play"').length - 1,
    }))
    .filter(({ name, count }) => count > 0 && name !== 'playground.html')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * @param {{ name: string, count: number }[]} pages the first `count` examples of each are run
 * @param {(problem: string) => void} tell is called with each that does not hold, at once
 */
export async function checkExamples(context, url, pages, tell, browserName = 'Chromium') {
  const began = Date.now();
  const all = pages.reduce((sum, { count }) => sum + count, 0);
  const queue = [...pages];
  const open = new Set();
  const took = [];
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const progress = setInterval(() => {
    const now = [...open].join(', ');
    console.log(`  ${browserName}: ${took.length} of ${all} examples, ${seconds()} s, in ${now}`);
  }, progressMs);
  async function work() {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (Date.now() - began > longestMs) {
        tell(`${browserName}: ${next.name}: there was no time left for its examples`);
        continue;
      }
      open.add(next.name);
      await runPage(next);
      open.delete(next.name);
    }
  }
  async function runPage({ name, count }) {
    let page;
    for (let index = 0; index < count; index++) {
      const start = Date.now();
      let result;
      try {
        page ??= await openPage(context, `${url}${name}`, count);
        result = await within(longestPageMs, runExample(page, index));
      } catch (error) {
        // The page may be stuck: the next example gets another.
        result = { problem: String(error).split('\n')[0], heading: '' };
        await page?.close();
        page = undefined;
      }
      const example = `${name}, example ${index + 1}${result.heading && ` (${result.heading})`}`;
      took.push({ example, ms: Date.now() - start });
      if (result.problem !== undefined) tell(`${browserName}: ${example}: ${result.problem}`);
    }
    await page?.close();
  }
  await Promise.all(Array.from({ length: pagesAtOnce }, work));
  clearInterval(progress);
  console.log(`${browserName}: ${took.length} of ${all} examples ran, in ${seconds()} s.`);
  const slowest = took.sort((a, b) => b.ms - a.ms).slice(0, slowestShown);
  for (const { example, ms } of slowest) console.log(`  ${ms} ms: ${example}`);
}

async function openPage(context, address, count) {
  const page = await context.newPage();
  page.setDefaultTimeout(longestRunMs);
  await page.goto(address, { waitUntil: 'domcontentloaded' });
  await page
    .locator('.play:has(.run)')
    .nth(count - 1)
    .waitFor({ state: 'attached' });
  return page;
}

/** Runs one example, and returns the heading that it stands under, with what does not hold. */
function runExample(page, index) {
  const options = { index, longestRunMs };
  return page.evaluate(async ({ index, longestRunMs }) => {
    const example = document.querySelectorAll('.play')[index];
    const above = [...document.querySelectorAll('h1, h2, h3, h4')].filter(
      (each) => each.compareDocumentPosition(example) & globalThis.Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const heading = above.at(-1)?.textContent.replace(/[\u200b\s]+$/, '') ?? '';
    const texts = (selector) =>
      [...example.querySelectorAll(`.output ${selector}`)].map((each) => each.textContent);
    const over = () => example.querySelector('.outcome:is(.done, .failed, .stopped)');
    const changed = Promise.withResolvers();
    const observer = new globalThis.MutationObserver(() => over() && changed.resolve());
    observer.observe(example, { subtree: true, childList: true, attributeFilter: ['class'] });
    const timer = setTimeout(changed.resolve, longestRunMs);
    example.querySelector('.run').click();
    await changed.promise;
    observer.disconnect();
    clearTimeout(timer);
    // Its last lines are drawn with its end.
    await new Promise((drawn) => setTimeout(drawn, 0));
    const printed = `it printed: ${texts('.text').join(' | ').slice(0, 500)}`;
    if (!over()) return { heading, problem: `it did not end in ${longestRunMs} ms; ${printed}` };
    const differs = texts('.differs');
    if (differs.length > 0) return { heading, problem: `${differs.join('; ')}; ${printed}` };
    if (over().classList.contains('done')) return { heading };
    return { heading, problem: `it ended as "${over().className}"; ${printed}` };
  }, options);
}

async function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`its page did not answer for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
