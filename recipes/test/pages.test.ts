/** The recipes for pages, in one Chromium. Without it they are skipped; with `CI=true` they fail. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium } from 'playwright';
import { getEventLoop } from 'skein';
import { effect } from 'vue';
import { chromiumFlags, findChromium, howToGetChromium } from '../../tools/chromium.mjs';
import { useTask } from '../vue.ts';

const executablePath = findChromium();
if (executablePath === undefined && process.env['CI']) {
  throw new Error(`CI=true demands Chromium, but none was found. ${howToGetChromium}`);
}
let launched: Promise<Browser> | undefined;
after(async () => await (await launched)?.close());

/** A page that is bundled as users bundle, for a browser. */
async function bundle(program: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { show } from './${program}'; window.hide = show(document.body);`,
      resolveDir: fileURLToPath(new URL('..', import.meta.url)),
    },
    alias: { skein: fileURLToPath(new URL('../../dist/index.js', import.meta.url)) },
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx' } },
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    bundle: true,
    write: false,
    format: 'esm',
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

test('vue.ts: what a reader of the state throws is no failure of the task', async () => {
  const state = useTask(
    () => 'text',
    async (text) => `${text}-1`,
  );
  const thrown = new Error('a reader');
  const reported = new Promise<unknown>((resolve) => {
    getEventLoop().setExceptionHandler((_, { exception }) => resolve(exception));
  });
  effect(() => {
    if (!state.value.pending) throw thrown;
  });
  assert.equal(await reported, thrown);
  assert.deepEqual(state.value, { pending: false, value: 'text-1' });
});

for (const program of ['react.tsx', 'vue.ts', 'promises/react.tsx']) {
  const name = `${program}: a key cancels the request before, failures are shown, and nothing runs on when it is taken away`;
  test(name, { skip: executablePath === undefined && howToGetChromium }, async () => {
    launched ??= chromium.launch({ executablePath, args: chromiumFlags });
    const script = bundle(program);
    const begun: string[] = [];
    const hungUp: string[] = [];
    const held: ServerResponse[] = [];
    const server = createServer(async ({ url = '/' }, response) => {
      const { pathname, searchParams } = new URL(url, 'http://localhost');
      const text = searchParams.get('text') ?? '';
      if (pathname === '/page.js')
        return void response.setHeader('content-type', 'text/javascript').end(await script);
      if (pathname !== '/search')
        return void response
          .setHeader('content-type', 'text/html')
          .end('<!doctype html><body></body><script type="module" src="/page.js"></script>');
      begun.push(text);
      response.once('close', () => {
        if (!response.writableFinished) hungUp.push(text);
      });
      if (text === 'bad') return void response.writeHead(500).end();
      if (text.startsWith('slow')) return void held.push(response);
      response.end(JSON.stringify([`${text}-1`, `${text}-2`]));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const page = await (await launched).newPage();
    try {
      const problems: unknown[] = [];
      page.on('pageerror', (error) => void problems.push(error));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const shown = (text: string) =>
        page.waitForFunction(
          (expected) => document.querySelector('output')?.textContent === expected,
          text,
          { timeout: 8000 },
        );
      const until = async (list: string[], text: string) => {
        while (!list.includes(text)) await new Promise((again) => setTimeout(again, 5));
      };

      // Keys without a pause: one request, for all of them.
      await page.locator('input').pressSequentially('abc');
      await shown('abc-1 abc-2');
      assert.equal(begun.at(-1), 'abc');

      await page.locator('input').fill('slow');
      await until(begun, 'slow');
      await shown('…');
      await page.locator('input').fill('next');
      await shown('next-1 next-2');
      await until(hungUp, 'slow');

      await page.locator('input').fill('bad');
      await shown('Error: status 500');
      await page.locator('input').fill('good');
      await shown('good-1 good-2');

      await page.locator('input').fill('slow again');
      await until(begun, 'slow again');
      await page.evaluate('hide()');
      await until(hungUp, 'slow again');
      assert.equal(await page.locator('output').count(), 0);
      assert.deepEqual(hungUp, ['slow', 'slow again']);
      assert.equal(new Set(begun).size, begun.length);
      assert.deepEqual(problems, []);
    } finally {
      await page.close();
      for (const each of held) each.destroy();
      server.close();
    }
  });
}
