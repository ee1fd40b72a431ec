/** What a reader does with a page beside running its examples: search without a network, types on hover, dark and light, keyboard, phone. */

/** @param {(problem: string) => void} tell is called with each that does not hold */
export async function checkReading(newContext, url, tell) {
  const context = await newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const expected = async (what, holds) => {
    try {
      if (!(await holds())) tell(`reading: ${what}: it does not hold`);
    } catch (error) {
      tell(`reading: ${what}: ${String(error).split('\n')[0]}`);
    }
  };
  const search = async (words) => {
    await page.goto(url);
    // With it the scripts of the page have begun, and keys are heard.
    await page.locator('.play .run').waitFor();
    await page.keyboard.press('Control+k');
    await page.locator('.VPLocalSearchBox input').fill(words);
    await page.locator('.VPLocalSearchBox .result').first().waitFor();
  };

  await expected('has the list for models, whose links are checked by the build', async () => {
    const text = await (await page.request.get(`${url}llms.txt`)).text();
    return text.startsWith('# skein') && text.includes('(./ask-about.html)');
  });
  await expected('finds pages by their words, and by the keyboard alone', async () => {
    await search('semaphore');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\.html/);
    return /semaphore/i.test(await page.locator('main').innerText());
  });
  await expected('searches without a network, once its page is open', async () => {
    await search('semaphore');
    await context.setOffline(true);
    try {
      await page.locator('.VPLocalSearchBox input').fill('deadlock');
      await page
        .locator('.VPLocalSearchBox .result', { hasText: /deadlock/i })
        .first()
        .waitFor();
      return true;
    } finally {
      await context.setOffline(false);
    }
  });
  await expected('shows the type of a name that the mouse is on', async () => {
    await page.goto(`${url}guides/cancellation.html`);
    const name = page.locator('.twoslash-hover', { hasText: 'function createTask<' }).first();
    const { x, y } = await name.evaluate((element) => {
      element.scrollIntoView({ block: 'center' });
      const { left, top } = element.getClientRects()[0];
      return { x: left + 5, y: top + 5 };
    });
    await page.mouse.move(x, y);
    const popup = name.locator('.twoslash-popup-container');
    await popup.waitFor({ state: 'visible' });
    // Above all else: what is at its corners is the popup.
    return popup.evaluate((element) => {
      const { right, bottom, left } = element.getBoundingClientRect();
      const isInside = left >= 0 && right <= innerWidth && bottom <= innerHeight;
      const isWhole = isInside && element.scrollWidth <= element.clientWidth + 1;
      const isAt = (x, y) => element.contains(document.elementFromPoint(x, y));
      return isWhole && isAt(right - 3, bottom - 3) && isAt(left + 3, bottom - 3);
    });
  });
  await expected('goes from light to dark', async () => {
    const ground = () =>
      page.evaluate(() => globalThis.getComputedStyle(document.body).backgroundColor);
    const before = await ground();
    await page.locator('.VPNavBar .VPSwitchAppearance').first().click();
    return before !== (await ground());
  });
  await expected('has its main content and its examples within reach of the keyboard', async () => {
    await page.goto(`${url}learn/1-tasks.html`);
    await page.locator('.play .run').waitFor();
    const reached = [];
    for (let count = 0; count < 120 && reached.at(-1) !== 'Run'; count++) {
      await page.keyboard.press('Tab');
      reached.push(await page.evaluate(() => document.activeElement?.textContent?.trim()));
    }
    await page.keyboard.press('Enter');
    await page.locator('.outcome.done').waitFor();
    return /skip to content/i.test(reached[0] ?? '') && reached.at(-1) === 'Run';
  });
  await expected('takes an example to the playground', async () => {
    await page.getByRole('button', { name: 'Open in the playground' }).click();
    await page.waitForURL(/playground\.html#1\./);
    const editor = page.locator('.cm-content');
    await editor.waitFor();
    return (await editor.innerText()).includes('puts the water on for');
  });
  await expected('tells why an example has no button', async () => {
    await page.goto(`${url}guides/many-machines.html`);
    return (await page.locator('p.lacks').first().innerText()).startsWith('Runs in Node.');
  });
  await context.close();
  await onPhone(newContext, url, expected);
  console.log('The pages were read.');
}

async function onPhone(newContext, url, expected) {
  const viewport = { width: 390, height: 844 };
  const context = await newContext({ viewport, hasTouch: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const isInWindow = (locator) =>
    locator.evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
  await expected('on a phone, Run is in the window of a program that is longer', async () => {
    await page.goto(`${url}learn/1-tasks.html`);
    const run = page.locator('.play .run');
    await run.waitFor();
    await page.evaluate(() => globalThis.scrollTo(0, 200));
    return isInWindow(run);
  });
  for (const name of ['learn/1-tasks.html', 'playground.html']) {
    await expected(`on a phone, ${name} shows what runs once it is run`, async () => {
      await page.goto(url + name);
      if (name === 'playground.html') await page.locator('.cm-content').waitFor();
      await page.locator('.run').click();
      await page.locator('.outcome.done').waitFor();
      return isInWindow(page.locator('.outcome .picture'));
    });
  }
  await context.close();
}
