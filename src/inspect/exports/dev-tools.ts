import { checkFlag, checkOptions } from '../../core/checks.ts';
import { CANCELLED, FAILED } from '../../core/future-state.ts';
import type { Task } from '../../core/task.ts';
import { addInstrument } from '../instruments/add-instrument.ts';
import type { Instrument, JobEvent } from '../instruments/instrument.ts';
import { taskNameOf } from '../task-name.ts';

/** The options of `showInDevTools()`. */
export interface DevToolsOptions {
  /** True if the steps of tasks get a track of their own. Default: true. */
  readonly steps?: boolean | undefined;
}

/** `console.timeStamp()` as Chromium has it: with a begin, an end and a track. */
type TimeStamp = (
  label: string,
  begin: number,
  end: number,
  track: string,
  group: string,
  color: string,
) => void;

const group = 'skein';

/** The colours are those that the panel has names for. */
const colorOf = {
  finished: 'secondary',
  failed: 'error',
  cancelled: 'tertiary',
} as const;

type Outcome = keyof typeof colorOf;

function outcomeOf(task: Task<unknown>): Outcome {
  const state = task._state;
  if (state === FAILED) return 'failed';
  return state === CANCELLED ? 'cancelled' : 'finished';
}

function labelOf(name: string, outcome: Outcome): string {
  return outcome === 'finished' ? name : `${name} (${outcome})`;
}

function timeStamp(): TimeStamp {
  const { console } = globalThis as { console?: { timeStamp?: TimeStamp } };
  if (typeof console?.timeStamp !== 'function')
    throw new Error(
      'There is no `console.timeStamp` here: `showInDevTools()` is for pages in Chromium 134 and later.',
    );
  const { timeStamp } = console;
  return (...entry) => timeStamp.apply(console, entry);
}

/** What shows all that ends from now on. Times are those of the page, by `performance.now()`. */
class Tracks implements Instrument {
  readonly #show = timeStamp();
  /** When the tasks began that are not done. Of a task that is older nothing is known. */
  readonly #began = new WeakMap<Task<unknown>, number>();
  /** When the steps began that are not over, the innermost last. */
  readonly #steps: number[] = [];
  stepBegins?: () => void;
  stepEnds?: (task: Task<unknown>) => void;

  constructor(showsSteps: boolean) {
    if (!showsSteps) return;
    this.stepBegins = () => {
      this.#steps.push(performance.now());
    };
    this.stepEnds = (task) => {
      const began = this.#steps.pop();
      if (began === undefined) return;
      this.#show(taskNameOf(task), began, performance.now(), 'steps', group, 'primary');
    };
  }

  taskCreated(task: Task<unknown>): void {
    this.#began.set(task, performance.now());
  }

  taskDone(task: Task<unknown>): void {
    const began = this.#began.get(task);
    if (began === undefined) return;
    const outcome = outcomeOf(task);
    const label = labelOf(taskNameOf(task), outcome);
    this.#show(label, began, performance.now(), 'tasks', group, colorOf[outcome]);
  }

  jobEnds({ name, queuedAt, endedAt, outcome = 'finished' }: JobEvent): void {
    const end = endedAt ?? performance.now();
    this.#show(labelOf(name, outcome), queuedAt, end, 'jobs', group, colorOf[outcome]);
  }
}

/**
 * Shows tasks, their steps and jobs of executors in the Performance panel of Chromium's DevTools, until the result is disposed: a group
 * `skein` with a track for each of the three. A task is there from its begin to its end, once it has ended.
 *
 * The page keeps nothing of it: the panel has what happens while it records. It is for development.
 *
 * @param options - `steps`: see {@link DevToolsOptions}.
 * @returns What ends it, by `using` or by `[Symbol.dispose]()`.
 * @throws Error in a host without `console.timeStamp()`; TypeError for options that are none.
 * @see https://developer.chrome.com/docs/devtools/performance/extension for `console.timeStamp()` with a track.
 *
 * @example
 * ```ts no-run
 * import { createTask, run, sleep } from 'skein';
 * import { showInDevTools } from 'skein/inspect';
 *
 * const shown = showInDevTools();
 * await run(async () => {
 *   await createTask(sleep(1), { name: 'pause' });
 * });
 * shown[Symbol.dispose]();
 * ```
 */
export function showInDevTools(options: DevToolsOptions = {}): Disposable {
  checkOptions('showInDevTools', options, ['steps']);
  const { steps = true } = options;
  checkFlag('showInDevTools', '`steps`', steps);
  return addInstrument(new Tracks(steps));
}
