/** What `explore()` says of a program of test/unit/testing/explore/bugs.ts. */
import { ExplorationError, type ExploreOptions, explore } from 'skein/testing';
import { type Bug, limitOf } from '../../test/unit/testing/explore/bugs.ts';

/** The failure that is found; undefined if none is. */
export function failureOf(bug: Bug, options: ExploreOptions): ExplorationError | undefined {
  try {
    explore((env) => bug.main(env, false), { orders: bug.orders, maxSteps: 500, ...options });
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
  return undefined;
}

/** What became of one bug. */
export interface Found {
  readonly bug: Bug;
  readonly failures: readonly ExplorationError[];
  /** What is not as it has to be. */
  readonly wrong: readonly string[];
}

/** Looks for a bug with each of the seeds, from 1 on. */
export function find(bug: Bug, seeds: number): Found {
  const wrong: string[] = [];
  if (failureOf(bug, { schedules: 1 }) !== undefined) wrong.push('fails in the usual order');
  const limit = limitOf(bug, 'mixed');
  const failures: ExplorationError[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const failure = failureOf(bug, { seed, schedules: limit });
    if (failure === undefined) wrong.push(`not found in ${limit} schedules with seed ${seed}`);
    else failures.push(failure);
  }
  const kinds = new Set(failures.map(({ kind }) => kind).filter((kind) => kind !== bug.fails));
  if (kinds.size > 0) wrong.push(`found as ${[...kinds]}, not as ${bug.fails}`);
  const long = failures.filter(({ departures }) => departures > bug.departures + 1).length;
  if (long > seeds / 25) wrong.push(`${long} explanations are longer than ${bug.departures + 1}`);
  return { bug, failures, wrong };
}

/** Explores the mended twin in all modes. Returns what was reported, or the number of schedules that passed. */
export function exploreTwin({ main }: Bug, schedules: number): ExplorationError | number {
  let passed = 0;
  try {
    for (const orders of ['fifo', 'tasks'] as const) {
      for (const eager of [false, true]) {
        const options = { orders, eager, schedules };
        passed += explore((env) => main(env, true), options).schedules;
      }
    }
  } catch (error) {
    if (error instanceof ExplorationError) return error;
    throw error;
  }
  return passed;
}
