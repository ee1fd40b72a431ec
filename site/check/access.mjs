/** Pages can be used by all: axe finds nothing serious, in light and dark, wide and narrow, also once an example has run. */
import { createRequire } from 'node:module';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const pages = [
  'index.html',
  'learn/1-tasks.html',
  'ask-about.html',
  'glossary.html',
  'guides/cancellation.html',
  'guides/recipes.html',
  'from/promises.html',
  'api/skein/functions/all.html',
  'playground.html',
  'performance.html',
];
const looks = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
];

export async function checkAccess(newContext, url, tell) {
  for (const look of looks) {
    const context = await newContext({ ...look, reducedMotion: 'reduce' });
    const page = await context.newPage();
    for (const name of pages) {
      const response = await page.goto(url + name);
      if (!response?.ok()) {
        tell(`${name}: there is no such page`);
        continue;
      }
      await runFirst(page);
      for (const each of await violations(page)) {
        tell(`${name} (${look.colorScheme}, ${look.viewport.width} wide): ${each}`);
      }
      const isWider = await page.evaluate(
        () => document.documentElement.scrollWidth > innerWidth + 1,
      );
      if (isWider) tell(`${name} (${look.viewport.width} wide) is wider than the window`);
    }
    await context.close();
  }
  console.log(`axe looked at ${pages.length} pages in ${looks.length} looks.`);
}

/** Runs the first example, if there is one, so that its picture and its output are looked at too. */
async function runFirst(page) {
  await page.locator(':is(.VPContent, .Layout)').first().waitFor();
  if ((await page.locator('.play, .playground').count()) === 0) return;
  await page.locator('.run').first().click();
  await page.locator('.outcome:is(.done, .failed)').first().waitFor();
}

async function violations(page) {
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
    });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      where: nodes
        .slice(0, 3)
        .map(({ target, any }) => `${target.join(' ')} ${any[0]?.message ?? ''}`),
      count: nodes.length,
    }));
  });
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, count, where }) => `${id} ×${count}: ${where.join(' | ')}`);
}
