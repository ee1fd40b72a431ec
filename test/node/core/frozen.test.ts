/** Programs whose intrinsics are frozen: by themselves, or by `node --frozen-intrinsics`. */
import { describe, expect, test } from 'vitest';
import { program } from './program.ts';

const work = `
const { asCompleted, CancelledError, createTask, run, sleep, taskGroup, TimeoutError, waitFor } = await import('skein');
const { InlineExecutor } = await import('skein/executors');
for (const debug of [false, true]) {
  await run(async () => {
    const task = createTask(sleep(1000));
    await sleep(1);
    task.cancel('enough');
    await task.then(null, (error) => console.log(error instanceof CancelledError, String(error)));
    await waitFor(sleep(1000), 1).then(null, (error) => console.log(error instanceof TimeoutError));
    await taskGroup(async (tg) => {
      tg.createTask(async () => { throw new RangeError('failed'); });
      await sleep(1000);
    }).then(null, ({ name, errors }) => console.log(name, String(errors[0])));
    for await (const done of asCompleted([sleep(1, 'done')])) console.log(done.result(), String(task).length > 0);
  }, { debug });
}
await new InlineExecutor().submit(() => { throw new RangeError('in a job'); }).then(null, (error) => console.log(String(error)));
`;

const each = [
  'true CancelledError: enough',
  'true',
  'ExceptionGroup RangeError: failed',
  'done true',
];
const output = [...each, ...each, 'RangeError: in a job'].join('\n');

/** Freezes what can be reached from the global object's constructors. */
const freezeAll = `
const seen = new Set();
const todo = [Error, AggregateError, RangeError, TypeError, Object, Function, Array, Promise, Map, Set, WeakMap];
for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
  if (seen.has(at)) continue;
  seen.add(at);
  for (const { value } of Object.values(Object.getOwnPropertyDescriptors(at))) {
    if (typeof value === 'function' || (typeof value === 'object' && value !== null)) todo.push(value);
  }
}
for (const each of seen) Object.freeze(each);
`;

describe('cancellation and errors work', () => {
  test('with Object.freeze(Error)', async () => {
    const { stdout, stderr } = await program(`Object.freeze(Error);${work}`);
    expect([stdout, stderr]).toEqual([output, '']);
  });

  test('with all intrinsics frozen before the library is loaded', async () => {
    const { stdout, stderr } = await program(`${freezeAll}${work}`);
    expect([stdout, stderr]).toEqual([output, '']);
  });

  test('with an `Error.stackTraceLimit` that throws', async () => {
    const throwing = `const fail = () => { throw new Error('limit'); };
Object.defineProperty(Error, 'stackTraceLimit', { get: fail, set: fail });`;
    const { stdout, stderr } = await program(`${throwing}${work}`);
    expect([stdout, stderr]).toEqual([output, '']);
  });

  test('with --frozen-intrinsics', async () => {
    const { stdout, stderr } = await program(work, { flags: ['--frozen-intrinsics'] });
    expect([stdout, stderr]).toEqual([output, '']);
  });
});
