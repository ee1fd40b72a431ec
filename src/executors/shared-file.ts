/**
 * What a program and a process of its pool tell each other where no message does: a small file, which both have open.
 *
 * - Which job is to stop. The program writes it, and the process reads it while it computes.
 * - Which jobs the process may have begun. It writes that before it begins them, and the program reads it when the process
 *   has died: all others are as good as new.
 *
 * A file, and not a pipe: to read one never blocks, whatever is in it, and what was written outlives a process that is
 * killed. It has no name any more once it is open, and is gone with the two. Where it cannot be had, messages have to do.
 */
import { builtin, process } from './node.ts';

type Files = NonNullable<ReturnType<typeof builtin<'node:fs'>>>;

/** Says that no job is to stop. Numbers of jobs are not negative. */
const nobody = -1;
/** So often is it worth a look, in ms: to read costs some microseconds, and this is asked in the innermost loops. */
const every = 1;

/** Where the second number is. The first is a whole one of four bytes; this one has to count for as long as a process lives. */
const begunAt = 8;

let made = 0;

/** The program's end. */
export class SharedFile {
  /** For the process to inherit. */
  readonly fd: number;
  /** By which the process knows it: a place where nothing is handed down has another file under that number, or none. */
  readonly id: string;
  readonly #files: Files;
  readonly #word = new Int32Array([nobody]);

  private constructor(files: Files, fd: number) {
    this.#files = files;
    this.fd = fd;
    this.id = String(files.fstatSync(fd).ino);
    this.#write();
    // The process says a number once it has found the file.
    files.writeSync(fd, new Float64Array([Number.NaN]), 0, 8, begunAt);
  }

  /** Undefined where there is no place for it. */
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

  /** Asks the process to stop the job with this number. */
  requestAbort(seq: number): void {
    this.#word[0] = seq % 2 ** 31;
    this.#write();
  }

  /** The last job that the process may have begun, -1 for none; undefined when that is not known. */
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

/** What the process does with it. */
export interface FileOfProgram {
  /** Tells which job was last asked to stop. */
  lookForAbort(): number;
  /** Notes that the jobs up to this number may be begun. Throws when that cannot be noted: they must not begin then. */
  noteBegun(seq: number): void;
}

/**
 * The process's end.
 *
 * @param fd - The number by which the process has inherited the file.
 * @param id - As the program knows it.
 * @returns undefined when it was not handed down.
 */
export function fileOfProgram(fd: number, id: string): FileOfProgram | undefined {
  const files = builtin('node:fs');
  const word = new Int32Array([nobody]);
  const begun = new Float64Array([nobody]);
  try {
    if (files === undefined || String(files.fstatSync(fd).ino) !== id) return undefined;
    files.writeSync(fd, begun, 0, 8, begunAt);
  } catch {
    return undefined;
  }
  let readAt = Number.NEGATIVE_INFINITY;
  let works = true;
  return {
    lookForAbort() {
      const now = performance.now();
      if (!works || now - readAt < every) return word[0] as number;
      readAt = now;
      try {
        files.readSync(fd, word, 0, 4, 0);
      } catch {
        works = false;
      }
      return word[0] as number;
    },
    noteBegun(seq) {
      begun[0] = seq;
      files.writeSync(fd, begun, 0, 8, begunAt);
    },
  };
}
