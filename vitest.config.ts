import { availableParallelism } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defaultClientConditions, defaultServerConditions } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import type { BrowserProviderOption, ProjectConfig } from 'vitest/node';
import { bundled } from './tools/bundle-for-tests.ts';
import {
  chromiumFlags,
  findChromium,
  howToGetChromium,
  isolationHeaders,
} from './tools/chromium.mjs';
import { findDocuments } from './tools/doctest/documents.ts';
import { doctest } from './tools/doctest/plugin.ts';
import { outsideForTests } from './tools/outside-for-tests.ts';
import { vitestInWorkers } from './tools/vitest-in-workers.ts';
import { webkit } from './tools/webkit.ts';

const documents = [...findDocuments(fileURLToPath(new URL('.', import.meta.url))).keys()];

/** `skein` is the source, in Node (`ssr`) as well as in a browser. */
const fromSource = { resolve: { conditions: ['@skein/source', ...defaultServerConditions] } };
/** `skein` is what a user installs, loaded by Node itself; it is built first when that is due. */
const fromDist = {
  globalSetup: './tools/build-for-tests.ts',
  server: { deps: { external: [/\/dist\/.+\.js$/, /\/\.cache\/doctest\//] } },
};

const chromium = findChromium();
if (chromium === undefined && process.env['CI']) {
  throw new Error(`CI=true demands the tests in Chromium, but none was found. ${howToGetChromium}`);
}

/** A project whose tests run in Chromium, if there is one. */
function inChromium(
  test: ProjectConfig,
  project: TestProjectInlineConfiguration,
): TestProjectInlineConfiguration[] {
  if (chromium === undefined) return [];
  return [
    {
      extends: true,
      ...project,
      test: {
        ...test,
        ...inPages,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          // One page for all files: a page for each would take most of the time.
          isolate: false,
          provider: playwright({
            launchOptions: { executablePath: chromium, args: chromiumFlags },
          }),
          instances: [{ browser: 'chromium' }],
        },
      },
    },
  ];
}

/** The unit tests in a browser that is installed, if the environment names its file: `npm run test:firefox`, `test:webkit`. */
function installed(
  name: string,
  variable: string,
  providerOf: (file: string) => BrowserProviderOption,
  testNamePattern = /^/,
): TestProjectInlineConfiguration[] {
  const file = process.env[variable];
  if (file === undefined || file === '') return [];
  return [
    {
      extends: true,
      ...fromSourceInBrowser,
      // They have no `using`.
      oxc: { target: 'es2022' },
      test: {
        name,
        include: ['test/unit/**/*.test.ts', 'test/browser/core/**/*.test.ts'],
        // What is about stacks, whose form is the host's, and what has to see garbage collected.
        exclude: [
          'test/unit/inspect/{call-graph,debug-mode,format-call-graph,task-stack}.test.ts',
          'test/unit/laws/{leaving,retention}.test.ts',
        ],
        // vitest reads it here too, though its types do not say so.
        ...({ testNamePattern } as object),
        setupFiles: ['test/browser/dispose-symbols.ts', ...setupFiles],
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          isolate: false,
          provider: providerOf(file),
          instances: [{ browser: name as 'firefox' }],
        },
      },
    },
  ];
}

/** This channel drives a Firefox as it is, by WebDriver BiDi. */
const firefox = (executablePath: string): BrowserProviderOption =>
  playwright({ launchOptions: { executablePath, channel: 'moz-firefox' } });

/**
 * All but what looks at stacks, which WebKit shortens (a call in tail position leaves no frame), at messages of the host, or has
 * snapshots in the file, which vitest finds by the stack.
 */
const whatWebKitTellsAlike =
  /^(?!.*(?:takes whatever can be awaited|a task knows where it was made|with the place where the future was made|the stack of a waiting task|all coroutines are on the stack|are named in messages|is refused to what the loop runs|makes the value simpler, then the schedule))/;

/** The entry of pages has no debug mode unless it asks. Tests ask here: what such a page lacks is in test/package/seams.test.ts. */
const setupFiles = ['test/browser/debug-mode.ts'];

/** `skein` is the source. */
const fromSourceInBrowser: TestProjectInlineConfiguration = {
  resolve: { conditions: ['@skein/source', ...defaultClientConditions] },
  server: { headers: isolationHeaders },
};

/**
 * Three groups, one after another, each on all cores: what has real workers and real time (the default, 0), what runs in virtual time
 * (1), and what runs in Chromium (2). Beside pages, tests in real time would take longest of all.
 */
const onAllCores: ProjectConfig = { maxWorkers: availableParallelism() };
const inVirtualTime: ProjectConfig = { sequence: { groupOrder: 1 } };
const inPages: ProjectConfig = { sequence: { groupOrder: 2 } };

/** These tests say for each run how its tasks start. */
const startsTasksItself = ['test/unit/testing/explore/**'];

/** The tests that start workers, of what was built. */
const inWorkers: ProjectConfig = {
  include: ['test/browser/executors/**/*.test.ts'],
  globalSetup: './tools/bundle-for-tests.ts',
};
const fromBundle: TestProjectInlineConfiguration = {
  resolve: { alias: bundled },
  plugins: [vitestInWorkers(), outsideForTests()],
};

export default defineConfig({
  test: {
    ...onAllCores,
    passWithNoTests: true,
    // Generous, as shared machines are noisy: nothing waits this long unless it hangs.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'html', 'json-summary'],
    },
    projects: [
      {
        extends: true,
        ssr: fromSource,
        ...fromSource,
        test: { ...inVirtualTime, name: 'unit', include: ['test/unit/**/*.test.ts'] },
      },
      {
        extends: true,
        ssr: fromSource,
        ...fromSource,
        // The same tests with tasks that start eagerly, where that should make no difference.
        test: {
          ...inVirtualTime,
          name: 'eager',
          include: ['test/unit/**/*.test.ts'],
          exclude: startsTasksItself,
          env: { SKEIN_TEST_EAGER: '1' },
        },
      },
      {
        extends: true,
        ssr: fromSource,
        ...fromSource,
        test: { ...inVirtualTime, name: 'conformance', include: ['test/conformance/**/*.test.ts'] },
      },
      {
        extends: true,
        test: { ...fromDist, name: 'node', include: ['test/node/**/*.test.ts'] },
      },
      {
        extends: true,
        plugins: [doctest(documents)],
        test: {
          ...fromDist,
          name: 'docs',
          include: ['test/docs/**/*.test.ts', ...documents],
          // There are many small documents, and a process for each would take most of the time.
          isolate: false,
        },
      },
      {
        extends: true,
        test: { ...fromDist, name: 'package', include: ['test/package/**/*.test.ts'] },
      },
      {
        extends: true,
        resolve: { conditions: [...defaultClientConditions] },
        test: {
          name: 'jsdom',
          include: ['test/jsdom/**/*.test.ts'],
          environment: 'jsdom',
          globalSetup: './tools/build-for-tests.ts',
        },
      },
      ...inChromium(
        {
          name: 'browser',
          include: ['test/unit/**/*.test.ts', 'test/browser/core/**/*.test.ts'],
          setupFiles,
        },
        fromSourceInBrowser,
      ),
      ...inChromium(
        {
          name: 'browser-eager',
          include: ['test/unit/**/*.test.ts'],
          exclude: startsTasksItself,
          setupFiles,
          env: { SKEIN_TEST_EAGER: '1' },
        },
        fromSourceInBrowser,
      ),
      ...installed('firefox', 'FIREFOX_PATH', firefox),
      ...installed('webkit', 'WEBKIT_DRIVER_PATH', webkit, whatWebKitTellsAlike),
      // Workers share memory with a page only where it is isolated from other origins.
      ...inChromium({ ...inWorkers, name: 'browser-workers' }, fromBundle),
      ...inChromium(
        { ...inWorkers, name: 'browser-isolated' },
        { ...fromBundle, server: { headers: isolationHeaders } },
      ),
    ],
  },
});
