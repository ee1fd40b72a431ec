/** What is repeated in a burst: `n` operations of one kind, some milliseconds. Each has the number of steps that an operation makes, in `steps`. */
function* nothing() {}

export const operations = {
  'start a task and join it': {
    n: 8000,
    steps: 2,
    run: ({ createTask, run }, n) =>
      run(function* () {
        for (let i = 0; i < n; i++) yield* createTask(nothing());
      }),
  },

  'give way': {
    n: 30_000,
    steps: 1,
    run: ({ run }, n) =>
      run(function* () {
        for (let i = 0; i < n; i++) yield;
      }),
  },

  'sleep(0)': {
    n: 25_000,
    steps: 1,
    run: ({ run, sleep }, n) =>
      run(function* () {
        for (let i = 0; i < n; i++) yield* sleep(0);
      }),
  },

  'wait for a future': {
    n: 20_000,
    steps: 1,
    run: ({ createTask, Future, run }, n) =>
      run(function* () {
        let future;
        function* wait() {
          for (let i = 0; i < n / 2; i++) {
            future = new Future();
            yield* future;
          }
        }
        const waiting = createTask(wait());
        while (!waiting.done()) {
          yield;
          if (future?.done() === false) future.setResult();
        }
      }),
  },

  'await sleep(0)': {
    n: 4000,
    steps: 1,
    run: ({ run, sleep }, n) =>
      run(async () => {
        for (let i = 0; i < n; i++) await sleep(0);
      }),
  },
};
