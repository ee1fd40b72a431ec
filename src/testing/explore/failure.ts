import { safely } from '../../core/text.ts';

/**
 * How a run failed:
 *
 * | kind               | meaning                                                                                  |
 * |--------------------|------------------------------------------------------------------------------------------|
 * | `error`            | main threw                                                                               |
 * | `deadlock`         | main waits, and nothing can happen any more                                              |
 * | `livelock`         | the run went on for `maxSteps` steps, though all that could happen got its turn          |
 * | `leak`             | a task outlived main                                                                     |
 * | `check`            | `env.atEnd()` or `check` threw                                                           |
 * | `unhandled`        | a callback threw, or the exception of a task was never retrieved                         |
 * | `nondeterministic` | the same decisions led to another run                                                    |
 */
export type FailureKind =
  | 'error'
  | 'deadlock'
  | 'livelock'
  | 'leak'
  | 'unhandled'
  | 'check'
  | 'nondeterministic';

export interface Failure {
  readonly kind: FailureKind;
  /** The original error. */
  readonly cause: unknown;
  /** What is wrong, in a sentence or more. */
  readonly text: string;
  /** Lines that say more: the tasks that wait, or that are left. */
  readonly details: readonly string[];
}

/**
 * Two failures with the same key count as one while a schedule is made shorter. Numbers and quoted texts may differ, and what
 * follows the first line: a comparison of values, or a list.
 */
export function keyOf({ kind, cause, text }: Failure): string {
  const name = safely(() => (cause instanceof Error ? String(cause.name) : typeof cause));
  const [line] = text.split('\n', 1) as [string];
  return `${kind} ${name} ${line.replace(/'[^']*'|"[^"]*"/g, "''").replace(/\d+/g, '0')}`;
}

/** The message of an error, or the text of another value that was thrown. */
export function messageOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return `${String(thrown)} was thrown`;
    return String(thrown.message === '' ? thrown.name : thrown.message);
  } catch {
    return 'a value without a text form was thrown';
  }
}

/** The program goes on and on. */
export function livelock(steps: number, time: number): Failure {
  const moved = time === 0 ? 'and it is still 0 ms' : `time went on to ${time} ms`;
  const text = `no end after ${steps} steps, ${moved}`;
  return { kind: 'livelock', cause: new Error(text), text, details: [] };
}
