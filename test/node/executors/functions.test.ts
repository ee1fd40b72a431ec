import {
  declareFunctions,
  ProcessPoolExecutor,
  registerError,
  ThreadPoolExecutor,
  task,
  transfer,
} from 'skein/executors';
import { afterAll, describe, expect, test } from 'vitest';
import { codeOf } from '../../../src/executors/crossing/portable-function.ts';

/** Refusals happen at the call. */
const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.shutdown());

/** A function of this text, as a loader would have made it. */
function fromText(text: string, scope: Record<string, unknown> = {}): () => unknown {
  return new Function(...Object.keys(scope), `return (${text})`)(...Object.values(scope));
}

function refusal(fn: () => unknown): string {
  try {
    const future = pool.submit(fn);
    future.cancel();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    return (error as Error).message;
  }
  return 'taken';
}

describe('a function that crosses by source', () => {
  test('is told why it cannot be compiled where Node was started so', async () => {
    const execArgv = ['--disallow-code-generation-from-strings'];
    const processes = new ProcessPoolExecutor({ maxWorkers: 1, execArgv });
    await expect(processes.submit(() => 1)).rejects.toThrow(
      'expected to be allowed to compile `() => 1`, which crosses by source, but its content security policy or Node forbids that.',
    );
    await processes.shutdown();
  });

  test('has the code of the functions before it that have its text and its name', () => {
    const closure = (text: string) => codeOf(fromText(text), 'submit');
    expect(closure('(n) => n + 1')).toBe(closure('(n) => n + 1'));
    const other = Object.defineProperty(fromText('(n) => n + 1'), 'name', { value: 'other' });
    expect(codeOf(other, 'submit').name).toBe('other');
  });

  test('is taken however deep its text is nested', () => {
    for (let depth = 1000; depth <= 10_000; depth += 250) {
      const text = `() => typeof console${'.log()'.repeat(depth)}`;
      let fn: () => unknown;
      try {
        fn = fromText(text);
      } catch {
        // The host itself reads no text that is so deep.
        expect(depth).toBeGreaterThan(2000);
        return;
      }
      expect(refusal(fn)).toBe('taken');
    }
  });

  test.each([
    ['() => missing', '`missing`'],
    ['() => { counter++; total = 1; }', '`counter`, `total`'],
    ['() => this.size', '`this`'],
    ['function () { return this.size; }', '`this`'],
    ["() => import('./work.js')", "`import('./work.js')`"],
    ['() => require("fs")', '`require`'],
    ['(a = fallback) => a', '`fallback`'],
    ['() => ({ shorthand })', '`shorthand`'],
    ['() => { class A extends Base {} return new A(); }', '`Base`'],
    ['() => tag`text`', '`tag`'],
    ['() => arguments.length', '`arguments`'],
    ['() => new.target', '`new.target`'],
    ['(size) => () => this[size]', '`this`'],
    ['() => ({ [key]: 1 })', '`key`'],
    ['() => (0, eval)(text)', '`text`'],
    ['() => new Function(text)', '`text`'],
  ])('is refused for what it uses from outside: %s', (text, names) => {
    expect(refusal(fromText(text))).toContain(`uses ${names} from outside`);
  });

  test.each([
    '(a, { b = a, ...c }, [d]) => [a, b, c, d]',
    '() => { for (const [k, v] of Object.entries({})) label: for (;;) break label; }',
    'function fact(n) { return n < 2 ? 1 : n * fact(n - 1); }',
    'function () { return arguments.length; }',
    '() => { try { null.x } catch (e) { return e } }',
    '() => { class A { #x = 1; y = this.#x; static z = this.name; m() { return super.toString() + this.y; } } return new A(); }',
    '() => { const o = { key: 1, get g() { return this.key; } }; return o.key + o.g; }',
    "() => typeof window === 'undefined' ? 0 : window.innerWidth",
    '() => structuredClone(new Map([[Symbol.iterator, globalThis.process?.pid]]))',
    "async () => (await import('node:os')).cpus()",
    '() => { function inner() { return this; } return inner(); }',
    '(a) => (0, eval)(a)',
    '(a) => globalThis.eval(a)',
    '(a) => eval?.(a)',
    "(a) => new Function('b', 'return b')(a)",
    'function () { return new.target; }',
    '() => { function A() { return new.target; } return new A(); }',
    '() => String.raw`a\\b`',
    '() => { class A { static #n = 0; static has(o) { return #n in o; } } return A.has(A); }',
  ])('is taken when it stands on its own: %s', (text) => {
    expect(refusal(fromText(text))).toBe('taken');
  });

  test.each([
    ['() => (0, __vi_import_0__.readFile)(1)', '`readFile`'],
    ['() => __vite_ssr_import_12__.default.parse(1)', '`default`'],
    ['() => (0, import_node_path.join)(1)', '`join`'],
    ['() => __vite_ssr_import_meta__.url', '`import.meta`'],
  ])('is refused with the name of an import that a loader rewrote: %s', (text, names) => {
    expect(refusal(fromText(text))).toContain(`uses ${names} from outside`);
  });

  test.each(['superMethod() { return super.toString(); }', 'plain() { return this.x; }'])(
    'is refused as a method that needs its object: %s',
    (text) => {
      const [method] = Object.values(
        fromText(`{ ${text} }`) as unknown as Record<string, () => unknown>,
      );
      expect(refusal(method as () => unknown)).toMatch(/uses `(?:super|this)` from outside/);
    },
  );

  test.each([
    '(x) => eval(x)',
    '(x, y) => { const z = 1; return eval(x) + y + z; }',
    'async function sum(x) { const add = () => eval(x); return add(); }',
  ])('is refused if it calls `eval`, which cannot be analysed: %s', (text) => {
    const fn = fromText(text);
    expect(refusal(fn)).toBe(
      `\`submit()\` expected a function that stands on its own, but \`${fn.name || text}\` calls \`eval\`, which cannot be analysed: what it evaluates may use any name from outside. Write \`(0, eval)(text)\`, which sees global names only, or put the function into a module and declare it there: \`declareFunctions(import.meta.url, { … })\`.`,
    );
  });

  test.each([
    [
      'function outer(o) { with (o) return x; }',
      'Strict mode code may not include a with statement',
    ],
    ['function outer(o) { delete o; }', 'Delete of an unqualified identifier in strict mode'],
    ['function outer() { return 010; }', 'Octal literals are not allowed in strict mode'],
    ['function outer(a, a) { return a; }', 'Duplicate parameter name not allowed in this context'],
  ])('is refused for what strict mode forbids: %s', (text, why) => {
    expect(refusal(fromText(text))).toBe(
      `\`submit()\` expected a function whose source can be compiled by itself, in strict mode, but that of \`outer\` cannot: ${why}. Write it without that, or put the function into a module and declare it there: \`declareFunctions(import.meta.url, { … })\`.`,
    );
  });

  test('is refused for what only its place allows: `super`, `import.meta`, private names', () => {
    expect(refusal(() => import.meta.url)).toContain('uses `import.meta` from outside');
    class Wide extends Array {
      size = () => super.at(0);
    }
    expect(refusal(new Wide().size)).toContain('uses `super` from outside');
    class Box {
      readonly #size = 1;
      static has(box: object): boolean {
        return #size in box;
      }
      read = (): number => this.#size;
    }
    expect(refusal(Box.has as () => boolean)).toContain('uses `#size` from outside');
    expect(refusal(new Box().read)).toContain('uses `this`, `#size` from outside');
  });

  test('may be a getter, a setter, a method of any kind, or one whose name is computed', async () => {
    const holder = {
      get two() {
        return 2;
      },
      set two(value: number) {
        if (value !== 2) throw new Error('not two');
      },
      async three() {
        return 3;
      },
      [Symbol.iterator]() {
        return 4;
      },
      'a name'() {
        return 5;
      },
    };
    const { get, set } = Object.getOwnPropertyDescriptor(holder, 'two') as {
      get: () => number;
      set: (value: number) => void;
    };
    const fns = [get, holder.three, holder[Symbol.iterator], holder['a name']];
    expect(await Promise.all(fns.map((fn) => pool.submit<[], unknown>(fn)))).toEqual([2, 3, 4, 5]);
    await expect(pool.submit(set, 3)).rejects.toThrow('not two');
  });

  test('is looked at once', () => {
    const fn = fromText('() => missing');
    expect(refusal(fn)).toBe(refusal(fn));
  });
});

describe('declareFunctions()', () => {
  test('answers the very functions', () => {
    const fns = { double: (n: number) => n * 2 };
    expect(declareFunctions('file:///work.js', fns)).toBe(fns);
    expect(fns.double(2)).toBe(4);
  });

  test('goes by its former name too', () => {
    expect(task).toBe(declareFunctions);
  });

  test('refuses what is not a URL and functions', () => {
    expect(() => declareFunctions('./work.js', {})).toThrow(
      new TypeError(
        '`declareFunctions()` expected the URL of the module, but got "./work.js" (string). Write `declareFunctions(import.meta.url, { … })`.',
      ),
    );
    // @ts-expect-error functions come in an object
    expect(() => declareFunctions('file:///work.js', null)).toThrow(TypeError);
    // @ts-expect-error only functions
    expect(() => declareFunctions('file:///work.js', { size: 5 })).toThrow(
      new TypeError('`declareFunctions()` expected functions, but `size` is 5 (number).'),
    );
  });
});

describe('declareFunctions() of a module elsewhere', () => {
  const url = new URL('./fixtures/plain.mjs', import.meta.url);
  const work = declareFunctions<typeof import('./fixtures/plain.mjs')>(url);

  test('answers functions that are to be sent, not called', () => {
    expect(() => work.fib(3)).toThrow(
      new Error(
        `\`fib\` stands for a function of ${url}, which is loaded in workers only: it cannot be called here. Send it, \`pool.submit(work.fib)\`, or import the module.`,
      ),
    );
    const { fib } = work;
    expect([fib.name, work.fib === fib]).toEqual(['fib', true]);
  });

  test('can be awaited, as all that async functions answer is', async () => {
    expect(await work).toBe(work);
  });

  test.each(['./work.js', '/work.js', 'C:\\work\\work.js', 'work.js'])(
    'refuses what is not a whole URL: %s',
    (place) => {
      expect(() => declareFunctions<typeof import('./fixtures/plain.mjs')>(place)).toThrow(
        new TypeError(
          `\`declareFunctions()\` expected the URL of the module, but got ${JSON.stringify(place)} (string). Write \`declareFunctions<typeof import('./work.js')>(new URL('./work.js', import.meta.url))\`.`,
        ),
      );
    },
  );
});

describe('registerError()', () => {
  test('refuses what is no class of errors', () => {
    // @ts-expect-error not a class
    expect(() => registerError('Error')).toThrow(TypeError);
    // @ts-expect-error not of errors
    expect(() => registerError(class Point {})).toThrow(
      '`registerError()` expected a named class that extends Error, but got `Point`, a class.',
    );
  });
});

test('transfer() answers what it is given, wherever it is called', () => {
  const bytes = new Uint8Array(1);
  expect(transfer(bytes, [bytes.buffer])).toBe(bytes);
  expect(bytes.length).toBe(1);
  // @ts-expect-error a number has no buffer
  expect(() => transfer(5, [])).toThrow(
    new TypeError(
      '`transfer()` expected the result and then a list of buffers in it, but got 5 (number). Write `return transfer(bytes, [bytes.buffer])`.',
    ),
  );
  // @ts-expect-error it is its memory that moves
  expect(() => transfer(bytes, [bytes])).toThrow('what moves is its memory, `.buffer`');
});
