/**
 * The errors for what a program wrote wrongly: "`name()` expected …, but got …. What to write instead."
 *
 * What to write instead is looked up in `texts/advice.ts`, by the words of the error. A bundle for a page does without, unless it
 * imports `skein/debug`.
 */
import { seams } from './seams.ts';
import { describe } from './text.ts';

/**
 * Makes the error for an argument.
 *
 * @param name - The function that was called.
 * @param what - What it expected.
 * @param got - What it was given.
 */
export function unexpected(
  name: string,
  what: string,
  got: unknown,
  ErrorClass: new (message: string) => TypeError = TypeError,
): TypeError {
  const advice = seams.texts?.advice(name, what, got) ?? '.';
  return new ErrorClass(`\`${name}()\` expected ${what}, but got ${describe(got)}${advice}`);
}

/** Returns `text`, a sentence, with what to write instead. `word`: the place of that in `texts/advice.ts`. */
export function advised(text: string, word: string, about?: unknown): string {
  return text + (seams.texts?.further(word, about) ?? '');
}
