import type { Context } from './context.ts';

export interface TaskOptions {
  /** Shown in text forms and reports; anything but a string is turned into one. Default: `Task-1`, `Task-2`, … */
  name?: unknown;
  /** What the task runs in. Default: a copy of the current context. */
  context?: Context;
  /** Cancels the task when it aborts, with its reason. */
  signal?: AbortSignal;
  /** Makes the first step at once, inside this call, if the loop is running. Default: what the loop's task factory does. */
  eagerStart?: boolean;
}
