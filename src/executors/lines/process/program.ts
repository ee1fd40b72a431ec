/**
 * The program's end of the line to a worker process of `node:child_process`. The worker's end: `worker.ts`.
 *
 * States: open → over. The line is over once the process has exited and its last message was read, whichever is later (but
 * see `unheardMs`). It is over at once after the `error` of a process that could not be started. The pool hears of it once.
 */

import { HostDelay } from '../../../core/host-delay.ts';
import { textOf } from '../../crossing/errors.ts';
import { later } from '../../crossing/later.ts';
import type { LineEvents, LineToWorker, WorkerEnd } from '../../crossing/line.ts';
import { checkReadable } from '../../crossing/nesting.ts';
import {
  builtin,
  type ChildProcesses,
  type NodeChild,
  process,
  runtime,
} from '../../crossing/node.ts';
import { ownMemory } from '../../crossing/own-memory.ts';
import { isList, isOurs, type ToWorker } from '../../crossing/protocol.ts';
import { readSign } from '../../crossing/read-frame.ts';
import { SharedFile } from '../../crossing/shared-file.ts';
import { empty, type Transferable } from '../../crossing/transfer.ts';
import { refuseThreadsOnly, refuseUncloneable, whyUnsendable } from '../../crossing/unsendable.ts';
import { endedWithoutWord, FirstWord } from '../first-word.ts';
import { HeldMessages } from '../held-messages.ts';
import { inheritedOptions } from '../inherited-options.ts';
import { placeOf } from '../main-module.ts';
import { passOutput } from '../program-output.ts';
import type { WorkerStart } from '../start-options.ts';
import { guardChannel } from './guard-channel.ts';
import { endWithProgram, hasEnded, mustWatchItself } from './watchdog.ts';
import { type Handed, handedText } from './worker-arguments.ts';

/** A process that was asked to end, and has not ended after this time, is killed. */
const killAfterMs = 1000;

/**
 * The longest time that messages of a process are awaited after its exit. Deno may still have messages to read then, and
 * reads them before any timer fires. It also keeps the line open if the process has started another process, or if a message
 * to the process is being sent.
 */
const unheardMs = 20;

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

export class ProcessLine implements LineToWorker {
  readonly threadId = undefined;
  readonly pid: number | undefined;
  readonly place: string;
  readonly sharesMemory = false;
  readonly #child: NodeChild;
  readonly #file: SharedFile | undefined;
  #killer: HostDelay | undefined;
  #closing: HostDelay | undefined;
  #listening: HostDelay | undefined;

  /** True once a job has closed the file. */
  #isFileLost = false;

  /** @param module - The module that the process begins with, if it belongs to the program. */
  constructor(
    start: WorkerStart,
    module: URL | string | undefined,
    events: LineEvents,
    firstWordMs?: number,
  ) {
    const entry = module ?? placeOf('process-main', import.meta.url);
    this.#file = SharedFile.open();
    let child: NodeChild;
    try {
      child = fork(entry, start, this.#file);
    } catch (error) {
      this.#file?.close();
      throw error;
    }
    this.#child = child;
    endWithProgram(child);
    passOutput('stdout', child.stdout, start.stdout);
    passOutput('stderr', child.stderr, start.stderr);
    this.pid = child.pid;
    this.place = `process ${child.pid ?? 'that did not start'}`;
    const streams = [start.stdout, start.stderr].filter((each) => typeof each === 'object');
    const messages = new HeldMessages(
      (message) => events.message(message),
      () => streams,
    );
    // What the process has written may be read after the messages that it sent later, but in the same turn.
    const isCaptured = start.stdout !== 'inherit' || start.stderr !== 'inherit';
    const inOrder = (fn: () => void): void => {
      if (!isCaptured) return fn();
      later(() => {
        messages.waitForOutput();
        fn();
      });
    };
    let uncaught: WorkerEnd['uncaught'];
    let reason: string | undefined;
    let isOver = false;
    let isConnected = true;
    let exited: (() => void) | undefined;
    const end = (exitCode: number | undefined, signal: string | undefined): void => {
      if (isOver) return;
      isOver = true;
      hasEnded(child);
      const isSilent = !firstWord.wasHeard && exitCode === 0;
      firstWord.heard();
      const lastBegunSeq = this.lastBegun();
      this.#file?.close();
      this.#killer?.clear();
      this.#closing?.clear();
      this.#listening?.clear();
      // V8 aborts the process when the heap is full. In Deno it does so with another signal.
      const heapLimit =
        signal === 'SIGABRT' || exitCode === 134 || (signal === 'SIGTRAP' && runtime === 'Deno');
      const more = reason ?? (isSilent ? endedWithoutWord : undefined);
      const end = { exitCode, signal, uncaught, heapLimit, lastBegunSeq };
      const ended = (): void => events.ended(more === undefined ? end : { ...end, reason: more });
      inOrder(() => messages.last(ended));
    };
    const firstWord = new FirstWord(module !== undefined, firstWordMs, (why) => {
      reason = why;
      this.terminate();
    });
    child.on('message', (message: unknown) => {
      if (!isOurs(message)) return;
      firstWord.heard();
      const sign = readSign(message);
      if (sign !== undefined) {
        if (sign.sign === 'file lost') this.#isFileLost = true;
        return;
      }
      const { items } = message as { readonly items?: unknown };
      if (Array.isArray(message)) ownMemory(message);
      else if (Array.isArray(items)) ownMemory(items);
      inOrder(() => messages.take(message));
    });
    let isBroken = false;
    guardChannel(child, (error) => {
      const broken = (): void => {
        // The worker reports what else was in there. That has Node read what is behind it, too.
        if (!isBroken) events.unreadable(error);
        isBroken = true;
        events.broken(`cannot be read (${textOf(error)})`);
      };
      // Node has read other messages before, of which it tells after it has called this.
      queueMicrotask(() => inOrder(() => messages.between(broken)));
    });
    child.on('error', (error: unknown) => {
      // The process could not be started. Other errors come from messages to a process that is ending: `exit` follows.
      if (child.pid !== undefined) return;
      uncaught = { error };
      end(undefined, undefined);
    });
    // The last message, such as the reason of the exit, may be read after the exit is known: Deno does so under load.
    child.on('exit', (exitCode, signal) => {
      exited = () => end(exitCode ?? undefined, signal ?? undefined);
      if (!isConnected) return exited();
      this.#killer?.clear();
      this.#listening = new HostDelay(exited, unheardMs);
    });
    child.on('disconnect', () => {
      isConnected = false;
      if (exited !== undefined) return exited();
      // It ends now, or a job has closed the descriptor of its line: nothing comes any more of what jobs do there.
      this.#closing = new HostDelay(() => this.terminate(), killAfterMs);
      this.#closing.unref();
    });
  }

  post(message: ToWorker, transfer?: readonly Transferable[]): void {
    // The line is closed before the exit is known. Jobs sent in between are given back when the exit is known.
    if (!this.#child.connected) return;
    if (!isList(message) && message.type === 'abort') this.#file?.requestAbort(message.seq);
    checkReadable(message, whyUnsendable);
    if (isList(message)) {
      if (transfer !== undefined) refuseThreadsOnly(transfer);
      refuseUncloneable(message);
    }
    this.#child.send(message, () => {});
    if (transfer !== undefined) empty(transfer);
  }

  lastBegun(): number | undefined {
    return this.#isFileLost ? undefined : this.#file?.lastBegun();
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
    this.#killer ??= new HostDelay(() => this.#kill(), killAfterMs);
  }

  #kill(): void {
    // Deno sends only one signal to a child.
    if (this.#child.kill('SIGKILL') === true || runtime !== 'Deno') return;
    try {
      process.kill?.(this.pid as number, 'SIGKILL');
    } catch {
      // The process has ended meanwhile.
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

/** The descriptor of the shared file in the process: it follows the input, the two outputs and the line to the program. */
const sharedFileFd = 4;

function fork(
  entry: URL | string,
  { env, argv, execArgv = inheritedOptions() ?? optionsOfProgram(), ...start }: WorkerStart,
  file: SharedFile | undefined,
): NodeChild {
  const { stdout, stderr, maxHeapMb } = start;
  const handed: Handed = {
    fd: file && sharedFileFd,
    mark: file?.mark,
    parent: mustWatchItself() ? process.pid : undefined,
  };
  const limit = maxHeapMb === undefined ? [] : [`--max-old-space-size=${maxHeapMb}`];
  return childProcesses().fork(entry, [handedText(handed), ...argv], {
    serialization: 'advanced',
    execArgv: [...execArgv, ...limit],
    stdio: [
      0,
      stdioOf(stdout, 1),
      stdioOf(stderr, 2),
      'ipc',
      ...(file === undefined ? [] : [file.fd]),
    ],
    ...(env === undefined ? {} : { env }),
  });
}

function stdioOf(output: WorkerStart['stdout'], fd: number): number | 'ignore' | 'pipe' {
  if (output === 'inherit') return fd;
  return output === 'ignore' ? 'ignore' : 'pipe';
}

/** Returns the options that `fork()` would hand down by itself: all but the program's own text. */
function optionsOfProgram(): string[] {
  const options = [...(process.execArgv ?? [])];
  const at = options.findIndex((option) => option === '--eval' || option === '-e');
  if (at !== -1) options.splice(at, 2);
  return options.filter((option) => !option.startsWith('--inspect'));
}
