import { LifoQueue, PriorityQueue, type Queue } from 'skein';
import { describe, expect, test } from 'vitest';
import { thrownBy } from '../combinators/helpers.ts';

function through<T>(queue: Queue<T>, items: readonly T[]): T[] {
  for (const item of items) queue.putNowait(item);
  return items.map(() => queue.getNowait());
}

describe('LifoQueue', () => {
  test('gives out the newest first [queue.lifo]', () => {
    expect(through(new LifoQueue<number>(), [1, 3, 2])).toEqual([2, 3, 1]);
  });
});

describe('PriorityQueue', () => {
  test('gives out the lowest first [queue.priority]', () => {
    expect(through(new PriorityQueue<number>(), [5, 1, 9, 3, 7])).toEqual([1, 3, 5, 7, 9]);
  });

  test('compares arrays element by element, then by their length', () => {
    const items = [
      [2, 'a'],
      [1, 'b', 0],
      [1, 'b'],
      [1, 'a'],
    ];
    expect(through(new PriorityQueue<(string | number)[]>(), items)).toEqual([
      [1, 'a'],
      [1, 'b'],
      [1, 'b', 0],
      [2, 'a'],
    ]);
  });

  test('gives out equal items in the order they came in', () => {
    const items = ['b1', 'a1', 'b2', 'a2', 'a3'].map((id) => ({ id }));
    const compare = (a: { id: string }, b: { id: string }) =>
      a.id[0]! < b.id[0]! ? -1 : Number(a.id[0] !== b.id[0]);
    const out = through(new PriorityQueue<{ id: string }>(0, { compare }), items);
    expect(out.map(({ id }) => id)).toEqual(['a1', 'a2', 'a3', 'b1', 'b2']);
  });

  test('orders as it is told', () => {
    const queue = new PriorityQueue<number>(0, { compare: (a, b) => b - a });
    expect(through(queue, [5, 1, 9])).toEqual([9, 5, 1]);
    expect(thrownBy(() => new PriorityQueue(0, { compare: 'down' as never }))).toBeInstanceOf(
      TypeError,
    );
  });

  test('keeps all items when the comparison throws', () => {
    let fails = false;
    const compare = (a: number, b: number): number => {
      if (fails) throw new Error('incomparable');
      return a - b;
    };
    const queue = new PriorityQueue<number>(0, { compare });
    for (const n of [5, 1, 4, 2, 3]) queue.putNowait(n);
    fails = true;
    expect(String(thrownBy(() => queue.putNowait(0)))).toBe('Error: incomparable');
    expect(String(thrownBy(() => queue.getNowait()))).toBe('Error: incomparable');
    fails = false;
    expect(queue.size).toBe(5);
    expect([1, 2, 3, 4, 5].map(() => queue.getNowait())).toEqual([1, 2, 3, 4, 5]);
  });

  test('refuses an item that cannot be compared, and keeps the others', () => {
    const queue = new PriorityQueue<unknown>();
    queue.putNowait(1);
    for (const item of [Symbol(), Object.create(null), { [Symbol.toPrimitive]: {} }]) {
      expect(String(thrownBy(() => queue.putNowait(item)))).toMatch(
        /^TypeError: `put\(\)` expected an item that `<` compares with the others, but got /,
      );
    }
    expect(queue.getNowait()).toBe(1);
    expect(queue.empty()).toBe(true);
  });

  test('refuses a comparison that uses the queue, and keeps all items', () => {
    let put: number[] = [];
    const compare = (a: number, b: number): number => {
      for (const n of put.splice(0)) queue.putNowait(n);
      return a - b;
    };
    const queue: PriorityQueue<number> = new PriorityQueue<number>(0, { compare });
    for (const n of [5, 1, 4]) queue.putNowait(n);
    put = [2];
    expect(String(thrownBy(() => queue.putNowait(0)))).toContain('while it compared');
    put = [3];
    expect(String(thrownBy(() => queue.getNowait()))).toContain('while it compared');
    expect([1, 2, 3, 4, 5].map(() => queue.getNowait())).toEqual([1, 2, 3, 4, 5]);
  });
});

test.each([{ queue: new LifoQueue<number>() }, { queue: new PriorityQueue<number>() }])(
  'more taskDone() than puts is an error for $queue.constructor.name, too [queue.task_done_underflow]',
  ({ queue }) => {
    expect(thrownBy(() => queue.taskDone())).toBeInstanceOf(RangeError);
  },
);
