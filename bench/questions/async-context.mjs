/**
 * Node's AsyncLocalStorage: what it costs that a task runs in the context it was started in. Each task looks into the
 * store when it starts and after a wait. Three kinds of programs: none has a store, one has, one has turned it off.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage();

async function nativeTasks(n) {
  let seen = 0;
  const work = async () => {
    seen += storage.getStore() ?? 1;
    await null;
    seen += storage.getStore() ?? 1;
  };
  await Promise.all(Array.from({ length: n }, work));
  return seen;
}

function tasks(n, { createTask, gather, run, sleep }, options) {
  let seen = 0;
  function* work() {
    seen += storage.getStore() ?? 1;
    yield* sleep(0);
    seen += storage.getStore() ?? 1;
  }
  return run(function* () {
    yield* gather(Array.from({ length: n }, () => createTask(work())));
    return seen;
  }, options);
}

export default {
  name: 'async context',
  question: 'Start a task that gives way once, and join it with all others',
  n: 100_000,
  answer: (n) => 2 * n,
  contestants: {
    native: nativeTasks,
    skein: (n, skein) => tasks(n, skein),
    'native, in a store': (n) => storage.run(1, () => nativeTasks(n)),
    'skein, in a store': (n, skein) => storage.run(1, () => tasks(n, skein)),

    /** A host without an async context, as browsers are. There is no option for it: nobody should need one. */
    async 'skein, without it'(n, skein) {
      const { systemHost } = await import('../../dist/core/host.js');
      const host = { ...systemHost, captureScope: () => undefined };
      return tasks(n, skein, { loop: () => new skein.EventLoop(host) });
    },
  },
};
