/**
 * The two signals that ask a program to end: SIGINT (Ctrl-C) and SIGTERM.
 *
 * `run()` takes a signal while it waits, so that the host does not kill the process. It does not take one that the program
 * listened to before: then the program decides. A listener that the program adds later hears the signal beside ours.
 *
 * Two kinds of listeners leave the decision to others, so they do not count as the program's:
 * - those of another copy of this package, which cancel the runs of that copy. They have a mark.
 * - those of `signal-exit` (ora, execa and many others use it), which cleans up when the process dies. It kills the process
 *   only if all listeners of the signal are its own. While ours is there it waits for the `exit` event, which comes in any
 *   case. Its listeners have no mark, but it publishes their number: once for its versions up to 3, once for those since 4.
 */
import { current } from './current.ts';

/** A signal that asks the program to end. */
export type EndingSignal = 'SIGINT' | 'SIGTERM';

type Listener = (signal: EndingSignal) => void;

interface SignalProcess {
  getBuiltinModule?(id: string): unknown;
  on?(event: string, fn: () => void): void;
  off?(event: string, fn: () => void): void;
  listeners?(event: string): readonly object[];
  readonly __signal_exit_emitter__?: { readonly count?: unknown };
}

const mark = Symbol.for('skein.signalListener');
const signalExit = Symbol.for('signal-exit emitter');

const scope = globalThis as {
  readonly process?: SignalProcess;
  readonly [signalExit]?: { readonly count?: unknown };
};

/** Returns how many listeners `signal-exit` has for each signal. */
function listenersOfSignalExit(process: SignalProcess): number {
  const counts = [scope[signalExit]?.count, process.__signal_exit_emitter__?.count];
  return counts.filter((count) => typeof count === 'number').reduce((sum, count) => sum + count, 0);
}

/** Tells whether the program has a listener of its own for the signal. */
function isTaken(process: SignalProcess, signal: EndingSignal): boolean {
  const listeners = process.listeners?.(signal) ?? [];
  return listeners.filter((each) => !(mark in each)).length > listenersOfSignalExit(process);
}

/** Returns the process, if signals of it are for `run()`: a worker ends when its program says so. */
function processOfProgram(): SignalProcess | undefined {
  const { process } = scope;
  if (current.isWorkerProcess || process?.listeners === undefined) return undefined;
  const threads = process.getBuiltinModule?.('node:worker_threads') as
    | { readonly isMainThread?: boolean }
    | undefined;
  return threads?.isMainThread === false ? undefined : process;
}

/** Returns the signals that `run()` takes: none in a worker, and none that the program listens to. */
export function freeSignals(): readonly EndingSignal[] {
  const process = processOfProgram();
  if (process === undefined) return [];
  return (['SIGINT', 'SIGTERM'] as const).filter((signal) => !isTaken(process, signal));
}

class SignalListeners {
  readonly #signal: EndingSignal;
  readonly #all = new Set<Listener>();

  constructor(signal: EndingSignal) {
    this.#signal = signal;
    Object.assign(this.#hear, { [mark]: true });
  }

  /** One listener of the process for all of ours: Node warns when there are more than ten. */
  readonly #hear = (): void => {
    // A copy, as a listener may remove itself and others.
    for (const fn of [...this.#all]) fn(this.#signal);
  };

  add(fn: Listener): void {
    if (this.#all.size === 0) scope.process?.on?.(this.#signal, this.#hear);
    this.#all.add(fn);
  }

  remove(fn: Listener): void {
    if (this.#all.delete(fn) && this.#all.size === 0)
      scope.process?.off?.(this.#signal, this.#hear);
  }
}

const listeners = {
  SIGINT: new SignalListeners('SIGINT'),
  SIGTERM: new SignalListeners('SIGTERM'),
};

/** Calls `fn` on each of the signals. Returns a function that removes `fn`. */
export function onSignals(signals: readonly EndingSignal[], fn: Listener): () => void {
  // A function of its own, as the same may be added twice.
  const one: Listener = (signal) => fn(signal);
  for (const signal of signals) listeners[signal].add(one);
  return () => {
    for (const signal of signals) listeners[signal].remove(one);
  };
}
