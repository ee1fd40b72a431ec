/** Each example with a Run button runs in its page, ends well, and keeps each of its promises. */
import { readdirSync, readFileSync } from 'node:fs';
import { site } from '../tools/sources.mjs';

/** Long enough for a slow machine; an example takes some tens of ms. */
const longestRunMs = 30_000;
const pagesAtOnce = 2;

export async function checkExamples(context, url) {
  const pages = readdirSync(`${site}dist`, { recursive: true }).filter(
    (name) =>
      name.endsWith('.html') &&
      readFileSync(`${site}dist/${name}`, 'utf8').includes('class="play"'),
  );
  const problems = [];
  let count = 0;
  const queue = [...pages];
  async function work() {
    const page = await context.newPage();
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      await page.goto(`${url}${name}`);
      const examples = page.locator('.play:has(.run)');
      await examples.first().waitFor();
      for (let index = 0; index < (await examples.count()); index++) {
        count++;
        const problem = await runExample(examples.nth(index));
        if (problem !== undefined) problems.push(`${name}, example ${index + 1}: ${problem}`);
      }
    }
    await page.close();
  }
  await Promise.all(Array.from({ length: pagesAtOnce }, work));
  console.log(`${count} examples on ${pages.length} pages ran in Chromium.`);
  return problems;
}

async function runExample(example) {
  await example.locator('.run').click();
  const over = example.locator('.outcome.done, .outcome.failed, .outcome.stopped');
  try {
    await over.waitFor({ timeout: longestRunMs });
  } catch {
    return 'it does not end';
  }
  const state = await over.getAttribute('class');
  const errors = await example
    .locator('.output .error .text, .output .differs .text')
    .allTextContents();
  if (errors.length > 0) return errors.join('; ');
  return state?.includes('done') ? undefined : `it ended as ${state}`;
}
