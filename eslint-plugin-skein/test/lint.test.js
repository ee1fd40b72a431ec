/**
 * Lints as a user lints: with each config, and with both versions of ESLint. The types are those of the sources of skein.
 *
 * The programs in `programs/` have a mistake each. The repository has none, but where a test or the documentation shows one.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as parser from '@typescript-eslint/parser';
import { ESLint } from 'eslint';
import { ESLint as ESLint9 } from 'eslint-9';
import skein from '../src/index.js';
import { futureFunctions, lazyFunctions } from '../src/knowledge/names.js';
import { kindOfType } from '../src/knowledge/types.js';

const folder = fileURLToPath(new URL('programs/', import.meta.url));
const repository = fileURLToPath(new URL('../../', import.meta.url));

/** File, line and rule of each mistake. */
const mistakes = [
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
async function lint(Engine, cwd, files, name, more = []) {
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

for (const [version, Engine] of Object.entries({ 10: ESLint, 9: ESLint9 })) {
  for (const name of ['recommended', 'recommendedTypeChecked']) {
    test(`ESLint ${version} with ${name} finds each mistake, and no other`, async () => {
      assert.deepEqual(await lint(Engine, folder, ['.'], name), mistakes);
    });
  }
}

/** @type {Record<string, string[]>} */
const exported = {};

/** Collects what skein exports, by kind, when `src/index.ts` is linted with types. */
const collector = {
  rules: {
    collect: {
      create: ({ sourceCode }) => ({
        Program(node) {
          const { program, esTreeNodeToTSNodeMap } = sourceCode.parserServices;
          const checker = program.getTypeChecker();
          const at = esTreeNodeToTSNodeMap.get(node);
          for (const each of checker.getExportsOfModule(checker.getSymbolAtLocation(at))) {
            const type = checker.getTypeOfSymbol(checker.getAliasedSymbol(each));
            // The signatures for mistakes return something else.
            const kind = type
              .getCallSignatures()
              .map((one) => kindOfType({ type: one.getReturnType(), checker, at }))
              .find((one) => one !== undefined);
            if (kind === undefined) continue;
            exported[kind] ??= [];
            exported[kind].push(each.name);
          }
        },
      }),
    },
  },
};

test('the sources and the tutorial have no mistake, with types', async () => {
  const collecting = {
    files: ['src/index.ts'],
    plugins: { collector },
    rules: { 'collector/collect': 'error' },
  };
  const found = await lint(ESLint, repository, ['src', 'examples'], 'recommendedTypeChecked', [
    collecting,
  ]);
  assert.deepEqual(found, []);
});

test('the names that are known without types are those of the package', () => {
  assert.deepEqual([...lazyFunctions].sort(), exported['lazy']?.sort());
  assert.deepEqual([...futureFunctions].sort(), exported['future']?.sort());
});

/** Tests and examples that show a mistake on purpose. */
const shown = [
  'docs/differences.md no-closure-in-job',
  'docs/differences.md no-floating-coroutine',
  'docs/differences.md yield-star',
  'docs/guides/blocking-work.md no-closure-in-job',
  'docs/guides/promises.md no-floating-coroutine',
  'docs/guides/promises.md no-late-start',
  'test/browser/executors/web-worker.test.ts no-closure-in-job',
  'test/node/executors/thread-pool-executor.test.ts no-closure-in-job',
  'test/unit/combinators/retry.test.ts no-late-start',
  'test/unit/combinators/sleep.test.ts no-late-start',
  'test/unit/core/declared-coroutine.test.ts no-floating-coroutine',
  'test/unit/core/declared-coroutine.test.ts no-late-start',
  'test/unit/inspect/debug-mode.test.ts no-floating-coroutine',
  'test/unit/inspect/debug-mode.test.ts no-late-start',
];

test('the tests, the recipes and the documentation have those mistakes that they show', async () => {
  const examples = `${repository}.cache/doctest/types`;
  const extract = ['--import', 'tsx', 'tools/doctest/extract.ts'];
  const extracted = spawnSync(process.execPath, extract, { cwd: repository, stdio: 'inherit' });
  assert.equal(extracted.status, 0);
  const found = [
    // Programs that must not compile, and hostile ones, are mistakes.
    ...(await lint(ESLint, repository, ['test', 'recipes'], 'recommended', [
      { files: ['test/**'], ...skein.configs.tests },
      { ignores: ['test/types/**', 'test/node/fuzz/**'] },
    ])),
    // Of an example its document is named: `docs/differences.md.310.ts:319`.
    ...(await lint(ESLint, examples, ['.'], 'recommended')),
  ].map((each) => each.replace(/(?:\.\d+\.ts)?:\d+ /, ' '));
  // Examples of the documentation catch what they print, as tests do.
  const prints = /^docs\/.* no-swallowed-cancellation$/;
  const others = found.filter((each) => !shown.includes(each) && !prints.test(each));
  assert.deepEqual(others, []);
});
