/** One task that makes calls of an object, one after the other: what several tasks saw of the object is compared with that. */
import { type Coroutine, isCoroutine, isPromiseLike } from '../../core/coroutine.ts';
import { createTask } from '../../core/create-task.ts';
import { isFuture } from '../../core/is-future.ts';
import type { Task } from '../../core/task.ts';
import { type Operation, type Operations, outcomeOf, perform } from './calls.ts';
import { Replaying } from './decisions.ts';
import type { Environment } from './environment.ts';
import { Stage } from './exploration-loop.ts';
import { Run } from './run.ts';
import { settingsOf } from './settings.ts';

/** Calls of which it is not known yet what comes of them, made by one task. */
export class UnknownCalls {
  readonly names: readonly string[];

  constructor(names: readonly string[]) {
    this.names = names;
  }
}

/** Makes calls in the usual order. What came of each sequence is remembered. */
export class Alone<T extends object> {
  readonly #make: (env: Environment) => T;
  readonly #operations: Operations<T>;
  readonly #known = new Map<string, readonly string[]>();
  readonly #stage = new Stage();
  readonly #settings = settingsOf({ cancellations: 0, faults: 0, afterMain: 'cancel' });
  /** True if one of the calls returns a promise: then a run needs turns of the host. */
  readonly isAsync: boolean;

  constructor(make: (env: Environment) => T, operations: Operations<T>) {
    this.#make = make;
    this.#operations = operations;
    this.isAsync = this.#returnsPromise();
  }

  /**
   * What comes of each of the calls, when all is quiet after the last one.
   *
   * @throws UnknownCalls if `learn()` has to be called for these first.
   */
  outcomes(names: readonly string[]): readonly string[] {
    const known = this.#known.get(keyOf(names));
    if (known !== undefined) return known;
    if (this.isAsync) throw new UnknownCalls(names);
    const trial = this.#trialOf(names);
    trial.run.advance();
    return this.#note(names, trial);
  }

  /** Finds out what comes of calls, some of which are async functions. */
  async learn({ names }: UnknownCalls): Promise<void> {
    const trial = this.#trialOf(names);
    while (trial.run.advance() === 'turn') await trial.run.turn();
    this.#note(names, trial);
  }

  #note(names: readonly string[], { run, outcomes }: Trial): readonly string[] {
    if (run.result.failure !== undefined) throw run.result.failure.cause;
    this.#known.set(keyOf(names), outcomes);
    return outcomes;
  }

  #trialOf(names: readonly string[]): Trial {
    const { isAsync } = this;
    const operations = this.#operations;
    const make = this.#make;
    const outcomes: string[] = [];
    const main = function* (env: Environment): Coroutine<void> {
      const object = make(env);
      const tasks: Task<unknown>[] = [];
      for (const name of names) {
        tasks.push(createTask(perform(operations[name] as Operation<T>, object, isAsync)));
        yield* env.quiet();
      }
      outcomes.push(...tasks.map((task) => outcomeOf(task, object)));
    };
    return { run: this.#runOf(main), outcomes };
  }

  #runOf(main: (env: Environment) => Coroutine<void>): Run {
    const plan = { orders: 'fifo', eager: false, decider: new Replaying([]) } as const;
    return new Run(main, this.#settings, plan, this.#stage);
  }

  /** Makes each call once, to see what it returns. What it throws is seen again when it counts. */
  #returnsPromise(): boolean {
    const operations = Object.values(this.#operations);
    const make = this.#make;
    let found = false;
    const main = function* (env: Environment): Coroutine<void> {
      const object = make(env);
      for (const operation of operations) {
        try {
          found = isForeignPromise(operation(object)) || found;
        } catch {}
      }
    };
    const run = this.#runOf(main);
    if (run.advance() === 'turn') run.abandon(new Error('This run was to see what calls return.'));
    return found;
  }
}

interface Trial {
  readonly run: Run;
  readonly outcomes: readonly string[];
}

function keyOf(names: readonly string[]): string {
  return names.join('\n');
}

/** Tells whether a call returned a promise, as an async function does. What it returned is let go. */
function isForeignPromise(made: unknown): boolean {
  if (isFuture(made)) return false;
  if (isCoroutine(made)) {
    made.return?.(undefined as never);
    return false;
  }
  if (!isPromiseLike(made)) return false;
  made.then(undefined, () => {});
  return true;
}
