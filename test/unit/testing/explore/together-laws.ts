/** Laws of `all()`, `race()`, `any()`, `allSettled()` and of groups: nothing outlives the call, and no cancellation is lost. */
import {
  type AwaitableCoroutine,
  all,
  allSettled,
  any,
  type Coroutine,
  createTask,
  getEventLoop,
  race,
  taskGroup,
  wait,
} from 'skein';
import type { Environment } from 'skein/testing';
import type { Law } from './laws.ts';
import { deliversLate } from './style-of-laws.ts';

function check(isRight: boolean, text: string): void {
  if (!isRight) throw new Error(text);
}

/** Three inputs, which take note of how many run; the second may fail. */
class Inputs {
  running = 0;
  failures = 0;
  most = 0;
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  *#work(n: number): Coroutine<number> {
    try {
      return yield* this.#workAndCleanup(n);
    } catch (error) {
      // A cancellation of its cleanup takes the place of its failure.
      if (error instanceof RangeError) this.failures++;
      throw error;
    }
  }

  *#workAndCleanup(n: number): Coroutine<number> {
    this.running++;
    this.most = Math.max(this.most, this.running);
    try {
      yield* this.#env.answer(`work ${n}`);
      if (n === 2 && this.#env.mayFail('work 2')) throw new RangeError('too far');
      return n;
    } finally {
      try {
        // Cleanup takes its time, and may be cut off.
        yield* this.#env.answer(`cleanup ${n}`);
      } finally {
        this.running--;
      }
    }
  }

  get list(): [Coroutine<number>, () => Coroutine<number>, () => Coroutine<number>] {
    return [this.#work(1), () => this.#work(2), () => this.#work(3)];
  }
}

function law(
  name: string,
  call: (inputs: Inputs) => AwaitableCoroutine<unknown>,
  checkResult: (result: unknown, inputs: Inputs) => boolean,
): Law {
  return {
    name,
    *main(env) {
      const lost: unknown[] = [];
      getEventLoop().setExceptionHandler((_, { exception }) => lost.push(exception));
      const inputs = new Inputs(env);
      const task = env.mayCancel(
        createTask(
          function* () {
            try {
              return yield* call(inputs);
            } finally {
              check(inputs.running === 0, `${inputs.running} run on behind the call`);
            }
          },
          { name: 'caller' },
        ),
      );
      yield* wait([task]);
      // An error of its own comes before a request that it has not heard of.
      const hasError = deliversLate && !task.cancelled() && task.exception() !== undefined;
      check(
        hasError || task.cancelled() === task.cancelling() > 0,
        `${task} lost a request, or made one up`,
      );
      const thrown = [task.cancelled() ? undefined : task.exception(), ...lost];
      const times = thrown.filter((error) => error instanceof RangeError).length;
      check(times <= 1, `The failure was told ${times} times`);
      const isRace = name.startsWith('all()') || name.startsWith('race()');
      check(!isRace || times === inputs.failures, 'A failure was lost, or came up twice');
      if (task.cancelled() || task.exception() !== undefined) return;
      check(checkResult(task.result(), inputs), `${task} has the result of another`);
    },
  };
}

const isIn = (value: unknown): boolean => [1, 2, 3].includes(value as number);

export const togetherLaws: readonly Law[] = [
  law(
    'all() returns when all have ended, and leaves none behind',
    (inputs) => all(inputs.list),
    (result) => String(result) === '1,2,3',
  ),
  law(
    'all() has no more than `concurrency` unfinished, and gives each slot back',
    (inputs) => all(inputs.list, { concurrency: 2 }),
    (result, { most }) => String(result) === '1,2,3' && most <= 2,
  ),
  law('race() leaves no loser behind', (inputs) => race(inputs.list), isIn),
  law('any() leaves no loser behind', (inputs) => any(inputs.list), isIn),
  law(
    'allSettled() never takes the cancellation of its caller for an outcome',
    (inputs) => allSettled(inputs.list, { concurrency: 2 }),
    (result) =>
      (result as unknown[]).length === 3 && !String(JSON.stringify(result)).includes('cancelled'),
  ),
  {
    name: 'a group leaves no task behind, also none in the background, that starts, or that waits for a slot',
    *main(env) {
      getEventLoop().setExceptionHandler(() => {});
      const inputs = new Inputs(env);
      const [one, two, three] = inputs.list;
      let wasStarted = false;
      const task = env.mayCancel(
        createTask(
          function* () {
            try {
              return yield* taskGroup(
                function* (tg) {
                  tg.createTask(one, { background: true });
                  const value = yield* tg.start<string>(function* (started) {
                    yield* env.answer('starts');
                    wasStarted = true;
                    started('started');
                    yield* two();
                  });
                  tg.createTask(three);
                  tg.createTask(three);
                  return value;
                },
                { limit: 1, errors: 'first' },
              );
            } finally {
              check(inputs.running === 0, `${inputs.running} run on behind the group`);
            }
          },
          { name: 'caller' },
        ),
      );
      yield* wait([task]);
      if (task.cancelled() || task.exception() !== undefined) {
        check(task.cancelling() > 0 || inputs.failures > 0, `${task} was stopped by nothing`);
      } else {
        check(wasStarted && task.result() === 'started', `${task}`);
        check(task.cancelling() === 0, `${task} lost a request`);
      }
    },
  },
];
