import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as tasks from '../../../examples/tutorial/1-tasks.ts';
import * as managingMany from '../../../examples/tutorial/2-managing-many.ts';
import * as doneCallbacks from '../../../examples/tutorial/3-done-callbacks.ts';
import * as futures from '../../../examples/tutorial/4-futures.ts';
import * as blockingWork from '../../../examples/tutorial/5-blocking-work.ts';
import * as errors from '../../../examples/tutorial/6-errors.ts';
import * as applications from '../../../examples/tutorial/7-applications.ts';
import * as manyMachines from '../../../examples/tutorial/8-many-machines.ts';
import { endingsIn, outputInVirtualTime, performInRealTime, saidIn } from './performance.ts';

describe('sections that only wait for timers and for each other', () => {
  test.each([
    ['1-tasks', tasks],
    ['2-managing-many', managingMany],
    ['3-done-callbacks', doneCallbacks],
    ['4-futures', futures],
    ['6-errors', errors],
  ])('%s prints what it should, to the millisecond', async (name, section) => {
    await expect(await outputInVirtualTime(section)).toMatchFileSnapshot(`expected/${name}.txt`);
  });
});

/** The positions of lines, in the order in which the lines are given. */
function placesOf(said: readonly string[], lines: readonly string[]): number[] {
  return lines.map((line) => {
    const place = said.indexOf(line);
    expect(place, `"${line}" was not said in:\n${said.join('\n')}`).toBeGreaterThanOrEqual(0);
    return place;
  });
}

function expectInOrder(said: readonly string[], lines: readonly string[]): void {
  const places = placesOf(said, lines);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
}

describe('5-blocking-work', async () => {
  const performance = await performInRealTime(blockingWork);
  const said = saidIn(performance);
  const [onLoop, inThreads] = placesOf(said, [
    'main: compresses 8 MB on the loop',
    'main: compresses four times 8 MB in two threads',
  ]) as [number, number];
  const done = said.flatMap((line, place) => (line.includes(': done: ') ? [place] : []));

  test('lets no heart beat while the loop is blocked', () => {
    expect(done[0]).toBe(onLoop + 1);
  });

  test('lets it beat while threads do the work', () => {
    expect(done).toHaveLength(5);
    const meanwhile = said.slice(inThreads, done.at(-1));
    expect(meanwhile.filter((line) => line.startsWith('heartbeat:'))).not.toEqual([]);
  });

  test('compresses and hashes real data', () => {
    expect(said[onLoop + 1]).toMatch(/^blocking: done: 8\.0 MB shrink to \d+ %$/);
    const hash = createHash('sha256').update(readFileSync(process.execPath)).digest('hex');
    // One more beat may have been on its way when main cancelled the heart.
    const last = said.findLast((line) => !line.startsWith('heartbeat:'));
    expect(last).toBe(`main: the SHA-256 of all of Node begins with ${hash.slice(0, 8)}`);
  });

  test('ends with every task and every job accounted for', () => {
    expect(endingsIn(performance)).toEqual([
      'main done',
      'heartbeat cancelled',
      'blocking done',
      ...['part 0 done', 'part 1 done', 'part 2 done', 'part 3 done', 'sha256 done'],
    ]);
  });
});

describe('7-applications', async () => {
  const performance = await performInRealTime(applications);
  const said = saidIn(performance);

  test('shows what came, and a fallback for what failed or hung', () => {
    expectInOrder(said, [
      'main: asks for /weather, /news, /stocks, /adverts at once',
      'stocks: falls back: HttpError',
      'adverts: falls back: TimeoutError',
      'main: shows the weather page, the news page, a blank box, a blank box',
    ]);
  });

  test('has a callback deal with a request that nobody awaits', () => {
    expect(said).toContain('(loop): visits: the visits page');
  });

  test('hangs up on a request that is cancelled, and the server sees it', () => {
    expect(said.filter((line) => line === 'server: /adverts: the client hung up')).toHaveLength(1);
    expectInOrder(said, [
      'main: has cancelled the search',
      'server: /search: the client hung up',
      'main: knows that the server stopped working on it',
    ]);
    expect(said).toContain('search: stops');
  });

  test('closes the server at the end', () => {
    expect(said.at(-1)).toBe('main: has closed the server');
  });

  test('ends with every task and every job accounted for', () => {
    expect(endingsIn(performance)).toEqual([
      'main done',
      'sha256 done',
      ...['visits done', 'weather done', 'news done', 'stocks done', 'adverts done'],
      'search cancelled',
    ]);
  });
});

describe('8-many-machines', async () => {
  const performance = await performInRealTime(manyMachines);
  const said = saidIn(performance);

  test('has its pictures as they are done, on two machines', () => {
    expect(said.filter((line) => line.includes('smaller'))).toEqual(
      [3, 2, 1, 0].map((n) => `main: has picture ${n}, smaller`),
    );
  });

  test('has one report, for both who ask', () => {
    expect(said).toContain('main: has report of May, and report of May: one job');
  });

  test('stops a film that is under way', () => {
    expectInOrder(said, [
      'main: has cancelled the film, which still runs',
      'main: the film has stopped',
    ]);
    expect(said.some((line) => line.endsWith('the film is at 0 %'))).toBe(true);
    expect(said.some((line) => line.endsWith('the film is at 100 %'))).toBe(false);
  });
});
