/** Each rule on small programs, with ESLint 9 and 10, without types: right ones, wrong ones, and what a fix makes of them. */
import { describe, it } from 'node:test';
import * as parser from '@typescript-eslint/parser';
import { RuleTester } from 'eslint';
import { RuleTester as RuleTester9 } from 'eslint-9';
import skein from '../src/index.js';

const all =
  "import { all, CancelledError, coroutine, createTask, fromPromise, gather, Lock, Queue, race, run, sleep, TimeoutError, taskGroup, timeout, toThread } from 'skein';\nimport { ThreadPoolExecutor } from 'skein/executors';\n";

/** What is right, by rule. */
const valid = {
  'no-floating-coroutine': [
    'run(async () => { await sleep(1); });',
    'run(function* () { yield* sleep(1); });',
    'run(async () => { createTask(sleep(1)); gather([sleep(1)]); });',
    'const later = () => sleep(1); run(later);',
    'run(async () => { const done = sleep(1); await done; });',
    // Of another library.
    "import { sleep as pause } from 'other'; pause(1);",
    'const queue = new Map(); queue.get(1);',
    'const queue = new Queue(); queue.putNowait(1);',
    'async function work() {} work();',
    'taskGroup(async (tg) => { tg.createTask(sleep(1)); }).then(() => {});',
    'run(() => all([1, 2].map((n) => sleep(n))));',
  ],
  'yield-star': [
    'run(function* () { yield; yield* sleep(1); });',
    'function* inputs() { yield sleep(1); } run(async () => { await all(inputs()); });',
    'function* inputs(): Iterable<unknown> { yield sleep(1); }',
    'const inputs = { *[Symbol.iterator]() { yield sleep(1); } };',
    'function* numbers() { yield 1; }',
    'async function* items() { yield sleep(1); }',
  ],
  'no-await-generator': [
    'run(async () => { await createTask(work()); }); function* work() { yield* sleep(1); }',
    'const work = coroutine(function* () { yield* sleep(1); }); run(async () => { await work(); });',
    'run(async () => { for await (const each of items()); }); async function* items() {}',
    'Promise.all(pages()); function* pages() { yield fetch("/"); }',
  ],
  'no-late-start': [
    'run(async () => { const a = createTask(sleep(1)), b = createTask(sleep(1)); await a; await b; });',
    'run(async () => { const a = sleep(1); return await a; });',
    'run(async () => { const n = await sleep(1, 2); const a = sleep(n); await a; });',
    'run(async () => { const a = sleep(1), b = sleep(1); await gather([a, b]); });',
    'run(async () => { const parts = [sleep(1), sleep(2)]; await all(parts); });',
    'run(async () => { const a = work(); await sleep(1); await a; }); async function work() {}',
  ],
  'no-promise-combinators': [
    'run(async () => { await race([sleep(1), sleep(2)]); });',
    // No task.
    'async function main() { await Promise.race([fetch("/a"), fetch("/b")]); }',
    // They run already, and belong to what has made them.
    'run(async () => { const a = createTask(sleep(1)); a.cancel(); await Promise.allSettled([a]); });',
    'run(async () => { await Promise.all([sleep(1), sleep(2)]); });',
    'run(async () => { const Promise = { race() {} }; await Promise.race([sleep(1)]); });',
  ],
  'no-swallowed-cancellation': [
    'run(async () => { try { await sleep(1); } catch (error) { if (error instanceof CancelledError) throw error; } });',
    'run(async () => { try { await sleep(1); } catch (error) { if (!(error instanceof TimeoutError)) throw error; } });',
    'run(async () => { try { await sleep(1); } catch (error) { if (error instanceof TimeoutError) return; throw error; } });',
    'run(async () => { try { await sleep(1); } catch (error) { if (error instanceof RangeError) { return 1; } else { throw error; } } });',
    'run(async () => { try { await sleep(1); } finally { close(); } });',
    'run(async () => { try { JSON.parse("{"); } catch { return 1; } await sleep(1); });',
    'run(async () => { const task = createTask(sleep(1)); task.cancel(); try { await task; } catch {} });',
    'run(async () => { try { createTask(async () => { await sleep(1); }); } catch { return 1; } });',
    // No task: what it awaits is none of this library.
    'async function main() { try { await fetch("/"); } catch { return 1; } }',
    'run(async () => { await sleep(1); try { await fetch("/"); } catch { return 1; } });',
    'try { run(async () => { await sleep(1); }); } catch (error) { console.error(error); }',
    'run(async () => { await new Promise((resolve, reject) => { createTask(async () => { try { await sleep(1); } catch (error) { reject(error); } }); }); });',
  ],
  'no-closure-in-job': [
    'const pool = new ThreadPoolExecutor(); pool.submit((n: number) => n * 2, 1);',
    'const pool = new ThreadPoolExecutor(); pool.submit(function fib(n: number): number { return n < 2 ? n : fib(n - 1) + fib(n - 2); }, 1);',
    'const pool = new ThreadPoolExecutor(); pool.map((n) => { const twice = n * 2; return Math.abs(twice) + process.pid; }, [1]);',
    'type Price = number; toThread((price: Price) => price * 2, 1);',
    "import type { Price } from './price'; toThread((price: Price) => price * 2, 1);",
    'const list = [1]; const rate = 2; list.map((n) => n * rate);',
    "import { hash } from './work'; toThread(hash, 'x');",
    'const rate = 2; new ThreadPoolExecutor({ maxWorkers: rate, initializer: () => console.log(1) });',
    'const rate = 2; new Map({ initializer: () => rate });',
  ],
};

/** What is wrong, by rule: the program, the line of the report (the first line of the program is 3), and what a fix or the first suggestion makes of it. */
const invalid = {
  'no-floating-coroutine': [
    [
      'function* work() { yield* sleep(1); } run(async () => { work(); });',
      undefined,
      'function* work() { yield* sleep(1); } run(async () => { createTask(work()); });',
      'function* work() { yield* sleep(1); } run(async () => { await createTask(work()); });',
    ],
    [
      'run(async () => { sleep(1); });',
      'run(async () => { await sleep(1); });',
      'run(async () => { createTask(sleep(1)); });',
    ],
    [
      'run(function* () { sleep(1); });',
      'run(function* () { yield* sleep(1); });',
      'run(function* () { createTask(sleep(1)); });',
    ],
    [
      'run(async () => { void sleep(1); });',
      'run(async () => { void await sleep(1); });',
      'run(async () => { void createTask(sleep(1)); });',
    ],
    [
      'run(async () => { ok && sleep(1); });',
      'run(async () => { ok && await sleep(1); });',
      'run(async () => { ok && createTask(sleep(1)); });',
    ],
    [
      'run(function* () { ok && sleep(1); });',
      'run(function* () { ok && (yield* sleep(1)); });',
      'run(function* () { ok && createTask(sleep(1)); });',
    ],
    [
      'run(function* () { void sleep(1); });',
      'run(function* () { void (yield* sleep(1)); });',
      'run(function* () { void createTask(sleep(1)); });',
    ],
    [
      'run(function* () { sleep(1) as unknown; });',
      'run(function* () { (yield* sleep(1)) as unknown; });',
      'run(function* () { createTask(sleep(1)) as unknown; });',
    ],
    [
      'const queue = new Queue(); run(function* () { ok || queue?.put(1); });',
      'const queue = new Queue(); run(function* () { ok || (yield* queue?.put(1)); });',
    ],
    [
      "import * as skein from 'skein'; const { sleep: pause } = skein; run(async () => { pause(1); });",
      "import * as skein from 'skein'; const { sleep: pause } = skein; run(async () => { await pause(1); });",
      "import * as skein from 'skein'; const { sleep: pause } = skein; run(async () => { createTask(pause(1)); });",
    ],
    [
      'const queue = new Queue(); run(async () => { queue.put(1); });',
      'const queue = new Queue(); run(async () => { await queue.put(1); });',
      'const queue = new Queue(); run(async () => { createTask(queue.put(1)); });',
    ],
    [
      'function f(queue: Queue<number>) { queue.put(1); }',
      undefined,
      'function f(queue: Queue<number>) { createTask(queue.put(1)); }',
    ],
    [
      'class A { #lock = new Lock(); async f() { this.#lock.with(async () => {}); } }',
      'class A { #lock = new Lock(); async f() { await this.#lock.with(async () => {}); } }',
      'class A { #lock = new Lock(); async f() { createTask(this.#lock.with(async () => {})); } }',
    ],
    [
      "import { sleep as pause } from 'skein'; run(async () => { pause(1); });",
      "import { sleep as pause } from 'skein'; run(async () => { await pause(1); });",
      "import { sleep as pause } from 'skein'; run(async () => { createTask(pause(1)); });",
    ],
    [
      "import * as skein from 'skein'; skein.sleep(1);",
      "import * as skein from 'skein'; await skein.sleep(1);",
      "import * as skein from 'skein'; createTask(skein.sleep(1));",
    ],
    [
      "const { sleep: pause } = require('skein'); pause(1);",
      "const { sleep: pause } = require('skein'); await pause(1);",
      "const { sleep: pause } = require('skein'); createTask(pause(1));",
    ],
    [
      'function* work() { yield* sleep(1); } run(function* () { work(); });',
      'function* work() { yield* sleep(1); } run(function* () { yield* work(); });',
      'function* work() { yield* sleep(1); } run(function* () { createTask(work()); });',
    ],
    [
      'const work = coroutine(function* () {}); run(async () => { work(); });',
      'const work = coroutine(function* () {}); run(async () => { await work(); });',
      'const work = coroutine(function* () {}); run(async () => { createTask(work()); });',
    ],
    [
      'const queue = new Queue(); [1, 2].forEach((n) => queue.put(n));',
      undefined,
      'const queue = new Queue(); [1, 2].forEach((n) => createTask(queue.put(n)));',
    ],
    [
      "import { channel } from 'skein'; const { sender: to, receiver } = channel(1); run(async () => { to.send(1); });",
      "import { channel } from 'skein'; const { sender: to, receiver } = channel(1); run(async () => { await to.send(1); });",
      "import { channel } from 'skein'; const { sender: to, receiver } = channel(1); run(async () => { createTask(to.send(1)); });",
    ],
    ['setTimeout(() => sleep(1), 5);', undefined, 'setTimeout(() => createTask(sleep(1)), 5);'],
    [
      'taskGroup(async (tg) => { tg.start(async (started) => { started(); }); }).then(() => {});',
      'taskGroup(async (tg) => { await tg.start(async (started) => { started(); }); }).then(() => {});',
      'taskGroup(async (tg) => { createTask(tg.start(async (started) => { started(); })); }).then(() => {});',
    ],
  ],
  'yield-star': [
    ['run(function* () { yield sleep(1); });', 'run(function* () { yield* sleep(1); });'],
    [
      'function* work(): Coroutine<void> { const n = yield createTask(sleep(1)); }',
      'function* work(): Coroutine<void> { const n = yield* createTask(sleep(1)); }',
    ],
    [
      'function* work() { yield* sleep(1); yield other(); } function* other() { yield* sleep(1); }',
      'function* work() { yield* sleep(1); yield* other(); } function* other() { yield* sleep(1); }',
    ],
    ['run(function* () { yield load(); }); async function load() {}'],
  ],
  'no-await-generator': [
    [
      'function* work() { yield* sleep(1); } run(async () => { await work(); });',
      'function* work() { yield* sleep(1); } run(async () => { await createTask(work()); });',
    ],
    [
      'function* work() { yield* sleep(1); } run(async () => { await Promise.all([work(), sleep(1)]); });',
    ],
    [
      'const numbers = function* () { yield 1; }; async function f() { return (await numbers()); }',
      'const numbers = function* () { yield 1; }; async function f() { return (await createTask(numbers())); }',
    ],
  ],
  'no-late-start': [
    [
      'run(async () => { const a = sleep(1), b = sleep(1); await a; await b; });',
      undefined,
      'run(async () => { const a = sleep(1), b = createTask(sleep(1)); await a; await b; });',
    ],
    [
      'run(function* () { const a = sleep(1); const b = sleep(1); const first = yield* a; return [first, yield* b]; });',
      undefined,
      'run(function* () { const a = sleep(1); const b = createTask(sleep(1)); const first = yield* a; return [first, yield* b]; });',
    ],
    [
      'function* work() { yield* sleep(1); } run(function* () { const a = work(); yield* sleep(5); yield* a; });',
      undefined,
      'function* work() { yield* sleep(1); } run(function* () { const a = createTask(work()); yield* sleep(5); yield* a; });',
    ],
    [
      'run(async () => { const a = sleep(1); const page = await fetch("/"); await a; });',
      undefined,
      'run(async () => { const a = createTask(sleep(1)); const page = await fetch("/"); await a; });',
    ],
    [
      'run(async () => { const parts = [sleep(1), sleep(2)]; for (const part of parts) await part; });',
      undefined,
      'run(async () => { const parts = [createTask(sleep(1)), createTask(sleep(2))]; for (const part of parts) await part; });',
    ],
  ],
  'no-promise-combinators': [
    [
      'run(async () => { await Promise.race([sleep(1), sleep(2)]); });',
      'run(async () => { await race([sleep(1), sleep(2)]); });',
    ],
    [
      'async function first() { return await Promise.any([load(), load()]); } async function load() {} run(() => first());',
      null,
    ],
    [
      'taskGroup(async (tg) => { tg.createTask(async () => { await Promise.race([load(), sleep(1)]); }); }).then(() => {}); async function load() {}',
      'taskGroup(async (tg) => { tg.createTask(async () => { await race([load(), sleep(1)]); }); }).then(() => {}); async function load() {}',
    ],
    ['run(async () => { await Promise.allSettled([1, 2].map((n) => sleep(n))); });', null],
    [
      'run(async () => { await Promise.race([sleep(1), new Promise((resolve) => setTimeout(resolve, 5))]); });',
      'run(async () => { await race([sleep(1), new Promise((resolve) => setTimeout(resolve, 5))]); });',
    ],
  ],
  'no-swallowed-cancellation': [
    [
      'run(async () => { try { await sleep(1); } catch (error) { console.error(error); } });',
      'run(async () => { try { await sleep(1); } catch (error) { if (error instanceof CancelledError) throw error; console.error(error); } });',
    ],
    [
      'run(async () => { try { await sleep(1); } catch {} });',
      'run(async () => { try { await sleep(1); } catch (error) { if (error instanceof CancelledError) throw error;} });',
    ],
    [
      'run(function* () { try { yield* sleep(1); } catch (error) { return 1; } });',
      'run(function* () { try { yield* sleep(1); } catch (error) { if (error instanceof CancelledError) throw error; return 1; } });',
    ],
    // It throws others only.
    [
      'run(async () => { try { await sleep(1); } catch (error) { if (error instanceof TimeoutError) throw error; } });',
      'run(async () => { try { await sleep(1); } catch (error) { if (error instanceof CancelledError) throw error; if (error instanceof TimeoutError) throw error; } });',
    ],
    [
      'run(async () => { try { await sleep(1); } catch (error) { if (!(error instanceof Error)) throw error; } });',
      'run(async () => { try { await sleep(1); } catch (error) { if (error instanceof CancelledError) throw error; if (!(error instanceof Error)) throw error; } });',
    ],
    [
      'run(async () => { try { await sleep(1); } catch (error) { return 1; throw error; } });',
      'run(async () => { try { await sleep(1); } catch (error) { if (error instanceof CancelledError) throw error; return 1; throw error; } });',
    ],
    // The function is a part of a task, as a task calls it.
    [
      'async function load() { await sleep(1); } async function safe() { try { return await load(); } catch { return 1; } } run(() => safe());',
      'async function load() { await sleep(1); } async function safe() { try { return await load(); } catch (error) { if (error instanceof CancelledError) throw error; return 1; } } run(() => safe());',
    ],
  ],
  'no-closure-in-job': [
    [
      'const rate = 2; const pool = new ThreadPoolExecutor(); pool.submit((n: number) => n * rate, 1);',
    ],
    ['const rate = 2; const twice = (n: number) => n * rate; toThread(twice, 1);'],
    [
      "import { readFileSync } from 'node:fs'; toThread((file: string) => readFileSync(file), 'x');",
    ],
    [
      'async function f(pool: ThreadPoolExecutor, rate: number) { await pool.submitWith({ timeout: 5 }, () => rate); }',
    ],
    ['const rate = 2; const pool = new ThreadPoolExecutor(); pool.map((n) => n * rate, [1]);'],
    ['const rate = 2; getEventLoop().runInExecutor(null, () => rate);'],
    ['const rate = 2; new ThreadPoolExecutor({ maxWorkers: 1, initializer: () => rate });'],
    ['const rate = 2; new ThreadPoolExecutor({ teardown() { console.log(rate); } });'],
  ],
};

for (const [version, Tester] of Object.entries({ 9: RuleTester9, 10: RuleTester })) {
  Tester.describe = describe;
  Tester.it = it;
  Tester.itOnly = it.only;
  const tester = new Tester({ languageOptions: { parser } });
  describe(`ESLint ${version}`, () => {
    for (const [name, rule] of Object.entries(skein.rules)) {
      if (name === 'using-is-used') continue;
      tester.run(name, rule, {
        valid: valid[name].map((code) => all + code),
        invalid: invalid[name].map(([code, mended, task, addTask]) => ({
          code: all + code,
          ...(rule.meta.fixable
            ? { errors: 1, output: mended ? all + mended : null }
            : { errors: [errorOf(name, code, mended, task, addTask)] }),
        })),
      });
    }
    const late = 'const a = sleep(1); await fetch("/"); await a; export {};';
    tester.run('no-late-start', skein.rules['no-late-start'], {
      valid: [],
      invalid: [
        {
          name: 'createTask is imported where it is not yet',
          code: `import { sleep } from 'skein';\n${late}`,
          errors: [
            {
              messageId: 'late',
              suggestions: [
                {
                  messageId: 'task',
                  output: `import { sleep, createTask } from 'skein';\n${late.replace('sleep(1)', 'createTask(sleep(1))')}`,
                },
              ],
            },
          ],
        },
        {
          name: 'nothing is offered where createTask is something else',
          code: `import { sleep } from 'skein';\nconst createTask = 1;\n${late}`,
          errors: [{ messageId: 'late' }],
        },
      ],
    });
    tester.run('using-is-used', noUnused(), {
      valid: ['async function f() { await using pool = make(); } f();', 'using pool = make();'],
      invalid: [{ code: 'const pool = make();', errors: 1 }],
    });
  });
}

/** @param {string} name @param {string} code @param {string | null | undefined} mended @param {string} [task] @param {string} [addTask] */
function errorOf(name, code, mended, task, addTask) {
  const messageIds = {
    'no-floating-coroutine': /forEach|setTimeout/.test(code) ? 'callback' : 'floating',
    'no-await-generator': code.includes('Promise') ? 'list' : 'generator',
    'no-late-start': code.includes('for (') ? 'list' : 'late',
    'no-promise-combinators': code.includes('allSettled') ? 'allSettled' : 'race',
    'no-swallowed-cancellation': 'swallowed',
    'no-closure-in-job': 'closure',
  };
  const suggestion = {
    'no-floating-coroutine': 'add',
    'no-await-generator': 'task',
    'no-promise-combinators': 'replace',
    'no-swallowed-cancellation': 'rethrow',
  }[name];
  const messageId = messageIds[name];
  // A third text is what `createTask()` at the side makes of it, a fourth what `await createTask()` does.
  if (name === 'no-floating-coroutine' || name === 'no-late-start') {
    const outputs = Object.entries({ add: mended, addTask, task }).filter(([, output]) => output);
    const suggestions = outputs.map(([messageId, output]) => ({ messageId, output: all + output }));
    return { messageId, suggestions };
  }
  if (mended === undefined) return { messageId };
  const added = code.includes('Promise.any') ? 'any' : 'allSettled';
  const output =
    mended === null
      ? all.replace(' toThread', ` toThread, ${added}`) + code.replace(`Promise.${added}`, added)
      : all + mended;
  return { messageId, suggestions: [{ messageId: suggestion, output }] };
}

/** ESLint's own rule, behind ours. */
function noUnused() {
  const ours = skein.rules['using-is-used'];
  return {
    meta: { schema: [], messages: { unused: 'unused' } },
    create(context) {
      const { sourceCode } = context;
      return {
        ...ours.create(context),
        'Program:exit'() {
          for (const { variables } of sourceCode.scopeManager.scopes) {
            for (const each of variables) {
              if (each.name !== 'pool' || each.eslintUsed) continue;
              context.report({ node: each.identifiers[0], messageId: 'unused' });
            }
          }
        },
      };
    },
  };
}
