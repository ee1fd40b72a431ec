import { checkFlag, checkOptions } from './checks.ts';
import { type Context, checkContext } from './context.ts';
import { unexpected } from './expected.ts';
import { checkKnownOptions } from './known-options.ts';
import { nameText } from './task-text.ts';

/** The options of a task, given when it is created. */
export interface TaskOptions {
  /** Shown in text forms and reports; anything but a string is turned into one. Default: `Task-1`, `Task-2`, … */
  name?: unknown | undefined;
  /** The context that the task runs in. Default: a copy of the current context. */
  context?: Context | undefined;
  /** Cancels the task when it aborts, with its reason. */
  signal?: AbortSignal | undefined;
  /** Makes the first step at once, inside this call, if the loop is open. Default: as the loop's task factory does. */
  eagerStart?: boolean | undefined;
  /**
   * Repeats a request to cancel the task: once it is cancelled, each of its waits throws a CancelledError. So code that catches
   * one and goes on does no more work. Default: false, each request is delivered once.
   */
  level?: boolean | undefined;
}

/** Options that were read once and checked: they run no code of the program any more. */
export interface CheckedTaskOptions {
  readonly name: string | undefined;
  readonly context: Context | undefined;
  readonly signal: AbortSignal | undefined;
  readonly eagerStart: boolean | undefined;
  readonly level: boolean | undefined;
}

const known: readonly string[] = ['name', 'context', 'signal', 'eagerStart', 'level'];
const knownWithLoop: readonly string[] = [...known, 'loop'];

/**
 * Reads and checks the options before anything is started.
 *
 * @param withLoop - True for `new Task()`, whose options have a `loop` too.
 * @throws TypeError when one has the wrong type, or is not known; what a getter or the `toString()` of the name throws.
 */
export function checkTaskOptions(options: TaskOptions, withLoop: boolean): CheckedTaskOptions {
  checkTaskOptionsObject(options);
  checkKnownOptions('createTask', options, withLoop ? knownWithLoop : known);
  const { name, context, signal, eagerStart, level } = options;
  if (signal !== undefined && !isSignal(signal)) {
    throw unexpected('createTask', '`signal` to be an AbortSignal', signal);
  }
  if (context !== undefined) checkContext('createTask', context);
  checkFlag('createTask', '`eagerStart`', eagerStart);
  checkFlag('createTask', '`level`', level);
  const text = name === undefined ? undefined : nameText('createTask', name);
  return { name: text, context, signal, eagerStart, level };
}

/** @throws TypeError when it is not an object of options. */
export function checkTaskOptionsObject(options: unknown): void {
  checkOptions('createTask', options);
}

/** Tells whether `value` has the shape of an AbortSignal: polyfills have classes of their own. */
function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}
