/** The inspector of a program of Bun that has loaded `skein/inspect/register`: SIGUSR1 opens it, and its address is in a file. */
import { readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Inspector } from './inspector.ts';
import { portsOf } from './ports.ts';
import type { ProcessInfo } from './processes.ts';

export function isBun({ executable }: ProcessInfo): boolean {
  return /^bun(?:-?\d[\d.]*)?$/i.test(executable);
}

/** Where the program writes the address. */
function fileOf(pid: number): string {
  return join(tmpdir(), `skein-${userInfo().uid}`, `${pid}.inspector`);
}

/** The lines of the file; none if it is not there yet, or if another user has written it. */
function writtenBy(pid: number): string[] {
  try {
    const file = fileOf(pid);
    return statSync(file).uid === userInfo().uid ? readFileSync(file, 'utf8').split('\n') : [];
  } catch {
    return [];
  }
}

/** Returns the inspector if it is open; an address that an earlier process of this id has left is none. */
export async function inspectorOfBun({ pid }: ProcessInfo): Promise<Inspector | undefined> {
  const [url = '', fate] = writtenBy(pid);
  const port = Number(/^ws:\/\/127\.0\.0\.1:(\d+)\//.exec(url)?.[1]);
  const isOpen = (await portsOf(pid)).some((each) => each.port === port);
  return isOpen ? { port, url, isOurs: fate === 'closed after use' } : undefined;
}

/** Removes the address of an inspector that is closed. */
export function forgetInspectorOfBun({ pid }: ProcessInfo): void {
  rmSync(fileOf(pid), { force: true });
}

export function bunNeeds(info: ProcessInfo): string {
  return `Process ${info.pid} (${info.name}) is run by Bun, which opens no inspector at SIGUSR1 by itself. It got no signal. On Linux, start it with \`bun --preload skein/inspect/register\` to look at it.`;
}
