/**
 * Runs every check of the working tree in order (build, lint, types, tests), and ends with what came out
 * of them: a line for each, and the line `N passed, N failed` for whoever reads by machine.
 *
 * A check that fails does not stop the next one. Arguments go to vitest: `npm test -- --project unit`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium, howToGetChromium } from './chromium.mjs';
import { helpIfAsked } from './command-line.mjs';
import { npm } from './npm.mjs';

helpIfAsked(`Usage: npm test -- [ARGUMENT OF vitest …]

Runs every check of the working tree: build, lint, types, tests. The exit code is 1 if one fails.

  FOLDER …        only the tests in files with such a path: npm test -- test/unit/core
  --project NAME  only the tests of one project of vitest.config.ts: npm test -- --project unit
  -h, --help      this text
`);

const root = fileURLToPath(new URL('..', import.meta.url));
const results = `${root}.cache/test-results.json`;
const vitestArguments = process.argv.slice(2);
const inCi = Boolean(process.env.CI) && vitestArguments.length === 0;
/** What has tests for sure; an empty one of these means that a pattern stopped matching. */
const neverEmpty = ['unit', 'node', 'docs', 'package', 'conformance', 'browser'];

const lines = [];
let [passed, failed, skipped] = [0, 0, 0];

for (const name of ['build', 'lint', 'types']) {
  heading(name);
  const ok = name === 'build' ? run('tools/ensure.mjs') : npm(['run', '--silent', name], root).ok;
  report(ok, name, ok ? 'ok' : `failed: see "${name}" above`);
  if (!ok) failed++;
}

heading('tests');
// The build above is all the build there is, even if it failed.
process.env.SKEIN_BUILT = 'yes';
rmSync(results, { force: true });
mkdirSync(`${root}.cache`, { recursive: true });
const vitestOk = run('node_modules/vitest/vitest.mjs', [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
  ...vitestArguments,
]);
countTests();
if (findChromium() === undefined && !process.env.CI) {
  lines.push(
    `- ${'tests: browser'.padEnd(18)} skipped: no Chromium was found. ${howToGetChromium}`,
  );
}

heading('summary');
for (const line of lines) console.log(line);
console.log('');
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

function countTests() {
  const counts = new Map(inCi ? neverEmpty.map((name) => [name, newCount()]) : []);
  const files = existsSync(results) ? JSON.parse(readFileSync(results, 'utf8')).testResults : [];
  for (const file of files) {
    const name = groupOf(file.name);
    const count = counts.get(name) ?? newCount();
    counts.set(name, count);
    for (const { status } of file.assertionResults) {
      if (status === 'passed') count.passed++;
      else if (status === 'failed') count.failed++;
      else count.skipped++;
    }
    // A file that could not even be loaded has no test to count.
    const anyFailed = file.assertionResults.some(({ status }) => status === 'failed');
    if (file.status === 'failed' && !anyFailed) count.failed++;
  }
  for (const [name, count] of [...counts].sort(([a], [b]) => a.localeCompare(b))) {
    passed += count.passed;
    failed += count.failed;
    skipped += count.skipped;
    const empty = count.passed + count.failed + count.skipped === 0;
    if (empty) failed++;
    const numbers = [`${count.passed} passed`];
    if (count.failed > 0) numbers.push(`${count.failed} failed`);
    if (count.skipped > 0) numbers.push(`${count.skipped} skipped`);
    const text = empty ? 'failed: no test was found, but CI=true demands some' : numbers.join(', ');
    report(count.failed === 0 && !empty, `tests: ${name}`, text);
  }
  if (!vitestOk && ![...counts.values()].some((count) => count.failed > 0)) {
    failed++;
    report(false, 'tests', 'vitest failed outside of a test: see "tests" above');
  }
}

function newCount() {
  return { passed: 0, failed: 0, skipped: 0 };
}

/** `test/unit/core/task.test.ts` counts as "unit"; documentation and sources hold the "docs" tests. */
function groupOf(file) {
  const [top, group] = relative(root, file).split(/[\\/]/);
  return top === 'test' && group ? group : 'docs';
}

function report(ok, name, text) {
  lines.push(`${ok ? '✓' : '✗'} ${name.padEnd(18)} ${text}`);
}

function heading(name) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(3, 70 - name.length))}`);
}

function run(script, args = []) {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return status === 0;
}
