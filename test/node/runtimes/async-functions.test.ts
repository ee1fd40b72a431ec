/** The scenarios of async functions in every runtime that is found. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformWithOxc } from 'vite';
import { beforeAll, describe } from 'vitest';
import { scenarios } from '../../unit/async-functions/scenarios.ts';
import { testInRuntimes } from './runtimes.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const source = join(root, 'test/unit/async-functions/scenarios.ts');
const compiled = join(root, '.cache/runtimes/scenarios.mjs');
const program = fileURLToPath(new URL('async-functions.mjs', import.meta.url));

beforeAll(async () => {
  const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source);
  const library = pathToFileURL(join(root, 'dist/index.js')).href;
  mkdirSync(join(root, '.cache/runtimes'), { recursive: true });
  writeFileSync(compiled, code.replace(/from ["']skein["']/, `from '${library}'`));
});

describe('async functions are cancelled at library awaits', () => {
  const args = [compiled, join(root, 'dist/testing/index.js')];
  testInRuntimes(program, args, `${scenarios.length} of ${scenarios.length} passed`);
});
