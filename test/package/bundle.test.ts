/** A program bundled with the package, as a bundler that drops what has no side effects makes it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles a program with all that it imports, and runs it. */
async function bundled(code: string): Promise<string> {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  // Within the package, so that it is found by its own name.
  const folder = mkdtempSync(join(cache, 'bundle-'));
  try {
    writeFileSync(join(folder, 'main.mjs'), code);
    await build({
      root: folder,
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: { ssr: 'main.mjs', outDir: 'out', target: 'node20' },
    });
    const main = join(folder, 'out/main.js');
    return execFileSync(process.execPath, [main], { encoding: 'utf8', timeout: 60_000 }).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each([
  [
    'skein',
    `import { createTask, sleep } from 'skein';
    console.log(await createTask(sleep(1, 'done')));`,
  ],
  [
    'skein/executors',
    `import { InlineExecutor } from 'skein/executors';
    const executor = new InlineExecutor();
    console.log(await executor.submit(() => 'done'));
    await executor.shutdown();`,
  ],
  [
    'skein/testing',
    `import { VirtualEventLoop } from 'skein/testing';
    const loop = new VirtualEventLoop();
    const future = loop.createFuture();
    loop.callLater(1000, () => future.setResult('done'));
    console.log(await loop.runUntilComplete(future));`,
  ],
])('a program that imports nothing but %s runs when it is bundled', async (_, code) => {
  expect(await bundled(code)).toBe('done');
});
