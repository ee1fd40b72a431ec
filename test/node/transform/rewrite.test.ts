/** What the transform makes of a file, as text. What programs then do is in bundlers.test.ts. */
import { describe, expect, test } from 'vitest';
import { rewrite } from '../../../src/transform/rewrite.ts';

const wrapOnly = "import { wrap as __skein_wrap } from 'skein/transform/awaits'; ";

/** Rewrites a file; returns it with shorter names, without the import. */
function rewritten(code: string): string {
  const text = rewrite(code, 'file.js', true)?.code ?? '(left alone)';
  return text
    .replace(/^import .+? from 'skein\/transform\/awaits'; /m, '')
    .replace(/__skein_(?:resource_)?/g, '');
}

describe('an await', () => {
  test.each([
    ['await x;', 'await wrap(x);'],
    ['await x', 'await wrap(x)'],
    ['await(x)', 'await wrap((x))'],
    ['await[x]', 'await wrap([x])'],
    ['await /* why */ x', 'await /* why */ wrap(x)'],
    ['await // why\n  x;', 'await // why\n  wrap(x);'],
    ['await a, b', 'await wrap(a), b'],
    ['await (a, b)', 'await wrap((a, b))'],
    ['await a ? b : c', 'await wrap(a) ? b : c'],
    ['await a ?? b', 'await wrap(a) ?? b'],
    ['await a + await b', 'await wrap(a) + await wrap(b)'],
    ['(await a) ** 2', '(await wrap(a)) ** 2'],
    ['await -x', 'await wrap(-x)'],
    ['await !x', 'await wrap(!x)'],
    ['await typeof x', 'await wrap(typeof x)'],
    ['await await x', 'await wrap(await wrap(x))'],
    ['(await x).y', '(await wrap(x)).y'],
    ['await x.y?.(z)[0]', 'await wrap(x.y?.(z)[0])'],
    ['await x`a$%{await y}b`', 'await wrap(x`a$%{await wrap(y)}b`)'],
    ['await new X(await y)', 'await wrap(new X(await wrap(y)))'],
    ['`$%{await x} and $%{await y}`', '`$%{await wrap(x)} and $%{await wrap(y)}`'],
    ['const { a = await b, [await c]: d } = await e', undefined],
    ["await import('./x.js')", "await wrap(import('./x.js'))"],
    ['[...await x, await y]', '[...await wrap(x), await wrap(y)]'],
    ['if (await x) await y; else await z', 'if (await wrap(x)) await wrap(y); else await wrap(z)'],
    ['export default await x', 'export default await wrap(x)'],
    ['for (const x of await y) await x', 'for (const x of await wrap(y)) await wrap(x)'],
  ])('%s', (code, expected = code.replace(/await (\w)/g, 'await wrap($1)')) => {
    // The linter takes a `${` in a string for a slip.
    expect(rewritten(code.replaceAll('$%', '$'))).toBe(expected.replaceAll('$%', '$'));
  });

  test.each([
    ['async function f(a) { return await a; }'],
    ['const f = async (a) => await a;'],
    ['const f = async (a) => { await a; };'],
    ['class A { async m() { await a; } static async #n() { await b; } }'],
    ['const o = { async m() { await a; }, async *g() { await b; }, get: async () => await c };'],
    ['function f() { return async function () { return () => async () => await a; }; }'],
    ['class A { field = async () => await a; static { void (async () => await b)(); } }'],
    ['async function f() { class B extends (await A) { [await k]() {} } }'],
    ['async function f() { function g(a = async () => await b) {} }'],
    ['async function f() { try { await a } catch { await b } finally { await c } }'],
    ['async function f() { switch (await a) { case await b: await c } }'],
    ['label: for (;;) { await x; continue label; }'],
  ])('in functions of all kinds: %s', (code) => {
    expect(rewritten(code)).toBe(code.replace(/await (\w)/g, 'await wrap($1)'));
  });

  test('that ends a line does not go on with the next one', () => {
    expect(rewritten('await i++\n(foo)()')).toBe('await wrap(i++);\n(foo)()');
    expect(rewritten('await i++\n[a] = b')).toBe('await wrap(i++);\n[a] = b');
    expect(rewritten('await i++\n`a`')).toBe('await wrap(i++);\n`a`');
    expect(rewritten('await i++\nfoo()')).toBe('await wrap(i++)\nfoo()');
    // This is one expression, here and there.
    expect(rewritten('await i\n(foo)()')).toBe('await wrap(i\n(foo)())');
  });

  test.each([
    ['await await i++\n(foo)()', 'await wrap(await wrap(i++));\n(foo)()'],
    ['a = async () => await i++\n[b] = c', 'a = async () => await wrap(i++);\n[b] = c'],
    [
      'class A { a = async () => await i++\n[b] = c }',
      'class A { a = async () => await wrap(i++);\n[b] = c }',
    ],
    [
      'async function* f() { return await i++\n[a] = b }',
      'async function* f() { return wrap(await wrap(i++));\n[a] = b }',
    ],
    [
      'async function* f() { yield () => {}\n-a }',
      'async function* f() { yield await wrap(() => {});\n-a }',
    ],
    [
      'async function* f() { a = yield () => {}\n+b }',
      'async function* f() { a = yield await wrap(() => {});\n+b }',
    ],
    [
      'async function* f() { return () => {}\n/a b/.test(c) }',
      'async function* f() { return wrap(() => {});\n/a b/.test(c) }',
    ],
    // These are one expression each.
    ['await i++\n- a', 'await wrap(i++)\n- a'],
    ['await i++\n/ a / b', 'await wrap(i++)\n/ a / b'],
    [
      'async function* f() { yield [() => {}, a]\n+ b }',
      'async function* f() { yield await wrap([() => {}, a]\n+ b) }',
    ],
  ])('and what it stands in end with the line: %s', (code, expected) => {
    expect(rewritten(code)).toBe(expected);
  });

  test('that only looks like one is left alone', () => {
    expect(
      rewritten("'await x'; /* await x */ /await x/; `await x`; o.await; ({ await: 1 })"),
    ).toBe('(left alone)');
    expect(rewrite('var await = 1; await;', 'file.cjs', true)).toBeUndefined();
  });
});

describe('for await', () => {
  test.each([
    ['for await (const x of y) z(x);', 'for await (const x of steps(y)) z(x);'],
    ['for await(const x of(a, b)) {}', 'for await(const x of steps((a, b))) {}'],
    ['for await (x.y of[z]) {}', 'for await (x.y of steps([z])) {}'],
    [
      'for await (const x of await y) await x',
      'for await (const x of steps(await wrap(y))) await wrap(x)',
    ],
    [
      'for await (const { a = await b } of c) {}',
      'for await (const { a = await wrap(b) } of steps(c)) {}',
    ],
    ['for await (const of of of) of', 'for await (const of of steps(of)) of'],
    ['for await (const x of /* of */ y) {}', 'for await (const x of /* of */ steps(y)) {}'],
  ])('%s', (code, expected) => {
    expect(rewritten(code)).toBe(expected);
  });

  test('without await is left alone', () => {
    expect(rewritten('async () => { for (const x of y) z }')).toBe('(left alone)');
  });
});

describe('await using', () => {
  test.each([
    ['{ await using a = b; c }', '{ const  a = b; await using 1 = disposal(a);; c }'],
    ['{ await using a = b\n(c) }', '{ const  a = b\n(c); await using 1 = disposal(a); }'],
    [
      '{ await using a = await x, /* , */ b = (y, z)\nc() }',
      '{ const  a = await wrap(x); await using 1 = disposal(a); const /* , */ b = (y, z); await using 2 = disposal(b);\nc() }',
    ],
    ['for (await using x of y) z(x);', 'for (const  x of y) {await using 1 = disposal(x); z(x);}'],
    [
      'for await (await using x of y) { await z }',
      'for await (const  x of steps(y)) {await using 1 = disposal(x); { await wrap(z) }}',
    ],
    [
      'for (await using x = y; x.z; await x) { a }',
      '{ const  x = y; await using 1 = disposal(x); for (; x.z; await wrap(x)) { a }}',
    ],
    [
      'a: b: for ( // why\n await using x = y; ; ) continue a',
      '  {  // why\n const  x = y; await using 1 = disposal(x); a: b: for (; ; ) continue a}',
    ],
  ])('%s', (code, expected) => {
    expect(rewritten(code)).toBe(expected);
  });

  test('is no `using`', () => {
    expect(rewritten('async () => { using a = b; }')).toBe('(left alone)');
  });
});

describe('an async generator', () => {
  test.each([
    ['yield x;', 'yield await wrap(x);'],
    ['yield[x];', 'yield await wrap([x]);'],
    ['yield a, b;', 'yield await wrap(a), b;'],
    ['yield yield x;', 'yield await wrap(yield await wrap(x));'],
    ['yield await x;', 'yield await wrap(x);'],
    ['yield;', undefined],
    ['yield* x;', 'yield* steps(x);'],
    ['yield *x;', 'yield *steps(x);'],
    ['yield*[x];', 'yield*steps([x]);'],
    ['return x;', 'return wrap(x);'],
    ['return(x);', 'return wrap((x));'],
    ['return a, b;', 'return wrap((a, b));'],
    ['return;', undefined],
    ['return await x;', 'return wrap(await wrap(x));'],
    ['return async () => { return x };', 'return wrap(async () => { return x });'],
    ['function* inner() { yield x; return y }', undefined],
  ])('%s', (body, expected = body) => {
    const around = (text: string) => `async function* g() { try { ${text} } finally {} await a; }`;
    expect(rewritten(around(body))).toBe(around(expected).replace('await a', 'await wrap(a)'));
  });

  test('is no generator and no async function', () => {
    expect(
      rewritten('function* g() { yield x; yield* y; return z } async () => { return x }'),
    ).toBe('(left alone)');
  });
});

describe('the import of a file', () => {
  test('names what is used, and stands on the first line', () => {
    expect(rewrite('await x;\nfor await (const a of b) {}', 'a.js', true)?.code).toBe(
      "import { steps as __skein_steps, wrap as __skein_wrap } from 'skein/transform/awaits'; await __skein_wrap(x);\nfor await (const a of __skein_steps(b)) {}",
    );
  });

  test.each([
    ["'use client';\nawait x;", "'use client'; @\nawait __skein_wrap(x);"],
    ['"use strict"\nawait x;', '"use strict"; @\nawait __skein_wrap(x);'],
    ["'use client'; 'use x'; await x;", "'use client'; 'use x'; @ await __skein_wrap(x);"],
    ["'use client' /* why */;\nawait x;", "'use client' /* why */; @\nawait __skein_wrap(x);"],
    ['#!/usr/bin/env node\nawait x;', '#!/usr/bin/env node\n@ await __skein_wrap(x);'],
    [
      "#!/usr/bin/env node\n'use strict';\nawait x;",
      "#!/usr/bin/env node\n'use strict'; @\nawait __skein_wrap(x);",
    ],
    ['/* first */ await x;', '@ /* first */ await __skein_wrap(x);'],
  ])('stands after directives and a hashbang: %s', (code, expected) => {
    expect(rewrite(code, 'a.js', true)?.code).toBe(expected.replace('@', wrapOnly.trim()));
  });

  test('has names that the file does not have', () => {
    const code = 'const __skein_wrap = 1, __skein__ = 2; await x;';
    expect(rewrite(code, 'a.js', true)?.code).toBe(
      `import { wrap as __skein___wrap } from 'skein/transform/awaits'; ${code.replace('await x', 'await __skein___wrap(x)')}`,
    );
  });

  test('is a require() in CommonJS', () => {
    const code = "'use strict';\nconst { run } = require('skein');\nrun(async () => await x);";
    expect(rewrite(code, 'a.js', false)?.code).toBe(
      "'use strict'; const { wrap: __skein_wrap } = require('skein/transform/awaits');\nconst { run } = require('skein');\nrun(async () => await __skein_wrap(x));",
    );
    for (const required of [
      "const a = require('a');",
      'module.exports = a;',
      'exports.a = 1;',
      'this.a = typeof exports;',
    ]) {
      expect(rewrite(`${required} async () => await x;`, 'a.js', true)?.code).toMatch(
        /^const .+ require/,
      );
    }
    const sloppy = 'with (a) { (async () => await x)(); }';
    expect(rewrite(sloppy, 'a.js', true)?.code).toMatch(/^const .+ require/);
  });

  test.each([
    ['// of this module, which exports nothing; not by require()\nasync () => await x;', 'a.js'],
    ["await import('./module.js'); a('module.exports');", 'a.js'],
    ['await a(module, exports);', 'a.js'],
    ['const { module, exports: b } = a; a.exports.module = async () => await x;', 'a.js'],
    ['const a = (module) => async () => await module.x;', 'a.mjs'],
    ['module.x = async () => await x;', 'a.mts?v=1'],
  ])('is an `import` in a module that only looks like CommonJS: %s', (code, id) => {
    expect(rewrite(code, id, true)?.code).toMatch(/^import /);
  });
});

describe('a file is rewritten', () => {
  test.each([
    "import { run } from 'skein';",
    "import 'skein/debug';",
    "import * as skein from 'skein/testing';",
    "import skein, { type } from 'skein';",
    "export { run } from 'skein';",
    "export * from 'skein/executors';",
    "const skein = import('skein');",
    'const skein = import(`skein/testing`);',
    "const skein = require('skein');",
  ])('if it has %s', (line) => {
    expect(rewrite(`${line} async () => await x;`, 'a.js', false)?.code).toContain('_wrap(x)');
  });

  test.each([
    "import { run } from './skein.js';",
    "import { run } from 'skeins';",
    "import { run } from '@other/skein';",
    "// import 'skein'\n",
    "const skein = 'skein';",
    'const skein = import(skein);',
    "const { require } = x; x.require('skein');",
  ])('only if it is included, if it has %s', (line) => {
    const code = `${line} async () => await x;`;
    expect(rewrite(code, 'a.js', false)).toBeUndefined();
    expect(rewrite(code, 'a.js', true)?.code).toContain('_wrap(x)');
  });

  test('once', () => {
    const once = rewrite("import 'skein'; await x;", 'a.js', false)?.code as string;
    expect(rewrite(once, 'a.js', true)).toBeUndefined();
  });

  test('unless nothing in it awaits', () => {
    expect(
      rewrite("import 'skein'; run(function* () { yield x; });", 'a.js', false),
    ).toBeUndefined();
  });
});

describe('a file is refused', () => {
  test('if it is not JavaScript', () => {
    const code = "import { run } from 'skein';\nlet a: number = await b;";
    expect(() => rewrite(code, 'a.ts', false)).toThrow(
      new SyntaxError(
        '`skein/transform` expected JavaScript, but got a.ts, which cannot be parsed: Unexpected token (2:5). Compile it before (the transform comes after all other plugins and loaders), or name it in `exclude`.',
      ),
    );
    expect(rewrite('let a: number = await b;', 'a.ts', false)).toBeUndefined();
  });

  test.each([
    'async function* asyncGenerator() {} for await (const x of asyncGenerator()) ;',
    'await this.awaiter(x, () => 1);',
    'await awaiter(async () => {});',
    'await __async(x);',
  ])('but not for a name of its own: %s', (code) => {
    expect(rewrite(`import 'skein'; ${code}`, 'a.js', false)).toBeDefined();
  });

  test.each([
    [
      'TypeScript',
      'f = () => __awaiter(void 0, void 0, void 0, function* () { yield x; })',
      '__awaiter',
    ],
    [
      'TypeScript with tslib',
      'f = () => tslib_1.__awaiter(this, [], void 0, function* () {})',
      '__awaiter',
    ],
    [
      'TypeScript, async generators',
      'function g() { return __asyncGenerator(this, arguments, function* () {}); }',
      '__asyncGenerator',
    ],
    ['esbuild', 'f = () => __async(null, null, function* () { yield x; })', '__async'],
    ['Babel', 'f = _asyncToGenerator(function* () { yield x; })', '_asyncToGenerator'],
    ['Babel, to CommonJS', 'f = (0, _asyncToGenerator2.default)(function* () {})', undefined],
    ['swc', 'f = _async_to_generator(function* () { yield x; })', '_async_to_generator'],
    [
      'swc, async generators',
      'f = _wrap_async_generator(function* () {})',
      '_wrap_async_generator',
    ],
    ['oxc', 'f = babelHelpers.asyncToGenerator(function* () {})', 'asyncToGenerator'],
  ])('if its awaits were lowered by %s', (_, code, by = '_asyncToGenerator2') => {
    expect(() => rewrite(`import 'skein'; ${code}`, 'a.js', false)).toThrow(
      `\`skein/transform\` expected a file with \`await\`, but got a.js, where a compiler has replaced it by \`${by}()\`. Let the compiler write ES2018 or later`,
    );
  });
});
