import type { EventLoop } from './event-loop.ts';
import type { Future } from './future.ts';
import type { Handle } from './handle.ts';
import { seams } from './seams.ts';
import type { StackFrame } from './stack-frames.ts';
import { describe, safely } from './text.ts';

/**
 * The report that an exception handler is given: the failure, and what is known of its place.
 *
 * Follows the `context` of `loop.call_exception_handler()`.
 */
export interface ExceptionContext {
  /** A sentence that says what happened. */
  readonly message: string;
  /** The value that was thrown. JavaScript can throw `undefined`: ask `'exception' in context`. */
  readonly exception?: unknown;
  /** The future or task that failed. */
  readonly future?: Future<unknown>;
  /** The callback that threw. */
  readonly handle?: Handle;
  /** The text form of the future, kept because the future may be garbage-collected already. */
  readonly text?: string;
  /** The stack where the future or the handle was made, in debug mode. */
  readonly creation?: string;
  /** The places in the user's code where it happened, as far as debug mode knows; the innermost first. */
  readonly stack?: readonly StackFrame[];
  /** Set if nothing failed: the report is a warning of debug mode. */
  readonly warning?: true;
}

/**
 * A function that gets the reports of failures which no code handles. Without one, they are written to the console. If the
 * handler itself throws, that error and the report go to the console.
 *
 * @example
 * ```ts
 * import { EventLoop } from 'skein';
 *
 * const loop = new EventLoop();
 * const messages: string[] = [];
 * loop.setExceptionHandler((_loop, { message }) => messages.push(message));
 * loop.callExceptionHandler({ message: 'The disk is full' });
 * messages; // => ['The disk is full']
 * ```
 *
 * Follows the handler of `loop.set_exception_handler()`.
 */
export type ExceptionHandler = (loop: EventLoop, context: ExceptionContext) => void;

/** Writes the report to the console's error stream, as an error or as a warning. */
function defaultExceptionHandler(context: ExceptionContext): void {
  const lines = [context.message];
  const text = context.text ?? textOf(context.future) ?? textOf(context.handle);
  if (text !== undefined) lines.push(text);
  lines.push(...(seams.texts?.placesIn(context) ?? []));
  if (context.warning) console.warn(lines.join('\n'));
  else if ('exception' in context) printException(lines.join('\n'), context.exception);
  else console.error(lines.join('\n'));
}

function textOf(subject: Future<unknown> | Handle | undefined): string | undefined {
  return subject === undefined ? undefined : safely(() => subject.toString());
}

/** The console looks into the exception, where code of the program may throw. Then the text alone is printed. */
function printException(text: string, exception: unknown): void {
  try {
    console.error(text, '\n', exception);
  } catch {
    console.error(`${text}\n${describe(exception)}`);
  }
}

/** Calls the handler; a handler that throws is reported by the default one, and that one never stops the loop. */
export function handleException(
  handler: ExceptionHandler | undefined,
  loop: EventLoop,
  context: ExceptionContext,
): void {
  try {
    if (handler !== undefined) return handler(loop, context);
  } catch (exception) {
    report({
      message: 'Exception in the exception handler, while it handled the next one',
      exception,
    });
  }
  report(context);
}

function report(context: ExceptionContext): void {
  try {
    defaultExceptionHandler(context);
  } catch {
    // The console itself failed. There is no other place to report to, and the loop must go on.
  }
}
