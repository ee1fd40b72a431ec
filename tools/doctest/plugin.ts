/** Has vitest take a document for a test file: each of its examples is a test. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { compile } from './compile.ts';
import { type Fence, findFences } from './fences.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export function doctest(documents: Iterable<string>): Plugin {
  const known = new Set(documents);
  return {
    name: 'skein:doctest',
    enforce: 'pre',
    async transform(text, id) {
      const file = relative(root, id.split('?')[0]!).split(sep).join('/');
      if (!known.has(file)) return null;
      const tests = await Promise.all(findFences(text, file).map(testOf));
      const run = JSON.stringify(fileURLToPath(new URL('run.ts', import.meta.url)));
      const head = `import { test } from 'vitest';\nimport { runFence } from ${run};\n`;
      return { code: head + tests.join('\n'), map: { mappings: '' } };
    },
  };
}

async function testOf(fence: Fence): Promise<string> {
  const mode = fence.mode === 'run' ? '' : `, ${fence.mode}`;
  const title = JSON.stringify(`${fence.title} (line ${fence.line}${mode})`);
  try {
    const args = [fence.file, fence.line, await compile(fence, root)];
    return `test(${title}, () => runFence(${args.map((arg) => JSON.stringify(arg)).join(', ')}));`;
  } catch (error) {
    const message = JSON.stringify((error as Error).message);
    return `test(${title}, () => { throw new SyntaxError(${message}); });`;
  }
}
