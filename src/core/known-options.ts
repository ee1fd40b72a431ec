/** Refuses options with names that a function does not know: most are slips of the pen, and would have no effect. */
import { seams } from './seams.ts';

/**
 * @param caller - The function as errors name it: "new ThreadPoolExecutor".
 * @param known - The names of its options.
 * @param advice - What to write instead of names that people expect here, as sentences.
 * @throws TypeError for the first name that is not known. An option that is undefined counts as not given.
 */
export function checkKnownOptions(
  caller: string,
  options: object,
  known: readonly string[],
  advice?: Readonly<Record<string, string>>,
): void {
  // Without a list of the names: programs call some of these functions very often.
  for (const name in options) {
    if (known.includes(name) || !Object.hasOwn(options, name)) continue;
    if ((options as Record<string, unknown>)[name] === undefined) continue;
    throw new TypeError(
      `\`${caller}()\` expected options that it knows, but got \`${name}\`.${seams.texts?.optionAdvice(caller, name, known, advice) ?? ''}`,
    );
  }
}
