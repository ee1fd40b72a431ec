/** The global scope of a Web Worker, by what is used of it. */
export interface WebWorkerScope {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  close(): void;
  addEventListener(type: string, listener: (event: never) => void): void;
}

/** The scope that this runs in, if that is a Web Worker's. */
export function webWorkerScope(): WebWorkerScope | undefined {
  const scope = globalThis as { WorkerGlobalScope?: abstract new () => unknown };
  const { WorkerGlobalScope } = scope;
  if (WorkerGlobalScope === undefined || !(scope instanceof WorkerGlobalScope)) return undefined;
  return scope as unknown as WebWorkerScope;
}
