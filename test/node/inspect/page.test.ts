/** The page of `skein open`, in a real browser. */
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumFlags, findChromium } from '../../../tools/chromium.mjs';
import { seriousBarriers } from './barriers.ts';
import { Opened, recordingOf } from './opened.ts';

const executablePath = findChromium();

/** A loaded machine takes seconds for a frame. */
const eventually = <T>(fn: () => Promise<T>) => expect.poll(fn, { timeout: 20_000 });

interface Looked {
  readonly page: Page;
  /** What the console said, and requests to other hosts. */
  readonly complaints: string[];
}

describe.skipIf(executablePath === undefined)('the page', () => {
  let browser: Browser;
  let deadlock: Opened;
  let server: Opened;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: chromiumFlags,
    });
    deadlock = await Opened.start(await recordingOf('deadlock'));
    server = await Opened.start(await recordingOf('server'));
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    deadlock?.[Symbol.dispose]();
    server?.[Symbol.dispose]();
  });

  async function look(opened: Opened, colorScheme: 'light' | 'dark' = 'light'): Promise<Looked> {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1360, height: 820 } });
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(`${opened.address.origin}/`)) complaints.push(request.url());
    });
    await page.goto(opened.address.href);
    await page.waitForSelector('[role=row]');
    return { page, complaints };
  }

  test('shows the tasks of a recording, and asks no other host', async () => {
    const { page, complaints } = await look(server);
    expect(await page.locator('[role=row] .text').allTextContents()).toContain('log writer');
    expect(new URL(page.url()).hash).toBe('');
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('says without its token what to open', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.address.origin}/`);
    await eventually(() => page.getByRole('alert').textContent()).toContain('lacks its token');
    await page.close();
  });

  test('marks tasks that wait for each other, and draws the ring with the holders of the locks', async () => {
    const { page } = await look(deadlock);
    await eventually(() => page.locator('.cycles').textContent()).toMatch(
      /transfer A to B → Lock 'account B' → transfer B to A → Lock 'account A'/,
    );
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await eventually(() => page.locator('.graph .node.cycle').count()).toBe(4);
    expect(await page.locator('.graph path.held.cycle').count()).toBe(2);
    expect(await page.locator('#details').textContent()).toContain('Held by');
    await page.close();
  });

  test('is used by keyboard only', async () => {
    const { page } = await look(server);
    const chosen = () => page.locator('[aria-selected=true] .text').textContent();
    const first = await chosen();
    await page.keyboard.press('ArrowDown');
    await eventually(chosen).toBe('log writer');
    await page.keyboard.press('ArrowUp');
    await eventually(chosen).toBe(first);
    const all = await page.locator('[role=row]').count();
    await page.keyboard.press('ArrowLeft');
    await eventually(() => page.locator('[role=row]').count()).toBe(1);
    await page.keyboard.press('ArrowRight');
    await eventually(() => page.locator('[role=row]').count()).toBe(all);
    await page.keyboard.press('/');
    await page.keyboard.type('rows of page 3');
    await eventually(() => page.locator('[role=row]:not(.above) .text').allTextContents()).toEqual([
      'rows of page 3',
    ]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('details');
    await page.keyboard.press('?');
    await eventually(() => page.getByRole('dialog').count()).toBe(1);
    await page.keyboard.press('Escape');
    await eventually(() => page.getByRole('dialog').count()).toBe(0);
    await page.close();
  });

  test('filters by state at the time of the cursor', async () => {
    const { page } = await look(server);
    await page.getByRole('button', { name: /failed/ }).click();
    await eventually(() => page.locator('[role=row]:not(.above) .text').allTextContents()).toEqual([
      'GET /pages/7',
    ]);
    await page.getByRole('slider').press('Home');
    await eventually(() => page.locator('[role=row]').count()).toBe(0);
    await page.close();
  });

  test('counts above what the rows show, wherever the cursor jumps', async () => {
    const { page } = await look(server);
    const count = await page.getByRole('button', { name: /^all/ }).textContent();
    await page.setViewportSize({
      width: 1360,
      height: 900 + 26 * Number(count?.match(/\d+/)?.[0]),
    });
    await eventually(async () => `all ${await page.locator('[role=row]').count()}`).toBe(count);
    const there = Array.from({ length: 20 }, (_, at) => at / 20);
    for (const share of [...there, 0.9, 0.05, 0.7, 0.3, 1, 0.2, 0.6]) {
      const { counted, shown } = await page.evaluate(async (share) => {
        const input = document.getElementById('cursor') as HTMLInputElement;
        input.value = String(Number(input.max) * share);
        input.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        const states = ['running', 'waiting', 'finished', 'failed', 'cancelled'];
        return {
          counted: states.map((state) => document.querySelector(`.chip.${state} b`)?.textContent),
          shown: states.map((state) => String(document.querySelectorAll(`.row.${state}`).length)),
        };
      }, share);
      expect(counted).toEqual(shown);
    }
    await page.close();
  });

  test('draws the timeline and the strip above it as large as they are, also after the window has changed', async () => {
    const { page } = await look(server);
    const sizes = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('canvas')].map((canvas) => [
          [canvas.width, canvas.height],
          [canvas.clientWidth, canvas.clientHeight],
        ]),
      );
    const differing = async () =>
      (await sizes()).filter(([own, room]) => String(own) !== String(room) || own?.includes(0));
    await eventually(differing).toEqual([]);
    const before = await sizes();
    await page.setViewportSize({ width: 1200, height: 700 });
    await eventually(differing).toEqual([]);
    expect(await sizes()).not.toEqual(before);
    await page.close();
  });

  test.each(['light', 'dark'] as const)('has no serious barrier: %s', async (theme) => {
    const { page } = await look(deadlock, theme);
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await eventually(() => page.locator('.graph .node.cycle').count()).toBe(4);
    expect(await seriousBarriers(page)).toEqual([]);
    await page.close();
  });
});
