/** The options of an executor that say how the host starts its workers. */
import { describe } from '../../core/text.ts';
import { runtime } from '../crossing/node.ts';

/** A stream that takes what workers print: `process.stderr`, a stream of `fs.createWriteStream()`. */
export interface OutputStream {
  /** Takes a part of what was printed. */
  write(chunk: Uint8Array): unknown;
}

/** What becomes of what workers print. */
export type Output = 'inherit' | 'ignore' | OutputStream;

/** How threads and processes are started. */
export interface StartOptions {
  /**
   * The environment of the workers, in place of the program's: `{ ...process.env, LANG: 'C' }`. Default: the program's, as it
   * is when a worker starts. A thread has a copy of it.
   */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** What `process.argv` of the workers ends with, after the path of Node and that of the worker's module. Default: nothing. */
  argv?: readonly string[] | undefined;
  /** Options of Node for the workers, in place of the program's: `['--expose-gc']`. Default: those of the program. */
  execArgv?: readonly string[] | undefined;
  /**
   * What becomes of what workers write to `process.stdout`: it goes where the program's goes (`'inherit'`), nowhere
   * (`'ignore'`), or to a stream. What a job writes before it ends is written before its future is done. Default: `'inherit'`.
   */
  stdout?: Output | undefined;
  /** As `stdout`, for `process.stderr`. */
  stderr?: Output | undefined;
  /**
   * The largest heap of a worker, in megabytes. A job that needs more fails with a {@link WorkerLostError}. A thread that asks
   * for more than 16 MB at once when its heap is nearly full ends the whole program, by Node's doing: take processes where
   * that may happen. Default: what the host grants. Not for threads in Bun, Deno and browsers, nor for processes in Bun: they
   * keep no such limit.
   */
  maxHeapMb?: number | undefined;
}

/** The options as a line takes them: checked, copied, and with what only threads have. */
export interface WorkerStart {
  readonly env: Record<string, string> | undefined;
  readonly argv: string[];
  readonly execArgv: string[] | undefined;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly maxHeapMb: number | undefined;
  readonly stackSizeMb: number | undefined;
}

type Option = keyof StartOptions | 'stackSizeMb';
type Kind = 'ThreadPoolExecutor' | 'ProcessPoolExecutor';

/** What the runtimes do not keep: an option that has no effect is refused. */
const notKept: Readonly<
  Record<Kind, Readonly<Record<Exclude<typeof runtime, 'Node'>, readonly Option[]>>>
> = {
  ThreadPoolExecutor: {
    Bun: ['maxHeapMb', 'stackSizeMb', 'stdout', 'stderr'],
    Deno: ['maxHeapMb', 'stackSizeMb', 'stdout', 'stderr', 'execArgv'],
    'a browser': ['maxHeapMb', 'stackSizeMb', 'stdout', 'stderr', 'execArgv', 'argv', 'env'],
  },
  ProcessPoolExecutor: {
    Bun: ['maxHeapMb'],
    Deno: [],
    'a browser': [],
  },
};

/** @throws TypeError or RangeError for a wrong option, or one that this runtime does not keep. */
export function workerStart(
  kind: Kind,
  options: StartOptions & { readonly stackSizeMb?: number | undefined },
): WorkerStart {
  const caller = `\`new ${kind}()\``;
  const { env, argv = [], execArgv, stdout = 'inherit', stderr = 'inherit' } = options;
  const { maxHeapMb, stackSizeMb } = options;
  for (const name of runtime === 'Node' ? [] : notKept[kind][runtime]) {
    if (options[name] !== undefined) throw notKeptError(caller, name);
  }
  if (maxHeapMb !== undefined) checkMegabytes(caller, 'maxHeapMb', maxHeapMb, true);
  if (stackSizeMb !== undefined) checkMegabytes(caller, 'stackSizeMb', stackSizeMb, false);
  checkOutput(caller, 'stdout', stdout);
  checkOutput(caller, 'stderr', stderr);
  return {
    env: env && environment(caller, env),
    argv: strings(caller, 'argv', argv),
    execArgv: execArgv && strings(caller, 'execArgv', execArgv),
    stdout,
    stderr,
    maxHeapMb,
    stackSizeMb,
  };
}

function notKeptError(caller: string, name: Option): TypeError {
  return new TypeError(
    name === 'maxHeapMb'
      ? `${caller} expected no \`maxHeapMb\`, as ${runtime} sets no limit to the heap of such a worker. Leave it out.`
      : `${caller} expected no \`${name}\`, as ${runtime} does not keep it for such a worker. Leave it out.`,
  );
}

function checkMegabytes(caller: string, name: string, value: unknown, isWhole: boolean): void {
  const isRight =
    typeof value === 'number' &&
    (isWhole ? Number.isInteger(value) && value >= 1 : value > 0 && value <= 1024);
  if (isRight) return;
  const wanted = isWhole ? 'a whole number of at least 1' : 'a number above 0, up to 1024';
  throw new RangeError(
    `${caller} expected \`${name}\` to be ${wanted}, but got ${describe(value)}.`,
  );
}

function checkOutput(caller: string, name: 'stdout' | 'stderr', value: unknown): void {
  if (value === 'inherit' || value === 'ignore') return;
  if (typeof (value as OutputStream | null | undefined)?.write === 'function') return;
  throw new TypeError(
    `${caller} expected \`${name}\` to be 'inherit', 'ignore' or a stream, but got ${describe(value)}. Write \`${name}: process.stderr\`, or \`${name}: { write: (chunk) => … }\`.`,
  );
}

function strings(caller: string, name: string, value: unknown): string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return [...value];
  const wrong = Array.isArray(value)
    ? `${describe(value.find((each) => typeof each !== 'string'))} among them`
    : describe(value);
  throw new TypeError(
    `${caller} expected \`${name}\` to be a list of strings, but got ${wrong}. Write \`${name}: ['--verbose']\`.`,
  );
}

function environment(caller: string, value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(
      `${caller} expected \`env\` to be an object of strings, but got ${describe(value)}. Write \`env: { ...process.env, LANG: 'C' }\`.`,
    );
  }
  const env: Record<string, string> = {};
  for (const [name, each] of Object.entries(value)) {
    if (each === undefined) continue;
    if (typeof each !== 'string') {
      throw new TypeError(
        `${caller} expected \`env\` to be an object of strings, but \`${name}\` is ${describe(each)}. Write \`${name}: '${String(each)}'\`.`,
      );
    }
    env[name] = each;
  }
  return env;
}
