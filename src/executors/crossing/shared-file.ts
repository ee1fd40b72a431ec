/**
 * A small file that the program and one process of its pool both have open. It tells two things that messages cannot tell
 * in time:
 *
 * - The number of the job that is to stop. The program writes it, and the process reads it while a job computes.
 * - The number of the last job that the process may have begun. The process writes it before it begins a job, and the
 *   program reads it after the process has died: jobs with higher numbers were not begun, and can be given to another worker.
 *
 * A file is used because reading it never blocks, and because its content outlives a process that is killed; a pipe has
 * neither property. The file has no name once it is open, and disappears with the two processes. Where no file can be made,
 * messages tell both things, later.
 */
import { now as clock } from './intrinsics.ts';
import { builtin, process } from './node.ts';

type Files = NonNullable<ReturnType<typeof builtin<'node:fs'>>>;

/** Means that no job is to stop. Numbers of jobs are not negative. */
const noJob = -1;
/** The file is read at most once in this time: to read costs some microseconds, and jobs ask in their innermost loops. */
const readEveryMs = 1;

/**
 * The offset of the second number in the file. The first number is a whole one of four bytes. The second is a double, as it
 * counts up for the whole life of the process.
 */
const begunAt = 8;
/** The offset of the mark, a random number, by which the process knows the file. */
const markAt = 16;
/** How many bytes the file has. */
const size = 24;

let made = 0;

/** The program's end of the shared file. */
export class SharedFile {
  /** The descriptor that the process inherits. */
  readonly fd: number;
  /** Stands in the file. Where descriptors are not handed down, the process has another file under that number, or none. */
  readonly mark: number = 1 + Math.random();
  readonly #files: Files;
  readonly #word = new Int32Array([noJob]);

  private constructor(files: Files, fd: number) {
    this.#files = files;
    this.fd = fd;
    this.#write();
    // NaN: the process has not found the file yet. It writes a number then.
    files.writeSync(fd, new Float64Array([Number.NaN, this.mark]), 0, 16, begunAt);
  }

  /** Makes the file; returns undefined where that is impossible. */
  static open(): SharedFile | undefined {
    const files = builtin('node:fs');
    const folder = builtin('node:os')?.tmpdir();
    if (files === undefined || folder === undefined) return undefined;
    const name = `${folder}/skein-${process.pid}-${++made}-${Math.random().toString(36).slice(2)}`;
    let fd: number | undefined;
    try {
      fd = files.openSync(name, 'wx+', 0o600);
      files.unlinkSync(name);
      return new SharedFile(files, fd);
    } catch {
      if (fd !== undefined) files.closeSync(fd);
      return undefined;
    }
  }

  /** Asks the process to stop the job with the number `seq`. */
  requestAbort(seq: number): void {
    this.#word[0] = seq % 2 ** 31;
    this.#write();
  }

  /** Returns the number of the last job that the process may have begun, -1 for none; undefined if that is not known. */
  lastBegun(): number | undefined {
    const begun = new Float64Array([Number.NaN]);
    this.#files.readSync(this.fd, begun, 0, 8, begunAt);
    return Number.isNaN(begun[0]) ? undefined : begun[0];
  }

  close(): void {
    this.#files.closeSync(this.fd);
  }

  #write(): void {
    this.#files.writeSync(this.fd, this.#word, 0, 4, 0);
  }
}

/** The process's end of the shared file. */
export interface FileOfProgram {
  /** Returns the number of the job that was last asked to stop. */
  lookForAbort(): number;
  /** Notes that all jobs up to this number may have begun. */
  noteBegun(seq: number): void;
}

/**
 * Opens the process's end of the shared file.
 *
 * A job may close the descriptor, and the next file that it opens gets the same number: so each access reads first if the
 * mark is there, which takes about a microsecond. To ask for the identity of the file takes twice as long.
 *
 * @param fd - The descriptor that the process has inherited.
 * @param mark - The `mark` of the program's end.
 * @param lost - Called when the file is not there any more. What was noted before does not count then.
 * @returns undefined if the descriptor was not handed down.
 */
export function fileOfProgram(
  fd: number,
  mark: number,
  lost: () => void = () => {},
): FileOfProgram | undefined {
  const files = builtin('node:fs');
  if (files === undefined) return undefined;
  // Kept here, as a job may replace them.
  const { readSync, writeSync } = files;
  const content = new Float64Array(size / 8);
  const word = new Int32Array(content.buffer, 0, 1);
  const begun = new Float64Array([noJob]);
  let asked = noJob;
  let readAt = Number.NEGATIVE_INFINITY;
  /** True as long as the descriptor is that of the file. */
  let isThere = true;
  const read = (): boolean => {
    return readSync(fd, content, 0, size, 0) === size && content[markAt / 8] === mark;
  };
  /** Reads the file, and writes into it if it is there. */
  const access = (writes: boolean): void => {
    if (!isThere) return;
    try {
      isThere = read();
      if (isThere && writes) writeSync(fd, begun, 0, 8, begunAt);
    } catch {
      isThere = false;
    }
    if (isThere) asked = word[0] as number;
    else lost();
  };
  let isHandedDown = false;
  try {
    isHandedDown = read();
  } catch {
    // It is not open, or not for reading.
  }
  if (!isHandedDown) return undefined;
  access(true);
  return {
    lookForAbort() {
      const now = clock();
      if (now - readAt >= readEveryMs) {
        readAt = now;
        access(false);
      }
      return asked;
    },
    noteBegun(seq) {
      begun[0] = seq;
      access(true);
    },
  };
}
