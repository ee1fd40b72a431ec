/**
 * A test runner that plays a page: jsdom, and the condition `browser`, as jest with jsdom sets it. Then `skein` is the entry of pages.
 * It runs in Node all the same, so what a page may ask for is there for the asking.
 */
import { createTask, Future, getEventLoop, run, sleep, toThread, waitFor } from 'skein';
import { expect, test, vi } from 'vitest';

test('there is a document, and tasks run', async () => {
  const task = createTask(async () => {
    await sleep(1);
    return document.createElement('p').tagName;
  });
  expect(await task).toBe('P');
});

test('a setTimeout() that a test has replaced may call back at once', async () => {
  const mock = vi.spyOn(globalThis, 'setTimeout');
  mock.mockImplementation(((fn: () => void) => fn()) as never);
  const log: unknown[] = [];
  try {
    getEventLoop().callLater(10, () => log.push('called'));
    log.push('set');
    const slept = createTask(function* () {
      return yield* sleep(20, 'slept');
    });
    log.push(await slept);
    log.push(await waitFor(new Future(), 5).catch((error) => error.name));
  } finally {
    mock.mockRestore();
  }
  log.push(await sleep(1, 'slept for a time'));
  expect(log).toEqual(['set', 'called', 'slept', 'TimeoutError', 'slept for a time']);
});

test('debug mode and the default executor are missing, and the errors name the imports', async () => {
  const debug = run(() => sleep(1), { debug: true });
  await expect(debug).rejects.toThrow('This bundle has no debug mode');
  await expect(debug).rejects.toThrow("Write `import 'skein/debug';`.");
  const thread = run(async () => await toThread(() => 1));
  await expect(thread).rejects.toThrow("Write `import 'skein/executors';`.");
});

// The server of the tests may have much to do for pages at that time.
test('they are there once they are imported', { timeout: 120_000 }, async () => {
  const long = createTask(sleep(100_000));
  await sleep(0);
  await import('skein/debug');
  // Its timer is one of those without debug mode.
  expect(long.cancel()).toBe(true);
  expect(await long.catch((error: Error) => error.name)).toBe('CancelledError');
  expect(await sleep(1, 'slept')).toBe('slept');
  await import('skein/executors');
  expect(await run(() => sleep(1, 'done'), { debug: true })).toBe('done');
  expect(await run(async () => await toThread(() => typeof document))).toBe('undefined');
});
