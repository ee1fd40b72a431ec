import { checkNumber, checkOptions } from '../../core/checks.ts';
import { current, getEventLoop } from '../../core/current.ts';
import { addStepTaker } from '../instruments/add-instrument.ts';
import { TaskRecorder } from './recorder.ts';
import type { Recording } from './recording.ts';

/** The options of `recordTasks()`. */
export interface RecordOptions {
  /** How many of the last steps are kept, 20 bytes each; rounded up to a power of two. Default: 65,536. */
  readonly steps?: number | undefined;
  /**
   * How many tasks that have ended are kept, beside those whose steps are kept. Tasks that are alive are always kept. Default: Infinity; a program
   * that is recorded for hours needs a limit.
   */
  readonly tasks?: number | undefined;
}

/** A recording that goes on. */
export interface Recorder extends Disposable {
  /** Returns what was recorded so far. It goes on. */
  take(): Recording;
  /** Ends it, as `using` does. `take()` still returns what was recorded. */
  stop(): void;
}

/** The recorders that go on, the one that began last at the end. */
const running: Recorder[] = [];

/** The recorder that began last, of those that go on. */
export function runningRecorder(): Recorder | undefined {
  return running.at(-1);
}

const fewestSteps = 16;
const mostSteps = 2 ** 26;

function checkAtLeast(what: string, value: number, least: number, most: number): void {
  checkNumber('recordTasks', `\`${what}\``, value);
  if (value >= least && value <= most) return;
  throw new RangeError(
    `\`recordTasks()\` expected \`${what}\` to be from ${least} to ${most}, but got ${value}.`,
  );
}

/**
 * Records what the tasks of all loops of this thread do: births, steps, waits, cancellations, jobs, deaths. A step of a
 * coroutine costs some 50 to 70 ns more while it goes on, of which a look at the clock takes 40; an `await` in an async function, which
 * takes two such looks, some 150 to 180 ns. Beside another instrument that hears of steps, or in a program that ran before without a recorder, a step
 * costs up to 100 ns more.
 *
 * @throws TypeError for options that are none; RangeError for numbers out of range.
 *
 * @example
 * ```ts
 * import { createTask, run, sleep } from 'skein';
 * import { recordTasks } from 'skein/inspect';
 *
 * using recorder = recordTasks();
 * await run(async () => {
 *   await createTask(sleep(5), { name: 'pause' });
 * });
 * const { tasks, lost } = recorder.take();
 * tasks.find(({ name }) => name === 'pause')?.outcome; // => 'finished'
 * lost.steps; // => 0
 * ```
 */
export function recordTasks(options: RecordOptions = {}): Recorder {
  checkOptions('recordTasks', options, ['steps', 'tasks']);
  const { steps = 65_536, tasks = Number.POSITIVE_INFINITY } = options;
  checkAtLeast('steps', steps, fewestSteps, mostSteps);
  checkAtLeast('tasks', tasks, 0, Number.POSITIVE_INFINITY);
  const recorder = new TaskRecorder({ steps, tasks });
  const added = addStepTaker(recorder);
  const { loop, defaultLoop, entered } = current;
  if ((loop ?? defaultLoop ?? entered?.innermost) !== undefined) recorder.see(getEventLoop());
  const stop = (): void => {
    added[Symbol.dispose]();
    const at = running.indexOf(made);
    if (at !== -1) running.splice(at, 1);
  };
  const made: Recorder = Object.freeze({
    take: () => recorder.take(),
    stop,
    [Symbol.dispose]: stop,
  });
  running.push(made);
  return made;
}
