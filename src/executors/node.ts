/**
 * The modules and objects of Node that the executors use (Bun and Deno have them too). They are reached without an import, so
 * that bundles for browsers do not refer to them. Their types have only the members that are used, so that users need not
 * install the types of Node.
 */

/** A `node:worker_threads` worker, seen from the thread that started it. */
export interface NodeWorker {
  readonly threadId: number;
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  terminate(): unknown;
  ref(): void;
  unref(): void;
  on(event: 'message' | 'messageerror' | 'error' | 'exit', listener: (value: never) => void): void;
}

/** A port of `node:worker_threads`. */
export interface NodePort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  on(event: 'message' | 'messageerror', listener: (value: never) => void): void;
}

export interface WorkerThreads {
  readonly isMainThread: boolean;
  readonly parentPort: NodePort | null;
  readonly Worker: new (
    entry: URL,
    options: {
      name?: string;
      execArgv?: string[];
      resourceLimits?: { maxOldGenerationSizeMb: number; maxYoungGenerationSizeMb: number };
    },
  ) => NodeWorker;
}

/** A process that `fork()` started. */
export interface NodeChild {
  readonly pid?: number;
  readonly connected: boolean;
  readonly channel?: { ref?(): void; unref?(): void } | null;
  send(message: unknown, done: (error: unknown) => void): unknown;
  kill(signal: string): unknown;
  ref(): void;
  unref(): void;
  on(event: 'message' | 'error', listener: (value: never) => void): void;
  on(event: 'exit', listener: (code: number | null, signal: string | null) => void): void;
  on(event: 'disconnect', listener: () => void): void;
}

export interface ChildProcesses {
  fork(
    entry: URL,
    args: readonly string[],
    options: {
      serialization: 'advanced';
      execArgv?: string[];
      stdio?: readonly (number | 'ipc')[];
      env?: Record<string, string | undefined>;
    },
  ): NodeChild;
}

export interface NodeStream {
  write(text: string, then: () => void): unknown;
}

interface NodeProcess {
  readonly argv?: readonly string[];
  readonly pid?: number;
  readonly execArgv?: readonly string[];
  /** Set while `exit` listeners run: nothing asynchronous happens any more. */
  readonly _exiting?: boolean;
  readonly stdout?: NodeStream;
  readonly stderr?: NodeStream;
  readonly env?: Record<string, string | undefined>;
  readonly connected?: boolean;
  on?(event: string, listener: (value: never) => void): unknown;
  off?(event: string, listener: (value: never) => void): unknown;
  listenerCount?(event: string): number;
  send?(message: unknown): unknown;
  cwd?(): string;
  exit?(code?: number): never;
  kill?(pid: number, signal: string): unknown;
  getBuiltinModule?(id: string): unknown;
}

interface Builtins {
  'node:worker_threads': WorkerThreads;
  'node:child_process': ChildProcesses;
  'node:fs': {
    existsSync(file: URL): boolean;
    openSync(file: string, flags: string, mode: number): number;
    unlinkSync(file: string): void;
    closeSync(fd: number): void;
    fstatSync(fd: number): { readonly ino: number };
    readSync(fd: number, into: ArrayBufferView, at: number, length: number, from: number): number;
    writeSync(fd: number, from: ArrayBufferView, at: number, length: number, to: number): number;
  };
  'node:crypto': { readonly [name: string]: { readonly prototype: object } };
  'node:net': { readonly [name: string]: { readonly prototype: object } };
  'node:util': { readonly types: { isProxy(value: unknown): boolean } };
  'node:os': { availableParallelism(): number; tmpdir(): string };
  'node:module': {
    createRequire(from: string | URL): { (id: string): unknown; resolve(id: string): string };
  };
}

const host = globalThis as unknown as {
  process?: NodeProcess;
  navigator?: { hardwareConcurrency?: number };
};

/** The host's `process`, or an empty object where there is none. */
export const process: NodeProcess = host.process ?? {};

/** The runtime that this code runs in. */
export const runtime: 'Bun' | 'Deno' | 'Node' | 'a browser' =
  'Bun' in globalThis
    ? 'Bun'
    : 'Deno' in globalThis
      ? 'Deno'
      : process.getBuiltinModule === undefined
        ? 'a browser'
        : 'Node';

/** Returns a built-in module of Node; undefined where there is none. */
export function builtin<Id extends keyof Builtins>(id: Id): Builtins[Id] | undefined {
  return process.getBuiltinModule?.(id) as Builtins[Id] | undefined;
}

/** Returns the number of threads that can run at the same time here. */
export function availableParallelism(): number {
  return builtin('node:os')?.availableParallelism() ?? host.navigator?.hardwareConcurrency ?? 4;
}
