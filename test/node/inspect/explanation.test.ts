/** A schedule of `explore()` that fails is recorded with its explanation, and `skein open` shows both. */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright';
import { createTask, gather, Lock } from 'skein';
import { type Recording, readRecording } from 'skein/inspect';
import { type Environment, ExplorationError, explore } from 'skein/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { chromiumFlags, findChromium } from '../../../tools/chromium.mjs';
import { seriousBarriers } from './barriers.ts';
import { Opened } from './opened.ts';

const executablePath = findChromium();
const eventually = <T>(fn: () => Promise<T>) => expect.poll(fn, { timeout: 20_000 });

/** Fails only if the second answer comes first. */
function* reads(env: Environment) {
  const seen: string[] = [];
  function* read(what: string) {
    yield* env.answer(what);
    seen.push(what);
  }
  yield* gather([
    createTask(read('home'), { name: 'reads home' }),
    createTask(read('news'), { name: 'reads news' }),
  ]);
  if (seen[0] !== 'home') throw new Error('shows the news first');
}

/** Two locks in the wrong order, if the world answers in between. */
async function transfers(env: Environment) {
  const accounts = { A: new Lock({ name: 'account A' }), B: new Lock({ name: 'account B' }) };
  const transfer = (from: 'A' | 'B', to: 'A' | 'B') =>
    accounts[from].with(async () => {
      await env.promise(`the bank allows ${from} to ${to}`);
      await accounts[to].with(async () => {});
    });
  await gather([
    createTask(() => transfer('A', 'B'), { name: 'transfer A to B' }),
    createTask(() => transfer('B', 'A'), { name: 'transfer B to A' }),
  ]);
}

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'skein-explored-'));
});
beforeEach(() => {
  file = join(folder, 'failure.skein');
  rmSync(file, { force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

async function failureOf(explored: () => unknown): Promise<ExplorationError> {
  try {
    await explored();
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
  throw new Error('no schedule failed');
}

const recorded = (): Promise<Recording> => readRecording(readFileSync(file));

test('the recording has the tasks of the schedule, and each row of the explanation its moment', async () => {
  const error = await failureOf(() => explore(reads, { record: file }));
  expect(error.message).toContain(`Look at it: npx skein open ${file}`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { explanation, tasks, ended, began } = await recorded();
  expect(tasks.map(({ name }) => name)).toEqual(['main', 'reads home', 'reads news']);
  expect(explanation?.text).toMatch(/^fails in schedule \d+ of 1000 .*: shows the news first$/);
  expect(explanation?.replay).toBe(error.replay);
  expect(explanation?.rows.map(({ at: _, task: __, ...row }) => row)).toEqual(error.timeline);
  const rows = explanation?.rows ?? [];
  for (const { task, who } of rows)
    expect(who).toBe(task === 0 ? 'outside' : tasks.find(({ id }) => id === task)?.name);
  const moments = rows.map(({ at }) => at);
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  expect(Math.min(...moments)).toBeGreaterThanOrEqual(began);
  expect(Math.max(...moments)).toBeLessThanOrEqual(ended);
});

test('an async deadlock is recorded with who holds which lock', async () => {
  const error = await failureOf(() => explore(transfers, { record: file }));
  expect(error.kind).toBe('deadlock');
  const { explanation, objects, tasks } = await recorded();
  expect(explanation?.advice).toContain('who holds it');
  const holders = objects.map(({ name, held }) => {
    const by = held?.at(-1)?.by.at(0);
    return `${name}: ${tasks.find(({ id }) => id === by)?.name}`;
  });
  expect(holders.toSorted()).toEqual(['account A: transfer A to B', 'account B: transfer B to A']);
});

test('SKEIN_EXPLORE_RECORD asks for it without a change to the test', async () => {
  vi.stubEnv('SKEIN_EXPLORE_RECORD', file);
  await failureOf(() => explore(reads));
  vi.unstubAllEnvs();
  expect((await recorded()).explanation).toBeDefined();
});

test('a failure is told even if it cannot be recorded, and nothing is written if none fails', async () => {
  const error = await failureOf(() => explore(reads, { record: join(file, 'not', 'there') }));
  expect(error.message).toMatch(/shows the news first[\s\S]*could not be recorded in .*ENOENT/);
  explore(function* () {}, { record: file });
  expect(() => statSync(file)).toThrow('ENOENT');
  expect(() => explore(reads, { record: 7 as never })).toThrow(
    'expected `record` to be the name of a file, but got 7',
  );
});

describe.skipIf(executablePath === undefined)('on the page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: executablePath as string,
      args: chromiumFlags,
    });
  }, 60_000);
  afterAll(() => browser?.close());

  async function look(explored: () => unknown, colorScheme: 'light' | 'dark' = 'light') {
    await failureOf(explored);
    const opened = await Opened.start(await recorded());
    const page = await browser.newPage({ colorScheme, viewport: { width: 1360, height: 860 } });
    await page.goto(opened.address.href);
    await page.waitForSelector('[role=row]');
    return { page, opened };
  }

  test('one sees why it fails, goes to the step that departs, and reads what to do', async () => {
    const { page, opened } = await look(() => explore(reads, { record: file }));
    using _opened = opened;
    await eventually(() => page.locator('.cycles').first().textContent()).toContain(
      'shows the news first',
    );
    const what = page.getByRole('region', { name: 'What happened' });
    expect(await what.locator('.departure').count()).toBe(1);
    expect(await what.locator('.departure .what').textContent()).toContain("'news' is answered");
    expect(await what.textContent()).toMatch(/What to do .*first row with a star/);
    expect(await what.textContent()).toMatch(/SKEIN_EXPLORE_REPLAY=x1\./);
    await what.getByRole('button', { name: /reads news ends/ }).click();
    await eventually(() => page.locator('[aria-selected=true] .text').textContent()).toBe(
      'reads news',
    );
    await eventually(() => page.locator('#details .state').textContent()).toContain('running');
    await page.getByRole('button', { name: 'Show the first departure' }).click();
    await eventually(() => what.locator('[aria-current=step]').textContent()).toContain(
      "'news' is answered",
    );
    await page.close();
  });

  test.each(['light', 'dark'] as const)(
    'a deadlock has its ring, and no serious barrier: %s',
    async (theme) => {
      const { page, opened } = await look(() => explore(transfers, { record: file }), theme);
      using _opened = opened;
      await eventually(() => page.locator('.cycles .ring').allTextContents()).toEqual([
        expect.stringContaining('main waits, and nothing can happen any more'),
        expect.stringMatching(/transfer A to B → Lock 'account B' → transfer B to A/),
      ]);
      await page.getByRole('button', { name: 'Show', exact: true }).click();
      await eventually(() => page.locator('.graph .node.cycle').count()).toBe(4);
      expect(await seriousBarriers(page)).toEqual([]);
      if (process.env['SHOTS'])
        await page.screenshot({ path: `${process.env['SHOTS']}/explained-${theme}.png` });
      await page.close();
    },
  );
});
