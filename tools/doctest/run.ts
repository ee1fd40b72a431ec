/** Runs one example: writes its module under `.cache`, and has Node load it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { findSourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Checks } from './checks.ts';
import { meeting } from './meeting.ts';
import { usingCtx } from './using.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** `code` is what `compile` made of the example in this line of the document. */
export async function runFence(document: string, line: number, code: string): Promise<void> {
  if (code === '') return;
  const file = resolve(root, '.cache/doctest/run', `${document}.${line}.mjs`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, code);

  const $doctest = new Checks(document);
  const shared = { $doctest, console: $doctest.console, babelHelpers: { usingCtx } };
  Object.assign(globalThis, { [meeting]: shared });
  await loadWithStacks(pathToFileURL(file).href);
}

/** An error thrown meanwhile has the lines of the documentation in its stack. */
async function loadWithStacks(url: string): Promise<void> {
  process.setSourceMapsEnabled(true);
  try {
    await import(url);
  } catch (error) {
    // Vitest formats stacks its own way, and leaves files it did not transform as they are.
    if (error instanceof Error && error.stack) error.stack = mapStack(error.stack, url);
    throw error;
  } finally {
    process.setSourceMapsEnabled(false);
  }
}

function mapStack(stack: string, url: string): string {
  const map = findSourceMap(url);
  if (!map) return stack;
  const source = map.payload.sources[0];
  const ofExample = stack.split('\n').filter((line) => !line.includes('tools/doctest/'));
  return ofExample
    .join('\n')
    .replaceAll(/(file:\S+?):(\d+):(\d+)/g, (place, file, line, column) => {
      if (file !== url) return place;
      const entry = map.findEntry(Number(line) - 1, Number(column) - 1);
      if (!('originalLine' in entry)) return place;
      return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
}
