import { describe, expect, test } from 'vitest';
import { registerError } from '../../../src/executors/crossing/error-classes.ts';
import { decodeThrown, encodeThrown } from '../../../src/executors/crossing/error-codec.ts';

class ShyError extends Error {
  override get name(): string {
    throw new Error('asked for the name');
  }
}
registerError(ShyError);

describe('an error whose class has a `name` that throws', () => {
  test('crosses, with the name by which both sides know its class', () => {
    const error = decodeThrown(encodeThrown(new ShyError('told')));
    expect(error).toBeInstanceOf(ShyError);
    expect(error).toMatchObject({ name: 'ShyError', message: 'told' });
  });

  test('crosses by its nearest class where the other side does not know its own', () => {
    class HiddenError extends RangeError {
      override get name(): string {
        throw new Error('asked for the name');
      }
      static override get name(): string {
        throw new Error('asked for the name of the class');
      }
    }
    const error = decodeThrown(encodeThrown(new HiddenError('told')));
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: 'RangeError', message: 'told' });
  });
});
