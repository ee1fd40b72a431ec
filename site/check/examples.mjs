/** Each example with a Run button runs in its page, ends well, and keeps each of its promises. */
import { readdirSync, readFileSync } from 'node:fs';
import { site } from '../tools/sources.mjs';

/** Long enough for a slow machine; an example takes some tens of ms. */
const longestRunMs = 30_000;
/** All of them have to be over by then. Examples that had no turn count as problems. */
const longestMs = 15 * 60_000;
/** Examples mostly wait, so several pages share a core. */
const pagesAtOnce = 4;
const progressMs = 10_000;

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
 * @returns {Promise<string[]>} what does not hold
 */
export async function checkExamples(context, url, pages, browserName = 'Chromium') {
  const began = Date.now();
  const all = pages.reduce((sum, { count }) => sum + count, 0);
  const problems = [];
  let done = 0;
  const tell = () => {
    const seconds = Math.round((Date.now() - began) / 1000);
    const words = [`${done} of ${all} examples`, `${problems.length} problems`, `${seconds} s`];
    console.log(`  ${browserName}: ${words.join(', ')}`);
  };
  const progress = setInterval(tell, progressMs);
  const isLate = () => Date.now() - began > longestMs;
  const queue = [...pages];
  async function work() {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (isLate()) {
        problems.push(`${next.name}: there was no time left for its examples`);
        continue;
      }
      await runPage(next);
    }
  }
  async function runPage({ name, count }) {
    const page = await context.newPage();
    try {
      await page.goto(`${url}${name}`);
      const examples = page.locator('.play:has(.run)');
      await examples.nth(count - 1).waitFor();
      for (let index = 0; index < count; index++) {
        const problem = await runExample(examples.nth(index));
        done++;
        if (problem !== undefined) problems.push(`${name}, example ${index + 1}: ${problem}`);
      }
    } catch (error) {
      problems.push(`${name}: ${String(error).split('\n')[0]}`);
    } finally {
      await page.close();
    }
  }
  await Promise.all(Array.from({ length: pagesAtOnce }, work));
  clearInterval(progress);
  tell();
  return problems.map(
    (problem) => (browserName === 'Chromium' ? '' : `${browserName}: `) + problem,
  );
}

async function runExample(example) {
  // Not by the mouse: the click of a page in the background waits until the page is drawn.
  await example.locator('.run').evaluate((button) => button.click());
  const over = example.locator('.outcome.done, .outcome.failed, .outcome.stopped');
  try {
    await over.waitFor({ state: 'attached', timeout: longestRunMs });
  } catch {
    return 'it does not end';
  }
  const state = await over.getAttribute('class');
  const differs = await example.locator('.output .differs').allTextContents();
  if (differs.length > 0) return differs.join('; ');
  if (state?.includes('done')) return undefined;
  const errors = await example.locator('.output .error .text').allTextContents();
  return `it ended as ${state}: ${errors.join('; ')}`;
}
