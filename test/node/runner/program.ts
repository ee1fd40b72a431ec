/** Programs of their own that are sent signals. They tell when they are ready, so the tests wait for no time. */
import { type ChildProcess, spawn } from 'node:child_process';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly lines: readonly string[];
  readonly errors: string;
  readonly code: number | null;
  readonly signal: string | null;
}

export function pathOf(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.mjs`, import.meta.url));
}

/** Runs a program, and sends it the signals, one for each line that is among `at`. One that hangs is killed. */
export function signalled(
  name: string,
  args: readonly string[],
  signals: readonly NodeJS.Signals[],
  at: readonly string[] = ['ready', 'ignored', 'own listener'],
): Promise<Ended> {
  const child = spawn(process.execPath, [pathOf(name), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const left = [...signals];
  return ended(child, (line) => {
    const next = at.includes(line) ? left.shift() : undefined;
    if (next !== undefined) child.kill(next);
  });
}

/** Resolves with what the program wrote and how it ended. */
export function ended(child: ChildProcess, onLine: (line: string) => void): Promise<Ended> {
  const lines: string[] = [];
  let errors = '';
  child.stderr?.on('data', (data: Buffer) => {
    errors += data;
  });
  createInterface(child.stdout as NodeJS.ReadableStream).on('line', (line) => {
    lines.push(line);
    onLine(line);
  });
  const killer = setTimeout(() => child.kill('SIGKILL'), 20_000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(killer);
      resolve({ lines, errors, code, signal });
    });
  });
}
