/**
 * The line to a worker process of `node:child_process`.
 *
 * States: open → over, which is told once. It goes there by the exit of the process and the end of what it said, whichever is
 * the later (but see `untilUnheard`); or at once, by the `error` of a process that could not be started.
 */
import type { Channel, ChannelEvents, WorkerEnd } from './channel.ts';
import { inheritedOptions } from './inherited-options.ts';
import { builtin, type ChildProcesses, type NodeChild, process, runtime } from './node.ts';
import { ownMemory } from './own-memory.ts';
import { isList, isOurs, type ToWorker } from './protocol.ts';
import { SharedFile } from './shared-file.ts';
import { empty, type Transferable } from './transfer.ts';
import { refuseUncloneable, refuseUnsendable } from './unsendable.ts';

/** The file of the other end: `.ts` where the sources run as they are, `.js` once compiled. */
function entry(): URL {
  const here = import.meta.url;
  // Not in one expression with `new URL`, which bundlers would take for a file of the page.
  const file = `./process-main${here.slice(here.lastIndexOf('.'))}`;
  return new URL(file, here);
}

/** A process that was asked to end, and does not within so many ms, is killed. */
const untilKilled = 1000;

/**
 * One that has exited is listened to for at most so many ms more. Deno, which may still have its messages to read, reads them
 * before any timer; and it keeps the line open where the process has started another, or is being sent something.
 */
const untilUnheard = 20;

/** @throws Error where there are no processes. */
export function childProcesses(): ChildProcesses {
  const processes = builtin('node:child_process');
  if (processes === undefined) {
    throw new Error(
      '`new ProcessPoolExecutor()` expected a place with `node:child_process` (Node, Bun, Deno), but there is none here. Use `new InlineExecutor()`.',
    );
  }
  return processes;
}

/** The processes of this program, as far as they live. */
const living = new Set<NodeChild>();

/** One that computes does not notice that the program has ended, and would go on for ever. */
function endWithProgram(child: NodeChild): void {
  if (living.size === 0) process.on?.('exit', endLiving);
  living.add(child);
}

function endLiving(): void {
  for (const child of living) child.kill('SIGTERM');
}

function hasEnded(child: NodeChild): void {
  living.delete(child);
  if (living.size === 0) process.off?.('exit', endLiving);
}

export class ProcessChannel implements Channel {
  readonly threadId = undefined;
  readonly pid: number | undefined;
  readonly place: string;
  readonly sharesMemory = false;
  readonly #child: NodeChild;
  readonly #file: SharedFile | undefined;
  #killer: ReturnType<typeof setTimeout> | undefined;
  #listening: ReturnType<typeof setTimeout> | undefined;

  constructor(maxHeapMb: number | undefined, events: ChannelEvents) {
    const options = inheritedOptions() ?? optionsOfProgram();
    const execArgv =
      maxHeapMb === undefined ? options : [...options, `--max-old-space-size=${maxHeapMb}`];
    this.#file = SharedFile.open();
    const child = fork(execArgv, this.#file);
    this.#child = child;
    endWithProgram(child);
    this.pid = child.pid;
    this.place = `process ${child.pid ?? 'that did not start'}`;
    let uncaught: WorkerEnd['uncaught'];
    let isOver = false;
    let isConnected = true;
    let exited: (() => void) | undefined;
    const end = (exitCode: number | undefined, signal: string | undefined): void => {
      if (isOver) return;
      isOver = true;
      hasEnded(child);
      const begun = this.#file?.lastBegun();
      this.#file?.close();
      clearTimeout(this.#killer);
      clearTimeout(this.#listening);
      // V8 aborts the process when the heap is full, that of Deno by another signal.
      const heapLimit =
        signal === 'SIGABRT' || exitCode === 134 || (signal === 'SIGTRAP' && runtime === 'Deno');
      events.ended({ exitCode, signal, uncaught, heapLimit, begun });
    };
    child.on('message', (message: unknown) => {
      if (!isOurs(message)) return;
      if (isList(message)) ownMemory(message as unknown as unknown[]);
      else if (message.type === 'items') ownMemory(message.items as unknown[]);
      events.message(message);
    });
    child.on('error', (error: unknown) => {
      // It could not be started. Other errors are of messages to one that is ending, which `exit` tells.
      if (child.pid !== undefined) return;
      uncaught = { error };
      end(undefined, undefined);
    });
    // What the process said last, as why it ends, may be read after its exit is known: so does Deno under load.
    child.on('exit', (exitCode, signal) => {
      exited = () => end(exitCode ?? undefined, signal ?? undefined);
      if (!isConnected) return exited();
      clearTimeout(this.#killer);
      this.#listening = setTimeout(exited, untilUnheard);
    });
    child.on('disconnect', () => {
      isConnected = false;
      exited?.();
    });
  }

  post(message: ToWorker, transfer?: readonly Transferable[]): void {
    // The end of a process is known before its exit is: what is sent in between is given back by the latter.
    if (!this.#child.connected) return;
    if (!isList(message) && message.type === 'abort') this.#file?.requestAbort(message.seq);
    if (isList(message)) {
      refuseUnsendable(message, transfer);
      refuseUncloneable(message);
    }
    this.#child.send(message, () => {});
    if (transfer !== undefined) empty(transfer);
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
    this.#killer ??= setTimeout(() => this.#kill(), untilKilled);
  }

  #kill(): void {
    // Deno sends a child one signal only.
    if (this.#child.kill('SIGKILL') === true || runtime !== 'Deno') return;
    try {
      process.kill?.(this.pid as number, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }

  ref(): void {
    this.#child.ref();
    this.#child.channel?.ref?.();
  }

  unref(): void {
    this.#child.unref();
    this.#child.channel?.unref?.();
  }
}

/** The number by which a process has what comes after its input, its outputs and the line to the program. */
const inherited = 4;

function fork(execArgv: string[], file: SharedFile | undefined): NodeChild {
  const options = { serialization: 'advanced', execArgv } as const;
  if (file === undefined) return childProcesses().fork(entry(), [], options);
  const stdio = [0, 1, 2, 'ipc', file.fd] as const;
  return childProcesses().fork(entry(), [String(inherited), file.id], { ...options, stdio });
}

/** As `fork()` takes them over by itself: without the program's own text. */
function optionsOfProgram(): string[] {
  const options = [...(process.execArgv ?? [])];
  const at = options.findIndex((option) => option === '--eval' || option === '-e');
  if (at !== -1) options.splice(at, 2);
  return options.filter((option) => !option.startsWith('--inspect'));
}
