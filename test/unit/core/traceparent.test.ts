import { describe, expect, test } from 'vitest';
import {
  checkedTraceparent,
  traceparentIn,
  withTraceparent,
} from '../../../src/core/traceparent.ts';

const good = `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`;

describe('a traceparent', () => {
  test.each([
    undefined,
    7,
    {},
    '',
    good.toUpperCase(),
    `${good} `,
    `${good}-1`,
    good.replace('00-', 'ff-'),
    `00-${'0'.repeat(32)}-${'b2'.repeat(8)}-01`,
    `00-${'a1'.repeat(16)}-${'0'.repeat(16)}-01`,
    'x'.repeat(1_000_000),
  ])('that is none, as case %#, is ignored', (forged) => {
    expect(checkedTraceparent(forged)).toBeUndefined();
    expect(traceparentIn(['skein.traceparent', forged])).toBeUndefined();
  });

  test('travels beside the values of ContextVars, one with a job', () => {
    const list = withTraceparent(['skein.job-id', 'j-1', 'tenant', 'a'], good);
    expect(list.slice(0, 4)).toEqual(['skein.job-id', 'j-1', 'tenant', 'a']);
    expect(traceparentIn(list)).toBe(good);
    const other = good.replace(/01$/, '00');
    expect(traceparentIn(withTraceparent(list, other))).toBe(other);
    expect(withTraceparent(list)).toEqual(['skein.job-id', 'j-1', 'tenant', 'a']);
    expect(traceparentIn(undefined)).toBeUndefined();
  });

  test('is none that is the value of a ContextVar', () => {
    expect(traceparentIn(['tenant', 'skein.traceparent', good, 1])).toBeUndefined();
    expect(withTraceparent(['tenant', 'skein.traceparent'])).toEqual([
      'tenant',
      'skein.traceparent',
    ]);
  });
});
