import { describe, expect, test } from 'vitest';
import { type Bar, drawTimeline } from '../../../examples/tutorial/timeline.ts';

const bars: Bar[] = [
  {
    ...{ name: 'main', kind: 'task', from: 0, to: 100, ending: 'done', error: '' },
    steps: [
      { from: 0, to: 0 },
      { from: 40, to: 60 },
      { from: 100, to: 100 },
    ],
  },
  { name: 'job', kind: 'job', from: 50, to: 75, ending: 'cancelled', error: '', steps: [] },
  {
    ...{ name: 'a task with a long name', kind: 'task', from: 20, to: 30, error: 'RangeError' },
    ending: 'failed',
    steps: [{ from: 20, to: 20 }],
  },
  {
    ...{ name: 'endless', kind: 'task', from: 80, to: undefined, error: '', ending: 'pending' },
    steps: [{ from: 80, to: 80 }],
  },
];

describe('drawTimeline', () => {
  test('draws a line for each task, with what it did when, and how it ended', () => {
    expect(`\n${drawTimeline(bars, { columns: 72, colour: false }).join('\n')}`).toMatchSnapshot();
  });

  test.each([60, 80, 100])('keeps within %i columns', (columns) => {
    for (const line of drawTimeline(bars, { columns, colour: false })) {
      expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  test('colours only when asked to, and undoes it at the end of each line', () => {
    const plain = drawTimeline(bars, { columns: 72, colour: false });
    const coloured = drawTimeline(bars, { columns: 72, colour: true });
    const esc = String.fromCharCode(27);
    const colour = new RegExp(`${esc}\\[\\d+m`, 'g');
    expect(plain.join('')).not.toContain(esc);
    expect(coloured.map((line) => line.replaceAll(colour, ''))).toEqual(plain);
    for (const line of coloured.slice(1, -1)) expect(line.endsWith(`${esc}[0m`)).toBe(true);
  });
});
