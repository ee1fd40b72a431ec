/** The processes of this machine that run JavaScript, as far as the system tells of them. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A process, as the system knows it. */
export interface ProcessInfo {
  readonly pid: number;
  /** The file that it executes, without its folder: `node`, `deno`, `sleep`. */
  readonly executable: string;
  /** The script that it runs, without its folder; the executable if there is none. */
  readonly name: string;
  /** The command line, as far as it is known. */
  readonly command: readonly string[];
}

const isLinux = process.platform === 'linux';
const isWindows = process.platform === 'win32';

/** The options of Node, Deno and Bun that take the next word as their value. */
const takesValue =
  /^(?:--import|--preload|--require|-r|--loader|--experimental-loader|--conditions|-C|--env-file|--title|--eval|-e|--print|-p)$/;

/** Returns the script among the words of a command line; undefined if it has none. */
export function scriptOf(command: readonly string[]): string | undefined {
  for (let at = 1; at < command.length; at++) {
    const word = command[at] as string;
    if (takesValue.test(word)) at++;
    else if (!word.startsWith('-') && word !== 'run') return word;
  }
  return undefined;
}

function infoOf(pid: number, executable: string, command: readonly string[]): ProcessInfo {
  const plain = basename(executable.replaceAll('\\', '/')).replace(/\.exe$/i, '');
  // Linux adds this to the name of a file that was replaced meanwhile, by an update.
  const known = plain.replace(/ \(deleted\)$/, '');
  return { pid, executable: known, name: basename(scriptOf(command) ?? known), command };
}

/** Returns what is known of a process; undefined if there is none with this id. @throws EACCES when it belongs to another user. */
export async function processOf(pid: number): Promise<ProcessInfo | undefined> {
  if (!isLinux) return (await listed()).find((each) => each.pid === pid);
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      .split('\0')
      .filter((word) => word !== '');
    return infoOf(pid, readlinkSync(`/proc/${pid}/exe`), command);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

async function listed(): Promise<ProcessInfo[]> {
  if (isWindows) {
    const { stdout } = await exec('tasklist', ['/fo', 'csv', '/nh']);
    return [...stdout.matchAll(/^"([^"]+)","(\d+)"/gm)].map(([, name = '', pid]) =>
      infoOf(Number(pid), name, [name]),
    );
  }
  const { stdout } = await exec('ps', ['-axo', 'pid=,comm=,args=']);
  return [...stdout.matchAll(/^ *(\d+) +(\S+) +(.*)$/gm)].map(([, pid, name = '', args = '']) =>
    infoOf(Number(pid), name, args.split(' ')),
  );
}

/** Tells whether this executable has an inspector that a signal opens; in Bun, if the program was prepared. */
export function isRuntime(executable: string): boolean {
  return /^(?:node|nodejs|deno|bun)(?:-?\d[\d.]*)?$/i.test(executable);
}

/** Returns the processes of Node, Deno and Bun that can be read, but for this one, the oldest first. */
export async function runtimes(): Promise<ProcessInfo[]> {
  const found: ProcessInfo[] = [];
  if (isLinux) {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    for (const pid of pids.map(Number)) {
      try {
        const info = await processOf(pid);
        if (info !== undefined) found.push(info);
      } catch {
        // Another user's.
      }
    }
  } else found.push(...(await listed()));
  return found
    .filter(({ pid, executable }) => isRuntime(executable) && pid !== process.pid)
    .sort((a, b) => a.pid - b.pid);
}

/** Tells whether the process has a handler for SIGUSR1; undefined where the system does not tell. Without one, the signal would end it. */
export function catchesSigusr1(pid: number): boolean | undefined {
  if (!isLinux) return undefined;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const caught = /^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return caught !== undefined && (BigInt(`0x${caught}`) & 0x200n) !== 0n;
}

/** Tells whether the process has a network of its own, as in a container: then its loopback address is another one. */
export function hasOwnNetwork(pid: number): boolean {
  if (!isLinux) return false;
  return readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync('/proc/self/ns/net');
}
