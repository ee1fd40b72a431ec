import { nameErrors } from './names-of-errors.ts';

/**
 * Thrown by `run()` when the user pressed Ctrl-C and the main task ended because of it. A program that does not catch it ends
 * with exit code 130, unless it has set a code of its own.
 *
 * @example
 * ```ts
 * import { KeyboardInterrupt, run, sleep } from 'skein';
 *
 * try {
 *   await run(() => sleep(5));
 * } catch (error) {
 *   if (!(error instanceof KeyboardInterrupt)) throw error;
 *   console.error('Stopped.');
 * }
 * ```
 *
 * Follows `KeyboardInterrupt` as `asyncio.run()` throws it.
 */
export class KeyboardInterrupt extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'interrupted';
  /** What shells say of a program that SIGINT ended. */
  readonly exitCode = 130;

  static {
    nameErrors(this, 'KeyboardInterrupt');
  }

  /** Its message is always the same. */
  constructor() {
    super('Interrupted from the keyboard (SIGINT).');
  }
}

/**
 * Thrown by `run()` when the program was asked to end with SIGTERM (`kill`, a service manager, a container) and the main task
 * ended because of it. A program that does not catch it ends with exit code 143, unless it has set a code of its own.
 *
 * @example
 * ```ts
 * import { run, sleep, SystemExit } from 'skein';
 *
 * try {
 *   await run(() => sleep(5));
 * } catch (error) {
 *   if (!(error instanceof SystemExit)) throw error;
 *   process.exitCode = error.exitCode;
 * }
 * ```
 *
 * Follows `SystemExit`. Differs: `run()` throws it by itself; in Python a program raises it in a handler of its own.
 */
export class SystemExit extends Error {
  /** Stays the same in all versions, for logs and for what crosses processes. */
  readonly code = 'terminated';
  /** What shells say of a program that SIGTERM ended. */
  readonly exitCode = 143;

  static {
    nameErrors(this, 'SystemExit');
  }

  /** Its message is always the same. */
  constructor() {
    super('Asked to end (SIGTERM).');
  }
}
