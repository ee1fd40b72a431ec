import { checkFlag, checkNumber, checkOptions } from '../../core/checks.ts';
import type { Task } from '../../core/task.ts';
import { describe } from '../../core/text.ts';
import { environmentVariable } from './environment-variable.ts';
import type { FinishedRun } from './plan.ts';
import { refuseUnfinished } from './unfinished-checks.ts';

/** The ways to look for a schedule that fails. */
export type StrategyName = 'mixed' | 'departures' | 'random' | 'lots' | 'pct';

/** The options of {@link explore}. */
export interface ExploreOptions {
  /** The greatest number of schedules. Default: 1000. `SKEIN_EXPLORE_SCHEDULES` takes its place. */
  schedules?: number | undefined;
  /** No further schedule begins after so many ms. Default: no such limit, so that a test tries the same ones each time. */
  ms?: number | undefined;
  /**
   * `fifo`: only what is undecided in production varies: answers from outside, time, cancellations, failures. `tasks`: any task
   * that is ready may go next. `both`: half of the schedules each. Default: 'fifo'.
   */
  orders?: 'fifo' | 'tasks' | 'both' | undefined;
  /** The seed of what is random. Default: 20260101. `SKEIN_EXPLORE_SEED` takes its place. */
  seed?: number | undefined;
  /** How to look for a schedule that fails. Default: 'mixed', all of them in turn. */
  strategy?: StrategyName | undefined;
  /** The greatest number of cancellations in a run, of tasks that may be cancelled. Default: 1. */
  cancellations?: number | undefined;
  /** The greatest number of failures in a run, of what may fail. Default: 2. */
  faults?: number | undefined;
  /** After so many steps a run counts as a livelock. Default: 10,000. */
  maxSteps?: number | undefined;
  /** `strict`: a task that outlives main is a failure. `cancel`: it is cancelled, as `run()` does. Default: 'strict'. */
  afterMain?: 'strict' | 'cancel' | undefined;
  /** Tasks start eagerly. `both`: half of the schedules each. Default: false. */
  eager?: boolean | 'both' | undefined;
  /** Runs this one schedule only, as the explanation of a failure names it. */
  replay?: string | undefined;
  /**
   * The file in which a schedule that fails is recorded, with its explanation: `skein open FILE` shows both. Default: none.
   * `SKEIN_EXPLORE_RECORD` takes its place. In Node, Deno and Bun.
   */
  record?: string | undefined;
  /** `refuse`: a promise that nothing in here settles is a failure. `wait`: it is waited for, in real time. Default: 'refuse'. */
  outside?: 'refuse' | 'wait' | undefined;
  /** `Date.now()`, `performance.now()` and `Math.random()` follow the loop's clock and the seed. Default: false. */
  pin?: boolean | undefined;
  /** Tasks that may be cancelled, beside those given to `env.mayCancel()`. */
  mayCancel?: ((task: Task<unknown>) => boolean) | undefined;
  /** Called after each run, when nothing can happen any more. What it throws is the failure of the schedule. */
  check?: ((run: FinishedRun) => void) | undefined;
  /** Schedules that are tried first: what was found stays found. */
  examples?: readonly string[] | undefined;
}

/** What one run needs to know of the options. */
export type RunSettings = Pick<
  Settings,
  | 'afterMain'
  | 'cancellations'
  | 'check'
  | 'faults'
  | 'maxSteps'
  | 'mayCancel'
  | 'outside'
  | 'pin'
  | 'seed'
>;

type Given<T> = { [Name in keyof T]-?: Exclude<T[Name], undefined> };

/** The options, checked and complete. */
export interface Settings
  extends Given<Omit<ExploreOptions, 'mayCancel' | 'check' | 'replay' | 'record'>> {
  readonly mayCancel: ((task: Task<unknown>) => boolean) | undefined;
  readonly check: ((run: FinishedRun) => void) | undefined;
  readonly replay: string | undefined;
  readonly record: string | undefined;
}

const defaults = {
  schedules: 1000,
  ms: Number.POSITIVE_INFINITY,
  orders: 'fifo',
  seed: 20260101,
  strategy: 'mixed',
  cancellations: 1,
  faults: 2,
  maxSteps: 10_000,
  afterMain: 'strict',
  eager: false,
  replay: undefined,
  record: undefined,
  outside: 'refuse',
  pin: false,
  mayCancel: undefined,
  check: undefined,
  examples: [],
} as const satisfies Settings;

const words: Record<string, readonly unknown[]> = {
  orders: ['fifo', 'tasks', 'both'],
  strategy: ['mixed', 'departures', 'random', 'lots', 'pct'],
  afterMain: ['strict', 'cancel'],
  eager: [true, false, 'both'],
  outside: ['refuse', 'wait'],
};
const counts: Record<string, number> = {
  schedules: 1,
  ms: 0,
  cancellations: 0,
  faults: 0,
  maxSteps: 1,
};

/** @throws TypeError and RangeError for options that are not known, or of the wrong type. */
export function settingsOf(options: ExploreOptions): Settings {
  checkOptions('explore', options, Object.keys(defaults));
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const settings: Settings = {
    ...defaults,
    ...Object.fromEntries(given),
    ...environmentSettings(),
  };
  for (const [name, allowed] of Object.entries(words)) {
    checkWord(name, settings[name as keyof Settings], allowed);
  }
  for (const [name, least] of Object.entries(counts)) {
    checkCount(name, settings[name as keyof Settings], least);
  }
  checkNumber('explore', '`seed`', settings.seed);
  checkFlag('explore', '`pin`', settings.pin);
  checkRecord(settings.record);
  checkFunction('check', settings.check);
  checkFunction('mayCancel', settings.mayCancel);
  checkTexts('examples', settings.examples);
  return settings;
}

function checkWord(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  const all = allowed.map((each) => (typeof each === 'string' ? `'${each}'` : String(each)));
  throw new TypeError(
    `\`explore()\` expected \`${name}\` to be one of ${all.join(', ')}, but got ${describe(value)}.`,
  );
}

function checkCount(name: string, value: unknown, least: number): void {
  checkNumber('explore', `\`${name}\``, value);
  if ((value as number) >= least) return;
  throw new RangeError(
    `\`explore()\` expected \`${name}\` to be ${least} or more, but got ${describe(value)}.`,
  );
}

function checkTexts(name: string, value: unknown): void {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return;
  throw new TypeError(
    `\`explore()\` expected \`${name}\` to be a list of texts, but got ${describe(value)}.`,
  );
}

function checkRecord(value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '')) return;
  throw new TypeError(
    `\`explore()\` expected \`record\` to be the name of a file, but got ${describe(value)}.`,
  );
}

function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(
      `\`explore()\` expected \`${name}\` to be a function, but got ${describe(value)}.`,
    );
  }
  refuseUnfinished(`\`explore()\` expected \`${name}\` to be`, value);
}

function environmentSettings(): { seed?: number; schedules?: number; record?: string } {
  const seed = environmentNumber('SKEIN_EXPLORE_SEED');
  const schedules = environmentNumber('SKEIN_EXPLORE_SCHEDULES');
  const record = environmentVariable('SKEIN_EXPLORE_RECORD');
  return {
    ...(seed !== undefined && { seed }),
    ...(schedules !== undefined && { schedules }),
    ...(record !== undefined && { record }),
  };
}

function environmentNumber(name: string): number | undefined {
  const text = environmentVariable(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new RangeError(`\`${name}\` expected a whole number, but got ${describe(text)}.`);
}
