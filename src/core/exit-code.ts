/**
 * The exit code of the program, where the library knows better than the host: after a signal, and after failures that nothing
 * retrieved. A code that the program set itself wins.
 */

import { tellLost } from './lost-in-worker.ts';

interface ExitProcess {
  exitCode?: number | string | null | undefined;
  on?(event: string, fn: (error: unknown) => void): void;
  once?(event: string, fn: () => void): void;
  off?(event: string, fn: () => void): void;
  /** Set while `exit` listeners run. */
  readonly _exiting?: boolean;
  listenerCount?(event: string): number;
}

const { process } = globalThis as { readonly process?: ExitProcess };

const codes = new WeakMap<object, number>();
let isListening = false;

/** Called when nothing caught `error`, before the host prints it and ends the program. */
function uncaught(error: unknown): void {
  const code = codes.get(error as object);
  if (process === undefined || code === undefined) return;
  // The program has a listener for errors that nothing catches. Then the program decides whether it ends.
  if ((process.listenerCount?.('uncaughtException') ?? 0) > 0) return;
  const own = process.exitCode;
  // Node sets 1 meanwhile.
  process.once?.('exit', () => {
    process.exitCode = own ?? code;
  });
}

/** Has the program end with `code` if nothing catches `error`. */
export function setCodeOfUncaught(error: Error, code: number): void {
  codes.set(error, code);
  if (isListening) return;
  isListening = true;
  process?.on?.('uncaughtExceptionMonitor', uncaught);
}

/** The number of failures that were told and that nothing retrieved so far. */
let lostFailures = 0;
/** True if the exit code is that of lost failures. */
let isCodeOfLost = false;

/** The program ends, or is about to. Both events are needed: `signal-exit` sets 0 before `exit` reaches its listeners. */
function markLost(): void {
  // A listener that was called before this one may have retrieved the last of them.
  if (lostFailures === 0 || process === undefined || process.exitCode !== undefined) return;
  process.exitCode = 1;
  isCodeOfLost = true;
}

/** Counts lost failures: `change` more of them, or fewer if it is below 0. If there are some when the program ends, it ends with code 1. */
export function countLost(change: number): void {
  tellLost(change);
  const before = lostFailures;
  lostFailures = Math.max(0, before + change);
  if (lostFailures > 0) {
    if (before === 0) for (const event of ['beforeExit', 'exit']) process?.on?.(event, markLost);
    // Its listeners are being called, and do not include ours.
    if (isExiting()) markLost();
    return;
  }
  for (const event of ['beforeExit', 'exit']) process?.off?.(event, markLost);
  if (process === undefined || !isCodeOfLost) return;
  process.exitCode = undefined;
  isCodeOfLost = false;
}

/** Tells whether the program is ending, so that nothing asynchronous happens any more. */
export function isExiting(): boolean {
  return process?._exiting === true;
}
