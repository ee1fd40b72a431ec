/**
 * What it costs to be able to look inside and to take part: debug mode, and each hook, when nothing uses it. Each task gives
 * way ten times, and then waits for a future.
 */
/** Also of `instruments.mjs`. */
export function tasks(n, { Future, createTask, gather, run, sleep }, prepare = () => undefined) {
  let steps = 0;
  return run(function* () {
    const gate = new Future();
    function* work() {
      for (let i = 0; i < 10; i++) {
        yield* sleep(0);
        steps++;
      }
      yield* gate;
    }
    prepare(gate.getLoop());
    const all = Array.from({ length: n }, () => createTask(work()));
    const gathered = gather(all);
    while (steps < 10 * n) yield* sleep(0);
    gate.setResult();
    yield* gathered;
    return steps;
  });
}

export default {
  name: 'hooks',
  question: 'Start a task that gives way ten times and waits once, and join it with all others',
  n: 10_000,
  reference: 'skein',
  growsBecause:
    'the more tasks are alive, the more the collector has to copy, and nothing native stands beside it (see `spawn`)',
  answer: (n) => 10 * n,
  contestants: {
    skein: (n, skein) => tasks(n, skein),

    'skein, with an exception handler': (n, skein) =>
      tasks(n, skein, (loop) => loop.setExceptionHandler(console.error)),

    'skein, with a task factory': (n, skein) =>
      tasks(n, skein, (loop) =>
        loop.setTaskFactory(
          (loop, coroutine, options) => new skein.Task(coroutine, { ...options, loop }),
        ),
      ),

    'skein, with the eager task factory': (n, skein) =>
      tasks(n, skein, (loop) => loop.setTaskFactory(skein.eagerTaskFactory)),

    'skein, once its call graph was captured': (n, skein) =>
      tasks(n, skein, () => {
        if (skein.captureCallGraph() === undefined) throw new Error('There is no call graph.');
      }),

    'skein, in debug mode': (n, skein) => tasks(n, skein, (loop) => loop.setDebug(true)),
  },
};
