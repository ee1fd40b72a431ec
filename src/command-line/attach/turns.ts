/**
 * One command looks at a program at a time: an inspector that one has opened must not be closed while another is connected, as
 * that would hold the program up. The commands of a user take turns by a file, which has the id of the process whose turn it is.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { pause, pauseMs } from '../pause.ts';
import { CannotAttachError } from './cannot-attach-error.ts';

/** How long a command waits for its turn, in ms. */
const turnMs = 15_000;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The folder of this user. In it no other user can put a file in the way. */
function folder(): string {
  const { uid } = userInfo();
  const path = join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `skein-${uid}`);
  mkdirSync(path, { mode: 0o700, recursive: true });
  if (uid >= 0 && statSync(path).uid !== uid)
    throw new CannotAttachError(`The folder ${path} belongs to another user. Remove it.`);
  return path;
}

/** Waits for the turn of this command. Returns the function that ends it. */
export async function takeTurn(): Promise<() => void> {
  const file = join(folder(), 'turn');
  for (const until = Date.now() + turnMs; ; await pause(pauseMs)) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx', mode: 0o600 });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(safely(() => readFileSync(file, 'utf8')));
    if (owner > 0 && !isAlive(owner)) rmSync(file, { force: true });
    else if (Date.now() > until)
      throw new CannotAttachError(
        `Another \`skein\` command (process ${owner}) is still looking at a program.`,
      );
  }
}

function safely(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
