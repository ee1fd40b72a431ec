/**
 * In Bun, SIGUSR1 opens no inspector, as it does in Node and Deno. With this it does: `skein ps` then looks at a program of Bun in the
 * same way. The address has a random part that only the file knows in which it is written, and only its user may read that.
 *
 * States: closed → SIGUSR1 → open → closed again by the command that looked.
 */

interface Inspector {
  open(port: number, host: string): void;
  url(): string | undefined;
}

interface FileSystem {
  mkdirSync(path: string, options: { mode: number; recursive: boolean }): void;
  rmSync(path: string, options: { force: boolean }): void;
  lstatSync(path: string): { readonly uid: number; readonly mode: number; isDirectory(): boolean };
  writeFileSync(path: string, text: string, options: { mode: number; flag: string }): void;
}

interface BunProcess {
  readonly pid: number;
  readonly versions?: { readonly bun?: string };
  getBuiltinModule?(name: string): unknown;
  getuid?(): number;
  on(event: string, listener: () => void): unknown;
}

/** The addresses that were opened here. */
const opened = new Set<string>();
let removesFile = false;

/** @throws Error for a folder that is a link, or into which other users can look. */
function checkFolder(folder: string, fs: FileSystem, user: number): void {
  const found = fs.lstatSync(folder);
  if (found.isDirectory() && found.uid === user && (found.mode & 0o077) === 0) return;
  throw new Error(
    `expected ${folder} to be a folder that only this user can read, but it is a link, belongs to another user, or is open to others. Remove it.`,
  );
}

function openAndTell(process: Required<BunProcess>): void {
  const { pid } = process;
  const inspector = process.getBuiltinModule('node:inspector') as Inspector;
  // One that the program has opened itself is not closed by the command.
  const before = inspector.url();
  const isOurs = before === undefined || opened.has(before);
  if (before === undefined) inspector.open(0, '127.0.0.1');
  const { tmpdir } = process.getBuiltinModule('node:os') as { tmpdir(): string };
  const fs = process.getBuiltinModule('node:fs') as FileSystem;
  const folder = `${tmpdir()}/skein-${process.getuid()}`;
  fs.mkdirSync(folder, { mode: 0o700, recursive: true });
  checkFolder(folder, fs, process.getuid());
  const file = `${folder}/${pid}.inspector`;
  fs.rmSync(file, { force: true });
  const url = inspector.url() ?? '';
  if (isOurs) opened.add(url);
  const fate = isOurs ? 'closed after use' : 'stays open';
  // `wx`: not through a link, nor into a file that was there.
  fs.writeFileSync(file, `${url}\n${fate}`, { mode: 0o600, flag: 'wx' });
  if (!removesFile) process.on('exit', () => fs.rmSync(file, { force: true }));
  removesFile = true;
}

/** Listens to SIGUSR1 in the main thread of a program of Bun; does nothing elsewhere, nor on Windows, which has neither that signal nor user ids. */
export function openInspectorAtSignal(): void {
  const { process, Bun } = globalThis as {
    process?: BunProcess;
    Bun?: { readonly isMainThread?: boolean };
  };
  if (process?.versions?.bun === undefined || Bun?.isMainThread === false) return;
  if (process.getuid === undefined) return;
  process.on('SIGUSR1', () => {
    // An error of this listener would end the program.
    try {
      openAndTell(process as Required<BunProcess>);
    } catch (error) {
      console.error('skein: could not open the inspector for SIGUSR1:', error);
    }
  });
}
