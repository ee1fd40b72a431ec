import { describe, expect, test } from 'vitest';
import { cutText, plainText } from '../../../src/command-line/words.ts';

describe('a text of a program', () => {
  test('has no characters that move the cursor, or turn the direction of the text', () => {
    expect(plainText('a\u001b[2Jb\nc\u009bd')).toBe('a·[2Jb·c·d');
    expect(plainText('\u202egnp.exe \u2067x\u2069 \u2028y')).toBe('·gnp.exe ·x· ·y');
    expect(plainText('日本語 👩‍👧 שלום')).toBe('日本語 👩‍👧 שלום');
  });

  test('is cut from the middle', () => {
    expect(cutText('abcdefgh', 8)).toBe('abcdefgh');
    expect(cutText('abcdefgh', 5)).toBe('ab…gh');
    expect(cutText('abcdefgh', 1)).toBe('…');
  });

  test('is cut between characters', () => {
    for (let length = 1; length < 12; length++) {
      const text = cutText('👩👧👩👧👩👧', length);
      expect(text.length).toBeLessThanOrEqual(length);
      expect(text).not.toMatch(
        /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/,
      );
    }
  });
});
