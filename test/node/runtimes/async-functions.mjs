/**
 * Runs the scenarios of async functions in whatever runtime this is, without a test runner.
 *
 *     node async-functions.mjs <scenarios, compiled> <dist/testing/index.js>
 *
 * Writes a line for each that fails, and as the last line how many passed.
 */
import process from 'node:process';
import { pathToFileURL } from 'node:url';

const [scenariosFile, testingFile] = process.argv.slice(2).map((file) => pathToFileURL(file).href);
const { scenarios } = await import(scenariosFile);
const { VirtualEventLoop } = await import(testingFile);

/** A scenario that hangs is a failure like any other. */
const patience = 20_000;

async function logOf(scenario) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, patience, ['(it hangs)']);
  });
  try {
    return await Promise.race([scenario.run(new VirtualEventLoop()), late]);
  } catch (error) {
    return [`(it throws ${error})`];
  } finally {
    clearTimeout(timer);
  }
}

let failed = 0;
for (const scenario of scenarios) {
  const log = await logOf(scenario);
  if (JSON.stringify(log) === JSON.stringify(scenario.expected)) continue;
  failed++;
  console.log(`${scenario.title}: got ${JSON.stringify(log)}`);
}
console.log(`${scenarios.length - failed} of ${scenarios.length} passed`);
process.exit(failed === 0 ? 0 : 1);
