/** Tracks in the Performance panel: a real Chromium records what a page with skein does. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumFlags, findChromium } from '../../../tools/chromium.mjs';

const executablePath = findChromium();

const program = `
  import { createTask, Lock, run, sleep } from 'skein';
  import { showInDevTools } from 'skein/inspect';

  globalThis.work = async (options) => {
    using shown = showInDevTools(options);
    const before = performance.now();
    await run(async () => {
      const lock = new Lock();
      const save = createTask(() => lock.with(() => sleep(20)), { name: 'save' });
      const load = createTask(sleep(1000), { name: 'load' });
      const fails = createTask(async () => { throw new Error('no'); }, { name: 'fails' });
      await save;
      load.cancel();
      await Promise.allSettled([load, fails]);
    });
    return { before, after: performance.now(), measures: performance.getEntriesByType('measure').length };
  };
  globalThis.afterwards = () => run(async () => { await createTask(sleep(1), { name: 'later' }); });
`;

/** What Chromium writes for `console.timeStamp()`; times in microseconds of its own clock. */
interface Entry {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly track: string;
  readonly trackGroup: string;
  readonly color: string;
}

describe.skipIf(executablePath === undefined)('tracks in DevTools', () => {
  let browser: Browser;
  let bundle: string;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: chromiumFlags,
    });
    const { outputFiles } = await build({
      stdin: { contents: program, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
    });
    bundle = (outputFiles[0] as { text: string }).text;
  }, 60_000);
  afterAll(() => browser?.close());

  /** Runs the program in a page while Chromium records. */
  async function recorded(options: object, isAfterwards = false) {
    const page = await browser.newPage();
    await page.addScriptTag({ content: bundle, type: 'module' });
    await page.waitForFunction('typeof work === "function"');
    await browser.startTracing(page, {
      categories: ['-*', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
    });
    const told = await page.evaluate(`work(${JSON.stringify(options)})`);
    if (isAfterwards) await page.evaluate('afterwards()');
    const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as {
      traceEvents: { name: string; args: { data: Entry } }[];
    };
    await page.close();
    const entries = traceEvents
      .filter(({ name }) => name === 'TimeStamp')
      .map(({ args }) => args.data);
    return { told: told as { before: number; after: number; measures: number }, entries };
  }

  test('show tasks from begin to end, with their outcome, and their steps', async () => {
    const { told, entries } = await recorded({});
    const tasks = entries.filter(({ track }) => track === 'tasks');
    expect(tasks.map(({ name, color }) => `${name}: ${color}`)).toEqual(
      expect.arrayContaining([
        'save: secondary',
        'load (cancelled): tertiary',
        'fails (failed): error',
      ]),
    );
    expect(new Set(entries.map(({ trackGroup }) => trackGroup))).toEqual(new Set(['skein']));
    const save = tasks.find(({ name }) => name === 'save') as Entry;
    const steps = entries.filter(({ track, name }) => track === 'steps' && name === 'save');
    expect(steps.length).toBeGreaterThan(1);
    for (const { start, end } of steps) {
      expect(start).toBeGreaterThanOrEqual(save.start);
      expect(end).toBeLessThanOrEqual(save.end);
      expect(end).toBeGreaterThanOrEqual(start);
    }
    expect(told.after).toBeGreaterThan(told.before);
  });

  test('leave nothing in the page that would grow', async () => {
    const { told } = await recorded({});
    expect(told.measures).toBe(0);
  });

  test('have no steps if none are asked for, and end when they are disposed', async () => {
    const { entries } = await recorded({ steps: false }, true);
    expect(new Set(entries.map(({ track }) => track))).toEqual(new Set(['tasks']));
    expect(entries.map(({ name }) => name)).not.toContain('later');
  });
});
