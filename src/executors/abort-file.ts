/**
 * How a process sees that its job is to stop while it computes, when no message reaches it: a file of one word, which both
 * sides have open. The program writes the number of the job there, and the process reads it when it is asked.
 *
 * A file, and not a pipe: to read one never blocks, whatever is in it. It has no name any more once it is open, and is gone
 * with the two. Where it cannot be had, the message has to do.
 */
import { builtin, process } from './node.ts';

type Files = NonNullable<ReturnType<typeof builtin<'node:fs'>>>;

/** Says that no job is to stop. Numbers of jobs are not negative. */
const nobody = -1;
/** So often is it worth a look, in ms: to read costs some microseconds, and this is asked in the innermost loops. */
const every = 1;

let made = 0;

/** The program's end. */
export class AbortFile {
  /** For the process to inherit. */
  readonly fd: number;
  readonly #files: Files;
  readonly #word = new Int32Array([nobody]);

  private constructor(files: Files, fd: number) {
    this.#files = files;
    this.fd = fd;
    this.#write();
  }

  /** Undefined where there is no place for it. */
  static open(): AbortFile | undefined {
    const files = builtin('node:fs');
    const folder = builtin('node:os')?.tmpdir();
    if (files === undefined || folder === undefined) return undefined;
    const name = `${folder}/skein-${process.pid}-${++made}-${Math.random().toString(36).slice(2)}`;
    let fd: number | undefined;
    try {
      fd = files.openSync(name, 'wx+', 0o600);
      files.unlinkSync(name);
      return new AbortFile(files, fd);
    } catch {
      if (fd !== undefined) files.closeSync(fd);
      return undefined;
    }
  }

  /** Asks the process to stop the job with this number. */
  request(seq: number): void {
    this.#word[0] = seq % 2 ** 31;
    this.#write();
  }

  close(): void {
    this.#files.closeSync(this.fd);
  }

  #write(): void {
    this.#files.writeSync(this.fd, this.#word, 0, 4, 0);
  }
}

/**
 * The process's end: answers a function that tells which job was last asked to stop.
 *
 * @param fd - The number by which the process has inherited the file.
 */
export function abortReader(fd: number): () => number {
  const files = builtin('node:fs');
  const word = new Int32Array([nobody]);
  let readAt = Number.NEGATIVE_INFINITY;
  let works = files !== undefined;
  return () => {
    const now = performance.now();
    if (!works || now - readAt < every) return word[0] as number;
    readAt = now;
    try {
      files?.readSync(fd, word, 0, 4, 0);
    } catch {
      works = false;
    }
    return word[0] as number;
  };
}
