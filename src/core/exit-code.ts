/** The exit code of the program, where the library knows better than the host. A code that the program set itself wins. */

interface ExitProcess {
  exitCode?: number | string | null | undefined;
  on?(event: string, fn: (error: unknown) => void): void;
  once?(event: string, fn: () => void): void;
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
