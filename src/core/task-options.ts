import { Context } from './context.ts';
import { describe } from './text.ts';

/** The options of a task, given when it is created. */
export interface TaskOptions {
  /** Shown in text forms and reports; anything but a string is turned into one. Default: `Task-1`, `Task-2`, … */
  name?: unknown;
  /** The context that the task runs in. Default: a copy of the current context. */
  context?: Context;
  /** Cancels the task when it aborts, with its reason. */
  signal?: AbortSignal;
  /** Makes the first step at once, inside this call, if the loop is open. Default: as the loop's task factory does. */
  eagerStart?: boolean;
}

/**
 * Checks the options before anything is started.
 *
 * @throws TypeError when one has the wrong type.
 */
export function checkTaskOptions({ context, signal }: TaskOptions): void {
  if (signal !== undefined && !isSignal(signal)) {
    const hint = isSignal((signal as { signal?: unknown } | null)?.signal)
      ? ' Pass `controller.signal`.'
      : '';
    throw new TypeError(
      `\`createTask()\` expected \`signal\` to be an AbortSignal, but got ${describe(signal)}.${hint}`,
    );
  }
  if (context !== undefined && !(context instanceof Context)) {
    throw new TypeError(
      `\`createTask()\` expected \`context\` to be a Context, but got ${describe(context)}. Make one with \`copyContext()\`.`,
    );
  }
}

/** Tells whether `value` has the shape of an AbortSignal: polyfills have classes of their own. */
function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener } = (value ?? {}) as Partial<AbortSignal>;
  return typeof aborted === 'boolean' && typeof addEventListener === 'function';
}
