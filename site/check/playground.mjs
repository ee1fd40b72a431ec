/** The playground: it draws, it tells of errors with their line, it shares by the address, it ends what spins, and it steps through what happened. */
export async function checkPlayground(context, url, tell) {
  const page = await context.newPage();
  const expected = async (what, holds) => {
    try {
      if (await holds()) return;
      tell(`playground: ${what}: it does not hold`);
    } catch (error) {
      tell(`playground: ${what}: ${String(error).split('\n')[0]}`);
    }
  };
  const open = async (code) => {
    await page.goto(`${url}playground.html${code === undefined ? '' : await hashOf(page, code)}`);
    if (code !== undefined) await page.reload();
    await page.locator('.cm-content').waitFor();
  };
  const run = async (state = 'done') => {
    await page.locator('.run').click();
    await page.locator(`.outcome.${state}`).waitFor({ timeout: 40_000 });
  };
  const shown = () => page.locator('.output').innerText();

  await open();
  await expected('draws a task that is cancelled, with a request', async () => {
    await run();
    const rows = await page.locator('.picture .row.cancelled .name').allTextContents();
    return rows.includes('film') && (await page.locator('.picture .request').count()) > 0;
  });
  for (const [index, title] of (
    await page.locator('select').nth(1).locator('option').allTextContents()
  ).entries()) {
    await expected(`runs the program "${title}"`, async () => {
      await page.locator('select').nth(1).selectOption(String(index));
      await run();
      return (await shown()).length > 0;
    });
  }
  await expected('tells a mistake with its line', async () => {
    await open('const a = 1;\nconst b = ;\n');
    await run('failed');
    return (await shown()).includes('line 2');
  });
  await expected('tells an error of a task with its line', async () => {
    await open(
      "import { run } from 'skein';\n\nawait run(async (): Promise<void> => {\n  throw new RangeError('here');\n});\n",
    );
    await run('failed');
    return /RangeError: here/.test(await shown()) && (await shown()).includes('line 4');
  });
  await expected('goes through an hour in virtual time', async () => {
    await open(
      "import { run, sleep } from 'skein';\nawait run(async () => {\n  await sleep(3_600_000);\n  console.log('an hour');\n});\n",
    );
    await page.getByLabel('How time goes').selectOption('virtual');
    await run();
    return (
      (await shown()).includes('an hour') &&
      (await page.locator('.state').innerText()).includes('3600000 ms')
    );
  });
  await expected('steps forward and back', async () => {
    await page.getByLabel('How time goes').selectOption('step');
    await run();
    const before = await page.locator('.count').innerText();
    await page.getByRole('button', { name: 'Next' }).click();
    const after = await page.locator('.count').innerText();
    await page.getByRole('button', { name: 'Back' }).click();
    return (
      before.startsWith('1 of') &&
      after.startsWith('2 of') &&
      (await page.locator('.output').count()) === 0
    );
  });
  await expected('has the program in its address', async () => {
    await open("console.log('came by a link');\n");
    const isIdle = (await page.locator('.outcome').count()) === 0;
    await run();
    return isIdle && (await shown()).includes('came by a link');
  });
  await expected('stops a program that spins, with the page alive', async () => {
    await open("console.log('spins');\nfor (;;);\n");
    await page.locator('.run').click();
    await page.locator('.outcome.busy').waitFor({ timeout: 10_000 });
    await page.locator('.run').click();
    await page.locator('.outcome.stopped').waitFor({ timeout: 5000 });
    return (await page.locator('iframe').count()) === 0;
  });
  await expected('has no network', async () => {
    await open(
      `try { await fetch('${url}'); console.log('reached'); } catch { console.log('refused'); }\n`,
    );
    await run();
    return (await shown()).includes('refused');
  });
  await page.close();
  console.log('The playground was tried.');
}

function hashOf(page, code) {
  return page.evaluate(async (text) => {
    const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
    const base64 = btoa(String.fromCharCode(...bytes));
    return `#1.${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
  }, code);
}
