/**
 * With types, which are those of the sources of skein. The programs in `programs/` have a mistake each. The repository has none, but where a
 * test or the documentation shows one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import { futureFunctions, lazyFunctions } from '../src/knowledge/names.js';
import { kindOfType } from '../src/knowledge/types.js';
import { engines, lint, mistakes, programs, repository } from './lint.js';

for (const [version, Engine] of Object.entries(engines)) {
  test(`ESLint ${version} with recommendedTypeChecked finds each mistake, and no other`, async () => {
    assert.deepEqual(await lint(Engine, programs, ['.'], 'recommendedTypeChecked'), mistakes);
  });
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
