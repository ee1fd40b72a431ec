import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { compile } from '../../tools/doctest/compile.ts';
import { type Fence, findFences } from '../../tools/doctest/fences.ts';
import { runFence } from '../../tools/doctest/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let count = 0;

async function run(code: string, mode: Fence['mode'] = 'run'): Promise<void> {
  count++;
  const fence: Fence = { file: `example-${count}.md`, line: 10, title: '', mode, code };
  await runFence(fence.file, fence.line, await compile(fence, root));
}

async function messageOf(code: string): Promise<string> {
  const error: unknown = await run(code).then(
    () => undefined,
    (reason) => reason,
  );
  return error instanceof Error ? error.message.replace(/example-\d+/, 'example') : 'it passed';
}

describe('finding examples', () => {
  test('takes the TypeScript fences of a Markdown file, with their heading and line', () => {
    const text = [
      '# Guide',
      '```sh',
      'npm test',
      '```',
      '## First steps',
      '- a list',
      '  ```ts no-run',
      '  if (a) {',
      '    b();',
      '  }',
      '  ```',
      '```typescript',
      'c();',
      '```',
    ].join('\n');
    expect(findFences(text, 'docs/guide.md')).toEqual([
      {
        file: 'docs/guide.md',
        line: 8,
        title: 'First steps',
        mode: 'no-run',
        code: 'if (a) {\n  b();\n}',
      },
      { file: 'docs/guide.md', line: 13, title: 'First steps', mode: 'run', code: 'c();' },
    ]);
  });

  test('takes the fences of doc comments, with the symbol they document', () => {
    const fence = [' * ```ts', ' * a();', ' * ```', ' */'];
    const indented = fence.map((line) => `  ${line}`);
    const text = [
      ...['/**', ...fence, "import { b } from './b.ts';"],
      ...['/**', ' * Does it.', ...fence, 'export function* doIt(): void {}'],
      ...['export abstract class Thing<T> {', '  /** No example. */', '  x = 1;'],
      ...['  /**', ...indented, '  async result(): Promise<T> {}'],
      ...['  /**', ...indented, '  [Symbol.dispose](): void {}', '}'],
    ].join('\n');
    const found = findFences(text, 'src/thing.ts');
    expect(found.map(({ title, line, code }) => [title, line, code])).toEqual([
      ['the whole file', 3, 'a();'],
      ['doIt', 10, 'a();'],
      ['Thing.result', 19, 'a();'],
      ['Thing.[Symbol.dispose]', 25, 'a();'],
    ]);
  });
});

describe('a promise that holds', () => {
  test.each([
    ['a value', '[1, 2].map((n: number) => n + 1); // => [2, 3]'],
    ['an object', '({ a: 1 }); // => { a: 1 }'],
    ['an awaited value', 'await Promise.resolve(3); // => 3'],
    ['a value on its own line', "'…'.length;\n// => 1"],
    ['a declared value', 'const three: number = 3; // => 3\nthree + 1; // => 4'],
    ['a destructured value', 'const { a } = { a: 1 }; // => { a: 1 }\na; // => 1'],
    ['a returned value', 'function f() {\n  return 1; // => 1\n}\nf(); // => 1'],
    ['what a value looks like', "new Map([['a', 1]]); // => Map(1) { 'a' => 1 }"],
    ['an error as a value', "new RangeError('too far'); // => RangeError: too far"],
    ['what was printed', "console.log('a', { b: 1 }); // => a { b: 1 }"],
    ['an error', "JSON.parse('?'); // throws SyntaxError"],
    ['an error with its text', "throw new TypeError('no'); // throws TypeError: no"],
    ['the start of a text', "JSON.parse('?'); // throws SyntaxError: Unexpected token…"],
    ['a rejection', "Promise.reject(new Error('no')); // rejects Error: no"],
    [
      'promises inside a generator',
      [
        'function* work(): Generator<number, void, number> {',
        '  yield 1; // => 5',
        '  const more = yield 2; // => 6',
        '  yield more; // throws Error: out',
        '}',
        'const steps = work();',
        'steps.next();',
        'steps.next(5);',
        'steps.next(6).value; // => 6',
        "steps.throw(new Error('out')).done; // => true",
      ].join('\n'),
    ],
    [
      'all that was printed',
      "console.log('a');\nconsole.log('b\\nc');\n// Output:\n// a\n// b\n// c\n\n// The end.",
    ],
    [
      'resources',
      [
        'const log: string[] = [];',
        'async function use() {',
        "  await using a = { [Symbol.asyncDispose]: async () => void log.push('a') };",
        "  using b = { [Symbol.dispose]: () => void log.push('b') };",
        '}',
        "await use();\nlog; // => ['b', 'a']",
      ].join('\n'),
    ],
    [
      'imports and exports',
      "import { sep } from 'node:path';\nexport const s = sep.length; // => 1",
    ],
    ['a comment that promises nothing', 'const a = 1; // throws away nothing\na; // 1 => 2'],
  ])('passes: %s', async (_, code) => {
    await run(code);
  });
});

describe('a promise that does not hold', () => {
  test.each([
    ['1 + 1; // => 3', 'example.md:10: expected 2 to deeply equal 3'],
    ['const a = 1;\n\na; // => 2', 'example.md:12: expected 1 to deeply equal 2'],
    ["new Set(['a']); // => Set(1) { 'b' }", /^example\.md:10: expected 'Set\(1\) {.*' to be/],
    ["console.log('a'); // => b", "example.md:10: expected 'a' to be 'b'"],
    ["console.log('a');\n// Output:\n// b", "example.md:11: expected 'a' to be 'b'"],
    ['1; // throws Error', 'example.md:10: nothing was thrown, but Error was announced'],
    ["throw new Error('a'); // throws Error: b", "example.md:10: expected 'a' to be 'b'"],
    ["throw new Error('a'); // throws TypeError: a", /expected 'Error' to be 'TypeError'/],
    ["throw new Error('a');", 'a'],
  ])('fails: %s', async (code, message) => {
    expect(await messageOf(code)).toMatch(message);
  });

  test.each([
    ['// => 3', 'example.md:10: there is no statement before this comment to be checked'],
    ['a = ; // => 3', /^example\.md:10: Unexpected token/],
    ['f(); // throws Error "a"', 'an error is announced as `// throws Name: text`'],
  ])('refuses: %s', async (code, message) => {
    expect(await messageOf(code)).toMatch(message);
  });
});

test('an error of the example carries the lines of the document', async () => {
  const code =
    "\n// Two lines of nothing.\nfunction fail(): never {\n  throw new Error('a');\n}\nfail();";
  const error = (await run(code).catch((reason: unknown) => reason)) as Error;
  expect(error.stack).toMatch(/example-\d+\.md:13:\d+.*example-\d+\.md:15:/s);
});

test('a fragment only has to parse, if need be as the body of a coroutine', async () => {
  await run('const user = yield* fetchUser(1);\nreturn user;', 'fragment');
  await run("import { a } from 'nowhere';\nawait a();", 'no-run');
  await expect(run('const = 1;', 'fragment')).rejects.toThrow('Unexpected token');
});
