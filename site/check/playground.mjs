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
  await expected('has the program in its address once it is shared', async () => {
    await open("console.log('first');\n");
    await page.locator('.cm-content').fill("console.log('changed, and shared');\n");
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByText('The program is in the address').waitFor();
    await page.reload();
    await run();
    return (await shown()).includes('changed, and shared');
  });
  await expected('draws tasks while they run', async () => {
    await open(
      "import { createTask, run, sleep } from 'skein';\nawait run(async () => {\n  await createTask(() => sleep(60_000), { name: 'long' });\n});\n",
    );
    await page.locator('.run').click();
    await page.locator('.outcome.running .picture .name', { hasText: 'long' }).waitFor();
    await page.locator('.run').click();
    return page.locator('.outcome.stopped').isVisible();
  });
  await expected('runs in slow motion, with the same result', async () => {
    await open(
      "import { run, sleep } from 'skein';\nawait run(async () => {\n  await sleep(100);\n  console.log('slept');\n});\n",
    );
    await page.getByLabel('How time goes').selectOption('slow');
    await run();
    return (await shown()).includes('slept');
  });
  await expected('ends a worker that spins, once its job is cancelled', async () => {
    await open(spinningJob);
    await run();
    return (await shown()).includes('cancelled, and the pool is closed');
  });
  await expected('ends by itself a program that spins for 20 seconds', async () => {
    await open("console.log('spins');\nfor (;;);\n");
    await run('stopped');
    return (await shown()).includes('was ended');
  });
  await expected('has no memory that workers share, and no origin, as its page says', async () => {
    await open('console.log(typeof SharedArrayBuffer, origin);\n');
    await run();
    const says = await page.locator('.limits').innerText();
    return (await shown()).includes('undefined null') && says.includes('isolated');
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

const spinningJob = `import { run, sleep } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';

function spin() {
  for (;;);
}
await run(async () => {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const job = pool.submit(spin);
  await sleep(300);
  job.cancel();
  await pool.shutdown({ cancelRunning: true });
  console.log(job.cancelled() ? 'cancelled,' : 'not cancelled,', 'and the pool is closed');
});
`;

function hashOf(page, code) {
  return page.evaluate(async (text) => {
    const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
    const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
    const base64 = btoa(String.fromCharCode(...bytes));
    return `#1.${base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
  }, code);
}
