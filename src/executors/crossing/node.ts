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

/** A stream of what a process writes. */
export interface NodeReadable {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  resume(): unknown;
}

/** A port of `node:worker_threads`. */
export interface NodePort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  on(event: 'message' | 'messageerror', listener: (value: never) => void): void;
  off(event: 'message' | 'messageerror', listener: (value: never) => void): void;
  ref(): void;
  unref(): void;
}

export interface ThreadOptions {
  name?: string;
  eval?: boolean;
  env?: Record<string, string>;
  argv?: string[];
  execArgv?: string[];
  resourceLimits?: {
    maxOldGenerationSizeMb?: number;
    maxYoungGenerationSizeMb?: number;
    stackSizeMb?: number;
  };
}

export interface WorkerThreads {
  readonly isMainThread: boolean;
  readonly parentPort: NodePort | null;
  readonly Worker: new (entry: URL | string, options: ThreadOptions) => NodeWorker;
  readonly MessageChannel: new () => { readonly port1: NodePort; readonly port2: NodePort };
  getEnvironmentData(key: string): unknown;
  setEnvironmentData(key: string, value: unknown): void;
  receiveMessageOnPort(port: NodePort): { readonly message: unknown } | undefined;
}

/** A process that `fork()` started. */
export interface NodeChild {
  readonly pid?: number;
  readonly connected: boolean;
  readonly channel?: { ref?(): void; unref?(): void } | null;
  readonly stdout?: NodeReadable | null;
  readonly stderr?: NodeReadable | null;
  send(message: unknown, done: (error: unknown) => void): unknown;
  kill(signal: string): unknown;
  ref(): void;
  unref(): void;
  on(event: 'message' | 'error', listener: (value: never, handle?: never) => void): void;
  on(event: 'exit', listener: (code: number | null, signal: string | null) => void): void;
  on(event: 'disconnect', listener: () => void): void;
  on(event: 'internalMessage', listener: (...args: unknown[]) => unknown): void;
  listeners?(event: 'internalMessage'): ((...args: unknown[]) => unknown)[];
  removeListener?(event: 'internalMessage', listener: (...args: unknown[]) => unknown): unknown;
}

/** A process that `spawn()` started. */
export interface PlainChild {
  readonly pid?: number;
  readonly stdin?: {
    write(text: string): unknown;
    on?(event: 'error', listener: () => void): unknown;
    unref?(): void;
  } | null;
  unref(): void;
  on(event: 'error' | 'exit', listener: () => void): void;
}

export interface ChildProcesses {
  spawn(
    file: string,
    args: readonly string[],
    options: {
      cwd?: string;
      env?: Record<string, string>;
      detached?: boolean;
      stdio?: readonly ('pipe' | 'ignore')[];
    },
  ): PlainChild;
  fork(
    entry: URL | string,
    args: readonly string[],
    options: {
      serialization: 'advanced';
      execArgv?: string[];
      stdio?: readonly (number | 'ipc' | 'ignore' | 'pipe' | 'inherit')[];
      env?: Record<string, string>;
    },
  ): NodeChild;
}

export interface NodeStream {
  /** The number of bytes that were written and have not arrived. */
  readonly writableLength?: number;
  readonly destroyed?: boolean;
  write(text: string | Uint8Array, then?: () => void): unknown;
  _write?(written: Uint8Array | string, encoding: string, done: () => void): void;
  _writev?: unknown;
}

interface NodeProcess {
  argv?: string[];
  readonly pid?: number;
  readonly ppid?: number;
  readonly platform?: string;
  readonly channel?: { ref?(): void } | null;
  readonly execArgv?: readonly string[];
  /** Set while `exit` listeners run: nothing asynchronous happens any more. */
  readonly _exiting?: boolean;
  readonly stdout?: NodeStream;
  readonly stderr?: NodeStream;
  readonly env?: Record<string, string | undefined>;
  connected?: boolean;
  /** Node's own: messages that wait until a socket has arrived. */
  _handleQueue?: unknown;
  emit?(event: string, ...values: unknown[]): unknown;
  on?(event: string, listener: (...values: never[]) => void): unknown;
  off?(event: string, listener: (value: never) => void): unknown;
  listenerCount?(event: string, listener?: unknown): number;
  removeAllListeners?(...event: string[]): unknown;
  send?(message: unknown, ...rest: unknown[]): unknown;
  cwd?(): string;
  exit?(code?: number): never;
  /** Node's own end of `exit()`. */
  reallyExit?(code: number): void;
  kill?(pid: number, signal: string): unknown;
  getBuiltinModule?(id: string): unknown;
}

interface Builtins {
  'node:worker_threads': WorkerThreads;
  'node:child_process': ChildProcesses;
  'node:fs': {
    existsSync(file: URL | string): boolean;
    realpathSync(file: string): string;
    readFileSync(file: URL, encoding: 'utf8'): string;
    openSync(file: string, flags: string, mode: number): number;
    unlinkSync(file: string): void;
    closeSync(fd: number): void;
    fstatSync(fd: number): { readonly dev: number; readonly ino: number };
    readSync(fd: number, into: ArrayBufferView, at: number, length: number, from: number): number;
    writeSync(fd: number, from: ArrayBufferView, at: number, length: number, to: number): number;
  };
  'node:crypto': { readonly [name: string]: { readonly prototype: object } };
  'node:net': { readonly [name: string]: { readonly prototype: object } };
  'node:url': { pathToFileURL(path: string): URL };
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
