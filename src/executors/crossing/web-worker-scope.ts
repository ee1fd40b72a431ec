/** The part of a Web Worker's global scope that is used here. */
export interface WebWorkerScope {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  close(): void;
  addEventListener(type: string, listener: (event: never) => void): void;
}

/** Returns the global scope if this code runs in a Web Worker; undefined anywhere else. */
export function webWorkerScope(): WebWorkerScope | undefined {
  const scope = globalThis as { WorkerGlobalScope?: abstract new () => unknown };
  const { WorkerGlobalScope } = scope;
  if (WorkerGlobalScope === undefined || !(scope instanceof WorkerGlobalScope)) return undefined;
  return scope as unknown as WebWorkerScope;
}
