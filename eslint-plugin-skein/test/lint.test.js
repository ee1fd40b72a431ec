/** Without types. The tests, the recipes and the documentation have no mistake, but where they show one. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import skein from '../src/index.js';
import { engines, lint, mistakes, programs, repository } from './lint.js';

/** Writes the examples of the documentation into files, while other tests run. */
const extracting = spawn(process.execPath, ['--import', 'tsx', 'tools/doctest/extract.ts'], {
  cwd: repository,
  stdio: 'inherit',
});
const extracted = once(extracting, 'exit');

for (const [version, Engine] of Object.entries(engines)) {
  test(`ESLint ${version} with recommended finds each mistake, and no other`, async () => {
    assert.deepEqual(await lint(Engine, programs, ['.'], 'recommended'), mistakes);
  });
}

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
  const [code] = await extracted;
  assert.equal(code, 0);
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
