/** The page of a program that runs, in a real browser. */
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Live } from '../../../page/live.ts';
import { chromiumFlags, findChromium } from '../../../tools/chromium.mjs';
import { Following } from '../command-line/following.ts';
import { deadlocked, Target } from '../command-line/target.ts';
import { seriousBarriers } from './barriers.ts';

const executablePath = findChromium();

/** A loaded machine takes seconds for a frame. */
const eventually = <T>(fn: () => Promise<T>) => expect.poll(fn, { timeout: 20_000 });

/** At each line that it gets, one more task is made, and one that ends at once. */
const growing = `
  import { on } from 'node:events';
  import { createTask, run, sleep } from 'skein';
  await run(async function main() {
    createTask(sleep(3_600_000), { name: 'waits' });
    await sleep(20);
    console.log('ready');
    let count = 0;
    for await (const _ of on(process.stdin, 'data')) {
      await createTask(sleep(0), { name: 'brief ' + ++count });
      createTask(sleep(3_600_000), { name: 'more ' + count });
    }
  });
`;

test('a page tells why it hears nothing now, and not why it heard nothing before', async () => {
  const says = (kind: string, text: string) => () =>
    new Response(`event: ${kind}\ndata: {"text":"${text}"}\n\n`);
  const answers: (() => Response | Promise<Response>)[] = [
    says('lost', 'its thread is in a call'),
    () => Promise.reject(new TypeError('no server')),
    says('ended', 'it has ended'),
  ];
  const live = new Live(async () => await (answers.shift() as () => Response)(), false);
  const told = new Set<string>();
  live.heard = () => told.add(`${live.state}: ${live.why}`);
  vi.stubGlobal('setTimeout', queueMicrotask);
  await live.listen().finally(() => vi.unstubAllGlobals());
  expect([...told]).toEqual([
    'lost: its thread is in a call',
    expect.stringMatching(/^lost: The command that serves this page has gone/),
    'ended: it has ended',
  ]);
});

describe.skipIf(executablePath === undefined)('the page of a program that runs', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: chromiumFlags,
    });
  }, 60_000);
  afterAll(() => browser?.close());

  async function look(url: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1360, height: 820 } });
    await page.goto(url);
    await page.waitForSelector('[role=row]');
    return page;
  }
  const names = (page: Page) => page.locator('[role=row] .text').allTextContents();

  test('grows, begins with what is alive, stands still when it is paused, and tells that the program has ended', async () => {
    await using target = await Target.start(growing);
    await using open = await Following.open(target.pid);
    const page = await look(open.url);
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    await eventually(() => names(page)).toContain('waits');
    await target.held();
    await eventually(() => names(page)).toContain('more 1');
    expect(await names(page)).not.toContain('brief 1');
    await page.getByRole('button', { name: /^all/ }).click();
    await eventually(() => names(page)).toContain('brief 1');
    await page.getByRole('button', { name: /^alive/ }).click();
    await eventually(() => names(page)).not.toContain('brief 1');
    await page.locator('#tasks').focus();
    const state = () => page.locator('.pulse').textContent();
    await page.keyboard.press('Space');
    await eventually(state).toContain('paused');
    const clock = () => page.locator('.clock output').textContent();
    const [before, stood] = [await names(page), await clock()];
    await target.held();
    // The server tells four times a second.
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect([await names(page), await clock()]).toEqual([before, stood]);
    await page.keyboard.press('Space');
    await eventually(() => names(page)).toContain('more 2');
    await eventually(state).toContain('live');
    await target[Symbol.asyncDispose]();
    await eventually(state).toMatch(/has ended/);
    expect(await names(page)).toContain('more 2');
    expect(await page.getByRole('button', { name: 'Cancel this task' }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('tells that the command has gone, and keeps what it knows', async () => {
    await using target = await Target.start(deadlocked);
    await using open = await Following.open(target.pid);
    const page = await look(open.url);
    await open.interrupt();
    await eventually(() => page.locator('.pulse').textContent()).toMatch(/not connected/);
    expect(await names(page)).toContain('left');
    expect(open.printed).not.toContain('ended');
    await page.close();
  });

  test('cancels the chosen task with a reason, by keyboard only', async () => {
    await using target = await Target.start(deadlocked);
    await using open = await Following.open(target.pid);
    const page = await look(open.url);
    await page.keyboard.press('/');
    await page.keyboard.type('left');
    await page.keyboard.press('Escape');
    await page.keyboard.press('End');
    await eventually(() => page.locator('#details h2').textContent()).toBe('left');
    await page.keyboard.press('c');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('to break the ring');
    const button = await page.getByRole('button', { name: 'Cancel this task' }).boundingBox();
    expect((button?.y ?? 0) + (button?.height ?? 0)).toBeLessThan(820);
    await page.keyboard.press('Enter');
    await eventually(() => page.locator('#details').textContent()).toContain('asked to stop');
    await eventually(() => page.locator('#details').textContent()).toContain('to break the ring');
    await eventually(() => page.locator('#details .state').textContent()).toContain('cancelled');
    await page.close();
  });

  test('has no means to cancel without permission', async () => {
    await using target = await Target.start(deadlocked);
    await using open = await Following.open(target.pid, '--read-only');
    const page = await look(open.url);
    expect(await page.locator('#reason').count()).toBe(0);
    await page.keyboard.press('c');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('tasks');
    await page.close();
  });

  test('has no serious barrier, light or dark', async () => {
    await using target = await Target.start(deadlocked);
    await using open = await Following.open(target.pid);
    for (const theme of ['light', 'dark'] as const) {
      const page = await look(open.url, theme);
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await eventually(() => page.locator('.graph .node.cycle').count()).toBe(4);
      expect(await seriousBarriers(page)).toEqual([]);
      await page.close();
    }
  });
});
