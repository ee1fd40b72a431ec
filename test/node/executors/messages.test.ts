/** What jobs and outcomes look like on their way: the less there is of it, the less it costs. */
import { getEventLoop } from 'skein';
import { describe, expect, test } from 'vitest';
import {
  countOutcomes,
  OutcomeWriter,
  readOutcomes,
} from '../../../src/executors/crossing/outcomes.ts';
import { type Code, mark } from '../../../src/executors/crossing/protocol.ts';
import { BatchWriter } from '../../../src/executors/pool/batch.ts';
import { Job, type JobHolder } from '../../../src/executors/pool/job/job.ts';
import { BatchReader } from '../../../src/executors/worker/batch-reader.ts';

const holder: JobHolder = { runs: () => false, isWaiting: () => true, drop: () => {} };
const add: Code = { kind: 'source', name: 'add', text: '(a, b) => a + b' };
const half: Code = { kind: 'source', name: 'half', text: '(a) => a / 2' };

/** As they are once they have their numbers, from 7. */
function jobs(...calls: [Code, unknown[], number?][]): Job[] {
  return calls.map(([code, args, timeout], index) => {
    const options = timeout === undefined ? {} : { timeout };
    const job = new Job(getEventLoop(), code, args, options, undefined, holder, 0);
    job.seq = 7 + index;
    return job;
  });
}

describe('jobs on their way', () => {
  test('of one function cost their arguments and nothing else', () => {
    const writer = new BatchWriter();
    writer.write(jobs([add, [0, 0]]), -1);
    const batch = jobs([add, [1, 2]], [add, [3, 4]], [add, [5, 6]]);
    expect(writer.write(batch, -1)).toEqual([7, -1, 0, 8, 3, 1, 2, 3, 4, 5, 6]);
  });

  test('bring the code of a function once', () => {
    const writer = new BatchWriter();
    const batch = jobs([half, [2]], [add, [1, 2]], [half, [4]]);
    expect(writer.write(batch, -1)).toEqual([
      ...[7, -1],
      ...[{ ...half, number: 0 }, 4, 1, 2],
      ...[{ ...add, number: 1 }, 8, 1, 1, 2],
      ...[0, 4, 1, 4],
    ]);
    expect(writer.write(jobs([add, [1, 2]]), 7)).toEqual([7, 7, 1, 8, 1, 1, 2]);
  });

  test('bring the values of ContextVars that come with them once for all that have the same', () => {
    const writer = new BatchWriter();
    const batch = jobs([add, [1, 2]], [add, [3, 4]], [add, [5, 6]]);
    const shipped = ['requestId', 5];
    for (const job of batch.slice(1)) job.shipped = shipped;
    const message = writer.write(batch, -1);
    expect(message.slice(2)).toEqual([
      ...[{ ...add, number: 0 }, 8, 1, 1, 2],
      ...[0, 10, 2, shipped, 3, 4, 5, 6],
    ]);
    const read = new BatchReader().read(message);
    expect(read.map((job) => [job.shipped, job.args])).toEqual([
      [undefined, [1, 2]],
      [shipped, [3, 4]],
      [shipped, [5, 6]],
    ]);
  });

  test('are read as they were written, however they differ', () => {
    const batch = jobs([add, [1, 2]], [add, [3, 4]], [add, [], 100], [half, [[]]], [half, []]);
    const read = new BatchReader().read(new BatchWriter().write(batch, -1));
    expect(read.map(({ seq, fn, args, tellsBegin }) => [seq, fn.name, args, tellsBegin])).toEqual([
      [7, 'add', [1, 2], false],
      [8, 'add', [3, 4], false],
      [9, 'add', [], true],
      [10, 'half', [[]], false],
      [11, 'half', [], false],
    ]);
  });
});

describe('outcomes on their way', () => {
  const written = (...outcomes: [number, boolean, unknown][]) => {
    const writer = new OutcomeWriter();
    for (const outcome of outcomes) writer.add(...outcome);
    return writer.take(outcomes.at(-1)?.[0] ?? -1, 0.25, -1);
  };

  test('cost the results and nothing else when they follow one another', () => {
    expect(written([7, false, 'a'], [8, false, 'b'], [9, false, 'c'])).toEqual([
      ...[mark, 9, 250, -1],
      ...[7, 3, 'a', 'b', 'c'],
    ]);
  });

  test('are read as they were written, failures and gaps included', () => {
    const outcomes: [number, boolean, unknown][] = [
      [3, false, 'a'],
      [4, true, 'b'],
      [5, true, 'c'],
      [9, true, 'd'],
      [10, false, undefined],
    ];
    const list = written(...outcomes);
    const read: unknown[] = [];
    readOutcomes(list, (...outcome) => read.push(outcome));
    expect(read).toEqual(outcomes);
    expect(countOutcomes(list)).toBe(5);
  });
});
