import { checkBody } from '../../core/checks.ts';
import type { Coroutine } from '../../core/coroutine.ts';
import type { Environment, Main } from './environment.ts';
import { type ExploreReport, exploration } from './exploration.ts';
import { Stage } from './exploration-loop.ts';
import { messageOf } from './failure.ts';
import type { RunResult } from './plan.ts';
import { Run } from './run.ts';
import { type ExploreOptions, type Settings, settingsOf } from './settings.ts';
import type { Runs } from './shrink.ts';

/**
 * Runs a test under many legal orders, and throws an error for one in which it fails: the simplest it can find, with a drawing
 * of what happened and a text with which that schedule is run again.
 *
 * Orders differ in what is undecided in production: when and in which order the world outside answers, how long a step takes
 * when a deadline is near, when a task is cancelled, what fails. A test says with its {@link Environment} what that is.
 *
 * A run fails if main throws, if nothing can happen and main still waits, if a task outlives main, if an exception is not
 * handled, or if a check at the end throws. `main` is called for each run, and has to make all that it uses anew.
 *
 * With a coroutine it returns when all is done. With an async function it returns a promise, as the host has to have turns.
 *
 * @param main - The test: a generator function or an async function.
 * @param options - See {@link ExploreOptions}.
 * @returns How many schedules passed.
 * @throws ExplorationError for a schedule that fails; TypeError and RangeError for options that are not known or of a wrong type.
 *
 * @example
 * ```ts
 * import { createTask, gather } from 'skein';
 * import { explore } from 'skein/testing';
 *
 * explore(function* (env) {
 *   let balance = 100;
 *   function* withdraw(who: string, amount: number) {
 *     yield* env.answer(`${who} asks`);
 *     if (balance < amount) return;
 *     balance -= amount;
 *     yield* env.answer(`${who} is told`);
 *   }
 *   yield* gather([createTask(withdraw('ada', 80)), createTask(withdraw('bob', 80))]);
 *   if (balance < 0) throw new Error(`the account is overdrawn: ${balance}`);
 * }).exhausted; // => true
 * ```
 *
 * asyncio has no counterpart.
 */
export function explore(
  main: (environment: Environment) => Coroutine<void>,
  options?: ExploreOptions,
): ExploreReport;
export function explore(
  main: (environment: Environment) => PromiseLike<void>,
  options?: ExploreOptions,
): Promise<ExploreReport>;
export function explore(
  main: Main,
  options: ExploreOptions = {},
): ExploreReport | Promise<ExploreReport> {
  checkBody('explore', main);
  const settings = settingsOf(options);
  const search = exploration(settings);
  const stage = new Stage();
  for (let step = search.next(); ; ) {
    if (step.done) return step.value;
    const run = new Run(main, settings, step.value, stage);
    if (run.advance() === 'turn') {
      if (!run.mainIsAsync) throw run.abandon(coroutineMeetsPromise());
      return goOnLater({ search, main, settings, stage, checkLater: undefined }, run);
    }
    step = search.next(run.result);
  }
}

/**
 * Explores a coroutine that waits for async functions. `checkLater` is awaited after each run that passed; what it throws is the
 * failure of the schedule.
 */
export async function exploreAsync(
  main: Main,
  settings: Settings,
  checkLater: () => Promise<void>,
): Promise<ExploreReport> {
  const search = exploration(settings);
  const stage = new Stage();
  const first = search.next();
  if (first.done) return first.value;
  const run = new Run(main, settings, first.value, stage);
  return goOnLater({ search, main, settings, stage, checkLater }, run, run.advance());
}

interface Search {
  readonly search: Runs<ExploreReport>;
  readonly main: Main;
  readonly settings: Settings;
  readonly stage: Stage;
  readonly checkLater: (() => Promise<void>) | undefined;
}

/** Goes on with a search whose runs need turns of the host. */
async function goOnLater(
  { search, main, settings, stage, checkLater }: Search,
  first: Run,
  stateOfFirst: 'over' | 'turn' = 'turn',
): Promise<ExploreReport> {
  for (let run = first, state = stateOfFirst; ; ) {
    while (state === 'turn') {
      await run.turn();
      state = run.advance();
    }
    const { result } = run;
    const step = search.next(checkLater ? await checkedLater(result, checkLater) : result);
    if (step.done) return step.value;
    run = new Run(main, settings, step.value, stage);
    state = run.advance();
  }
}

async function checkedLater(
  result: RunResult,
  checkLater: () => Promise<void>,
): Promise<RunResult> {
  if (result.failure !== undefined) return result;
  try {
    await checkLater();
    return result;
  } catch (cause) {
    return { ...result, failure: { kind: 'check', cause, text: messageOf(cause), details: [] } };
  }
}

function coroutineMeetsPromise(): Error {
  return new Error(
    '`explore()` runs a coroutine at once, but this one waits for a promise or an async function, which needs turns of the host. Make main an async function: `await explore(async (env) => { … })`.',
  );
}
