import { ExceptionGroup } from 'skein';
import { describe, expect, test } from 'vitest';
import { thrownBy } from '../combinators/helpers.ts';

const type = new TypeError('type');
const range = new RangeError('range');
const plain = new Error('plain');

function sample(): ExceptionGroup {
  return new ExceptionGroup('outer', [type, new ExceptionGroup('inner', [range, type]), plain], {
    cause: 'why',
  });
}

/** Messages, with nested groups as lists that begin with theirs. */
function shape(error: unknown): unknown {
  if (!(error instanceof ExceptionGroup)) return error instanceof Error ? error.message : error;
  return [error.message, ...error.errors.map(shape)];
}

describe('ExceptionGroup', () => {
  test('is an AggregateError with a message, members and a cause', () => {
    const group = sample();
    expect(group).toBeInstanceOf(AggregateError);
    expect(group.name).toBe('ExceptionGroup');
    expect(group.code).toBe('exception-group');
    expect(group.cause).toBe('why');
    expect(group.errors[0]).toBe(type);
    expect(shape(group)).toEqual(['outer', 'type', ['inner', 'range', 'type'], 'plain']);
  });

  test('splits by class into what matches and the rest, each nested as it was', () => {
    const [types, rest] = sample().split(TypeError);
    expect(shape(types)).toEqual(['outer', 'type', ['inner', 'type']]);
    expect(shape(rest)).toEqual(['outer', ['inner', 'range'], 'plain']);
    expect(types?.cause).toBe('why');
    expect(rest?.cause).toBe('why');
  });

  test('keeps the members themselves, and the stack', () => {
    const group = sample();
    const [types] = group.split(TypeError);
    expect(types?.errors[0]).toBe(type);
    expect(types?.stack).toBe(group.stack);
  });

  test('answers itself when everything matches, and undefined for an empty part', () => {
    const group = sample();
    expect(group.split(Error)[0]).toBe(group);
    expect(group.split(Error)[1]).toBeUndefined();
    expect(group.split(SyntaxError)[0]).toBeUndefined();
    expect(shape(group.split(SyntaxError)[1])).toEqual(shape(group));
    expect(group.subgroup(SyntaxError)).toBeUndefined();
  });

  test('matches several classes, or what a function answers true for', () => {
    expect(shape(sample().subgroup([TypeError, RangeError]))).toEqual([
      'outer',
      'type',
      ['inner', 'range', 'type'],
    ]);
    const isPlain = (error: unknown) => (error as Error).message === 'plain';
    expect(shape(sample().subgroup(isPlain))).toEqual(['outer', 'plain']);
  });

  test('matches an inner group as a whole when asked for groups', () => {
    const isInner = (error: unknown) => (error as Error).message === 'inner';
    expect(shape(sample().subgroup(isInner))).toEqual(['outer', ['inner', 'range', 'type']]);
  });

  test('leaves the group that is split as it is', () => {
    const group = sample();
    const before = shape(group);
    group.split(TypeError);
    expect(shape(group)).toEqual(before);
  });

  test('holds any thrown value', () => {
    const group = new ExceptionGroup('odd', [undefined, null, 'text', 0]);
    expect(group.errors).toEqual([undefined, null, 'text', 0]);
    expect(group.subgroup((error) => error === null)?.errors).toEqual([null]);
  });

  test('keeps its class through derive()', () => {
    class Refined extends ExceptionGroup {
      readonly status: number;
      constructor(message: string, errors: Iterable<unknown>, status: number) {
        super(message, errors);
        this.status = status;
      }
      override derive(errors: readonly unknown[]): Refined {
        return new Refined(this.message, errors, this.status);
      }
    }
    const [types, rest] = new Refined('refined', [type, range], 404).split(TypeError);
    expect([types, rest].every((part) => part instanceof Refined && part.status === 404)).toBe(
      true,
    );
  });

  test('refuses to be empty, and a matcher that is none', () => {
    expect(() => new ExceptionGroup('empty', [])).toThrowErrorMatchingInlineSnapshot(
      `[RangeError: \`new ExceptionGroup()\` expected at least one error, but got none.]`,
    );
    expect(() => sample().split('TypeError' as never)).toThrowErrorMatchingInlineSnapshot(
      `[TypeError: \`split()\` expected an error class, a list of them or a function, but got "TypeError" (string).]`,
    );
    expect(thrownBy(() => new ExceptionGroup('empty', []))).toBeInstanceOf(RangeError);
  });
});
