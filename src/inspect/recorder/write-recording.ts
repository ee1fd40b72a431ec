import { unexpected } from '../../core/expected.ts';
import { runningRecorder } from './record-tasks.ts';
import type { Recording } from './recording.ts';
import { encodeRecording } from './recording-file.ts';

/** What `writeRecording()` wrote. */
export interface WrittenRecording {
  readonly file: string;
  readonly bytes: number;
  readonly tasks: number;
  readonly steps: number;
  /** How many steps were left out. */
  readonly lost: number;
}

interface FileSystem {
  writeFileSync(file: string, bytes: Uint8Array, options: { readonly mode: number }): void;
  renameSync(from: string, to: string): void;
}

/** Only the user may read it: names and reasons may tell more than others are to know. */
const ownerOnly = 0o600;

function fileSystem(): FileSystem {
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): unknown } };
  const found = process?.getBuiltinModule?.('node:fs') as FileSystem | undefined;
  if (found === undefined)
    throw new Error('There are no files here: `writeRecording()` is for Node, Deno and Bun.');
  return found;
}

/**
 * Writes a recording into a file, before it returns: also while the program ends. The file is only for the user to read, and is there in full
 * or not at all. `skein trace FILE --out run.json` turns it into a trace for Perfetto.
 *
 * @param recording - Default: what the recorder has that began last.
 * @throws Error when nothing is recorded; what the file system throws.
 */
export function writeRecording(file: string, recording?: Recording): WrittenRecording {
  if (typeof file !== 'string' || file === '')
    throw unexpected('writeRecording', 'the name of a file', file);
  const taken = recording ?? runningRecorder()?.take();
  if (taken === undefined)
    throw new Error(
      '`writeRecording()` expected a recording, but nothing is recorded. Write `using recorder = recordTasks();` before what is to be recorded.',
    );
  const bytes = encodeRecording(taken);
  const { writeFileSync, renameSync } = fileSystem();
  const { process } = globalThis as { process?: { pid?: number } };
  const unfinished = `${file}.${process?.pid ?? 0}.part`;
  writeFileSync(unfinished, bytes, { mode: ownerOnly });
  renameSync(unfinished, file);
  return {
    file,
    bytes: bytes.length,
    tasks: taken.tasks.length,
    steps: taken.steps.length,
    lost: taken.lost.steps,
  };
}
