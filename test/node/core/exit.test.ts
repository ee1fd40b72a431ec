/** What keeps a program alive, and what does not. Programs that do not end by themselves are killed, and fail here. */
import { describe, expect, test } from 'vitest';
import { program } from './program.ts';

describe('a program ends by itself', () => {
  test.each([
    ['when nothing was done at all', `import 'skein'; console.log('ok');`],
    [
      'when a long timer was cancelled',
      `import { getEventLoop } from 'skein';
      const handles = [1e6, 2e6, 1e12].map((ms) => getEventLoop().callLater(ms, () => {}));
      for (const handle of handles) handle.cancel();
      console.log('ok');`,
    ],
    [
      'when a long sleep was cancelled',
      `import { createTask, sleep } from 'skein';
      const task = createTask(sleep(1e6));
      await createTask(sleep(1));
      task.cancel();
      await task.then(null, (error) => console.log(error.name === 'CancelledError' && 'ok'));`,
    ],
    [
      'when a long waitFor() was not needed',
      `import { createTask, sleep, waitFor } from 'skein';
      console.log(await createTask(waitFor(sleep(1, 'ok'), 1e6)));`,
    ],
    [
      'when a long timeout() was not needed',
      `import { createTask, sleep, timeout } from 'skein';
      console.log(await createTask(timeout(1e6, function* () { return yield* sleep(1, 'ok'); })));`,
    ],
    [
      'when a task waits for a future that nobody will settle',
      `import { createTask, Future, sleep } from 'skein';
      createTask(function* () { yield* new Future(); });
      await createTask(sleep(1));
      console.log('ok');`,
    ],
    [
      'when a loop with timers was closed',
      `import { EventLoop } from 'skein';
      const loop = new EventLoop();
      loop.callLater(1e6, () => {});
      loop.close();
      console.log('ok');`,
    ],
    [
      'when asCompleted() with a long timeout was left early',
      `import { asCompleted, createTask, getEventLoop, sleep } from 'skein';
      const inputs = () => [sleep(1), getEventLoop().createFuture()];
      for await (const _ of asCompleted(inputs(), { timeout: 1e6 })) break;
      await createTask(function* () {
        for (const next of asCompleted(inputs(), { timeout: 1e6 })) { yield* next; break; }
      });
      console.log('ok');`,
    ],
    [
      'when asCompleted() was left with nothing awaited, and another long timer cancelled',
      `import { asCompleted, getEventLoop } from 'skein';
      const other = getEventLoop().callLater(1e5, () => {});
      for (const _ of asCompleted([getEventLoop().createFuture()], { timeout: 1e6 })) break;
      setTimeout(() => { other.cancel(); console.log('ok'); }, 5);`,
    ],
    [
      'when run() ended, whatever it left behind',
      `import { createTask, run, sleep } from 'skein';
      await run(function* () { createTask(sleep(1e6)); yield* sleep(1); });
      console.log('ok');`,
    ],
  ])('%s', async (_, code) => {
    expect(await program(code)).toEqual({ code: 0, stdout: 'ok', stderr: '' });
  });
});

test('a program in debug mode ends, though its exception handler forgets an await each time', async () => {
  const code = `import { getEventLoop, sleep } from 'skein';
    let reports = 0;
    getEventLoop().setExceptionHandler(() => {
      if (++reports > 100) process.reallyExit(3);
      sleep(1);
    });
    sleep(1);
    process.on('exit', () => console.log(reports > 0 && reports < 10));`;
  const { code: exitCode, stdout } = await program(code, { env: { SKEIN_DEBUG: '1' } });
  // More than one, where the host collects a forgotten coroutine before the program ends.
  expect([exitCode, stdout]).toEqual([0, 'true']);
});

describe('a program stays alive', () => {
  test('for a timer', async () => {
    const { stdout } = await program(
      `import { getEventLoop } from 'skein';
      getEventLoop().callLater(20, () => console.log('ok'));`,
    );
    expect(stdout).toBe('ok');
  });

  test('for the next timer, when an earlier one was cancelled', async () => {
    const { stdout } = await program(
      `import { getEventLoop } from 'skein';
      const first = getEventLoop().callLater(10, () => console.log('never'));
      getEventLoop().callLater(20, () => console.log('ok'));
      first.cancel();`,
    );
    expect(stdout).toBe('ok');
  });

  test('for the timeout of an asCompleted() that was left, once it is iterated again', async () => {
    const { stdout } = await program(
      `import { asCompleted, getEventLoop, sleep } from 'skein';
      const completed = asCompleted([sleep(1), getEventLoop().createFuture()], { timeout: 300 });
      for await (const _ of completed) break;
      try {
        for await (const _ of completed) console.log('never');
      } catch (error) {
        console.log(error.name);
      }`,
    );
    expect(stdout).toBe('TimeoutError');
  });

  test('for a task that sleeps, though nobody awaits it', async () => {
    const { stdout } = await program(
      `import { createTask, sleep } from 'skein';
      createTask(function* () { yield* sleep(20); console.log('ok'); });`,
    );
    expect(stdout).toBe('ok');
  });
});

describe('a program that ends while run() waits', () => {
  test('is told which tasks nothing can wake any more', async () => {
    const { code, stderr } = await program(
      `import { Future, run } from 'skein';
      run(function* () { yield* new Future(); });`,
    );
    expect(code).toBe(0);
    expect(stderr).toMatchInlineSnapshot(`
      "The program ended while run() was waiting. Nothing can wake these tasks any more:
        <Task 'Task-1' pending waiting for <Future pending>>"
    `);
  });

  test('is told nothing when it called process.exit()', async () => {
    const ended = await program(
      `import { run, sleep } from 'skein';
      run(function* () { yield* sleep(1); process.exit(3); });`,
    );
    expect(ended).toEqual({ code: 3, stdout: '', stderr: '' });
  });

  test('is told nothing but the error when it crashed elsewhere', async () => {
    const { code, stderr } = await program(
      `import { run, sleep } from 'skein';
      run(function* () { yield* sleep(1e6); });
      setTimeout(() => { throw new RangeError('elsewhere'); }, 1);`,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('RangeError: elsewhere');
    expect(stderr).not.toContain('Task');
  });
});

test('an error in a callback does not end the program, and is told to stderr', async () => {
  const { code, stdout, stderr } = await program(
    `import { getEventLoop } from 'skein';
    getEventLoop().callSoon(function refresh() { throw new RangeError('boom'); });
    getEventLoop().callSoon(() => console.log('ok'));`,
  );
  expect([code, stdout]).toEqual([0, 'ok']);
  expect(stderr).toContain('Exception in callback refresh()');
  expect(stderr).toContain('RangeError: boom');
});

test('debug mode is turned on by SKEIN_DEBUG in the environment [debug.env_switch]', async () => {
  const code = `import { EventLoop } from 'skein'; console.log(new EventLoop().getDebug());`;
  const answers: unknown[] = [];
  for (const SKEIN_DEBUG of ['1', 'yes', '0', '']) {
    answers.push((await program(code, { env: { SKEIN_DEBUG } })).stdout);
  }
  expect(answers).toEqual(['true', 'true', 'false', 'false']);
});
