/**
 * Where a unit test runs. They run in Node and in Chromium; `test.runIf(inNode)` marks what needs more of its host than
 * browsers have: the async context, by which a task is known after an await of a promise of the host, and the process.
 */
interface NodeProcess {
  readonly env?: Record<string, string | undefined>;
  getBuiltinModule?(id: string): unknown;
  listenerCount?(event: string): number;
  on?(event: string, listener: (value: unknown) => void): void;
  off?(event: string, listener: (value: unknown) => void): void;
}

export const { process } = globalThis as { process?: NodeProcess };

export const inNode: boolean = process?.getBuiltinModule !== undefined;

/** What the environment says; in a browser, what the test runner was told of it. */
export function setting(name: string): string | undefined {
  return process?.env?.[name] ?? (import.meta as { env?: Record<string, string> }).env?.[name];
}

/**
 * Calls `listener` with the reason of each rejection that the host finds nobody handles, so that the test runner does not
 * take it for a mistake. The answer takes that back.
 */
export function onUnhandledRejection(listener: (reason: unknown) => void): () => void {
  if (inNode) {
    process?.on?.('unhandledRejection', listener);
    return () => process?.off?.('unhandledRejection', listener);
  }
  const heard = (event: PromiseRejectionEvent): void => {
    event.preventDefault();
    event.stopImmediatePropagation();
    listener(event.reason);
  };
  // Before the listener of the test runner.
  addEventListener('unhandledrejection', heard, { capture: true });
  return () => removeEventListener('unhandledrejection', heard, { capture: true });
}

/** Settles after the host had a turn: for timers, for messages, for what it keeps of what was looked at. */
export function hostTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
