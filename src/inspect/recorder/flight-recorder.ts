import { checkFlag, checkOptions } from '../../core/checks.ts';
import { unexpected } from '../../core/expected.ts';
import { seams } from '../../core/seams.ts';
import { type Recorder, recordTasks } from './record-tasks.ts';
import { writeRecording } from './write-recording.ts';

/** The options of a recorder that keeps what happened last. */
export interface FlightRecorderOptions {
  /** Where the recording is written. Default: `skein-<pid>.skein` in the current folder. */
  readonly file?: string | undefined;
  /** As for `recordTasks()`. Default: 65,536. */
  readonly steps?: number | undefined;
  /** As for `recordTasks()`. Default: 10,000. */
  readonly tasks?: number | undefined;
  /** A signal at which the recording is written: `'SIGUSR2'`; on Windows `'SIGBREAK'`, which is Ctrl+Break. Default: none. */
  readonly signal?: string | undefined;
  /** Writes the recording when the program ends and tasks still wait for what nothing can give them. Default: true. */
  readonly onDeadlock?: boolean | undefined;
}

interface Process {
  readonly pid?: number;
  getBuiltinModule?(name: string): unknown;
  on?(event: string, listener: () => void): unknown;
  off?(event: string, listener: () => void): unknown;
}

const names = ['file', 'steps', 'tasks', 'signal', 'onDeadlock'];

/** False for a signal that this system does not have: Node would listen to it in silence, and never hear it. */
function isKnown(process: Process | undefined, signal: string): boolean {
  const os = process?.getBuiltinModule?.('node:os') as
    | { readonly constants: { readonly signals: object } }
    | undefined;
  return os === undefined || signal in os.constants.signals;
}

function write(file: string, recorder: Recorder, why: string): void {
  // The program goes on, or comes to its end, as if nothing were recorded.
  try {
    const { tasks, steps, lost } = writeRecording(file, recorder.take());
    console.error(
      `skein: ${why}: wrote ${tasks} tasks and ${steps} steps (${lost} lost) to ${file}`,
    );
  } catch (error) {
    console.error(`skein: ${why}: could not write ${file}:`, error);
  }
}

/**
 * Records from now on in memory of a bounded size, and writes a file when something is wrong: at a deadlock, or at a signal that the
 * program names.
 *
 * @throws TypeError for options that are none, and for a signal that the system does not have; what `recordTasks()` throws.
 *
 * @example
 * ```ts
 * import { flightRecorder } from 'skein/inspect';
 *
 * using recorder = flightRecorder({ file: 'crash.skein', signal: 'SIGUSR2' });
 * ```
 */
export function flightRecorder(options: FlightRecorderOptions = {}): Recorder {
  checkOptions('flightRecorder', options, names);
  const { process } = globalThis as { process?: Process };
  const { signal, onDeadlock = true } = options;
  const { file = `skein-${process?.pid ?? 0}.skein`, steps, tasks = 10_000 } = options;
  checkFlag('flightRecorder', '`onDeadlock`', onDeadlock);
  if (typeof file !== 'string' || file === '')
    throw unexpected('flightRecorder', '`file` to be the name of a file', file);
  if (signal !== undefined && (typeof signal !== 'string' || !signal.startsWith('SIG')))
    throw unexpected('flightRecorder', "`signal` to be the name of a signal, as 'SIGUSR2'", signal);
  if (signal !== undefined && !isKnown(process, signal)) {
    const what = '`signal` to be one that this system has (Windows has SIGBREAK: Ctrl+Break)';
    throw unexpected('flightRecorder', what, signal);
  }
  const recorder = recordTasks({ steps, tasks });
  const atSignal = (): void => write(file, recorder, `got ${signal}`);
  const forget = onDeadlock
    ? seams.process?.onDrained(() => {
        const isStuck = recorder.take().tasks.some(({ ended }) => ended === undefined);
        if (isStuck) write(file, recorder, 'the program ended while tasks were waiting');
      })
    : undefined;
  const stop = (): void => {
    recorder.stop();
    forget?.();
    if (signal !== undefined) process?.off?.(signal, atSignal);
  };
  try {
    if (signal !== undefined) process?.on?.(signal, atSignal);
  } catch (error) {
    stop();
    throw error;
  }
  return Object.freeze({ take: () => recorder.take(), stop, [Symbol.dispose]: stop });
}
