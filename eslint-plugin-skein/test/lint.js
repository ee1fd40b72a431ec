/** Lints as a user lints, with each config, and with both versions of ESLint. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as parser from '@typescript-eslint/parser';
import { ESLint } from 'eslint';
import { ESLint as ESLint9 } from 'eslint-9';
import skein from '../src/index.js';

export const engines = { 10: ESLint, 9: ESLint9 };
export const programs = fileURLToPath(new URL('programs/', import.meta.url));
export const repository = fileURLToPath(new URL('../../', import.meta.url));

/** File, line and rule of each mistake in `programs/`. */
export const mistakes = [
  'a-put.ts:5 no-floating-coroutine',
  'b-sleep.ts:4 no-floating-coroutine',
  'c-dropped-generator.ts:9 no-floating-coroutine',
  'd-yield-without-star.ts:9 yield-star',
  'e-await-generator.ts:9 no-await-generator',
  'f-not-awaited.ts:5 no-floating-coroutine',
  'f-not-awaited.ts:8 no-floating-coroutine',
  'f-not-awaited.ts:11 no-floating-coroutine',
  'g-one-after-the-other.ts:7 no-late-start',
  'h-promise-combinators.ts:9 no-promise-combinators',
  'h-promise-combinators.ts:14 no-promise-combinators',
  'h-promise-combinators.ts:15 no-promise-combinators',
  'i-swallowed.ts:11 no-swallowed-cancellation',
  'j-closure.ts:6 no-closure-in-job',
];

/**
 * Returns what is found, as `file:line rule`.
 *
 * @param {typeof ESLint | typeof ESLint9} Engine
 * @param {string} cwd
 * @param {string[]} files
 * @param {'recommended' | 'recommendedTypeChecked'} name
 */
export async function lint(Engine, cwd, files, name, more = []) {
  const typed = name === 'recommendedTypeChecked';
  const project = fileURLToPath(new URL('tsconfig.json', import.meta.url));
  const eslint = new Engine({
    cwd,
    overrideConfigFile: true,
    overrideConfig: [
      {
        ...skein.configs[name],
        files: ['**/*.ts', '**/*.mjs'],
        // With CI=true the parser would make programs of another kind, in which type names of the sources have no path.
        languageOptions: {
          parser,
          parserOptions: typed ? { project, disallowAutomaticSingleRunInference: true } : {},
        },
        linterOptions: { reportUnusedDisableDirectives: 'off' },
      },
      ...more,
    ],
  });
  const results = await eslint.lintFiles(files);
  return results.flatMap(({ filePath, messages }) =>
    messages
      .filter(({ message }) => !message.startsWith('Definition for rule'))
      .map(
        ({ line, ruleId, message }) =>
          `${relative(cwd, filePath).replaceAll('\\', '/')}:${line} ${ruleId?.replace('skein/', '') ?? message}`,
      ),
  );
}
