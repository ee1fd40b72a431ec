/** Finds the inspector of a process, and opens it where there is none. */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { pause, pauseMs } from '../pause.ts';
import { bunNeeds, inspectorOfBun, isBun } from './bun.ts';
import { CannotAttachError } from './cannot-attach-error.ts';
import { type ListeningPort, ownerOf, portsOf } from './ports.ts';
import { catchesSigusr1, type ProcessInfo } from './processes.ts';

/** An inspector that can be connected to. */
export interface Inspector {
  readonly port: number;
  readonly url: string;
  /** True if this command opened it, and has to close it again. */
  readonly isOurs: boolean;
}

/** The port that an inspector takes unless the program says another one. */
const usualPort = 9229;
/** How long a process may take until it can take the signal, and until its inspector is open, in ms. */
const readyMs = 1000;
const openMs = 5000;

/** Returns the WebSocket of the inspector at a port; undefined if something else listens there. */
function inspectorAt(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = get({ host: '127.0.0.1', port, path: '/json/list', timeout: 1000, agent: false });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        // No list of an inspector is that long.
        if (text.length > 100_000) asked.destroy();
      });
      response.on('close', () => resolve(urlIn(text)));
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(undefined));
  });
}

function urlIn(text: string): string | undefined {
  try {
    const [first] = JSON.parse(text) as { webSocketDebuggerUrl?: unknown }[];
    const url = first?.webSocketDebuggerUrl;
    return typeof url === 'string' && url.startsWith('ws://') ? url : undefined;
  } catch {
    return undefined;
  }
}

/** The ports at which an inspector is expected. Others may be the program's own, and must not get requests. */
function expectedPorts(ports: readonly ListeningPort[], info: ProcessInfo): number[] {
  const options = optionsOf(info);
  const named = [...options.matchAll(/--inspect[\w-]*[= ](?:\S*:)?(\d+)/g)].map(([, port]) =>
    Number(port),
  );
  const wanted = new Set([usualPort, ...named]);
  // Of port 0 the system makes any other.
  return ports
    .filter(({ port, isLocal }) => wanted.has(port) || (isLocal && wanted.has(0)))
    .map(({ port }) => port);
}

async function firstInspector(
  ports: readonly number[],
  isOurs: boolean,
): Promise<Inspector | undefined> {
  for (const port of ports) {
    const url = await inspectorAt(port);
    if (url !== undefined) return { port, url, isOurs };
  }
  return undefined;
}

/** Returns the inspector of the process that is open already, if there is one. */
export async function openInspector(info: ProcessInfo): Promise<Inspector | undefined> {
  if (isBun(info)) return inspectorOfBun(info);
  return firstInspector(expectedPorts(await portsOf(info.pid), info), false);
}

/** The options that the process was started with, in one line. */
function optionsOf({ pid, command }: ProcessInfo): string {
  const options = command.join(' ');
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const more = environment.find((each) => each.startsWith('NODE_OPTIONS='));
    return `${options} ${more?.slice('NODE_OPTIONS='.length) ?? ''}`;
  } catch {
    // Not on this system.
    return options;
  }
}

/** Returns the port that the inspector will take; undefined if the system chooses one. */
function portToTake(info: ProcessInfo): number | undefined {
  const port = /--(?:inspect-port|debug-port)[= ](?:\S*:)?(\d+)/.exec(optionsOf(info))?.[1];
  return port === '0' ? undefined : Number(port ?? usualPort);
}

async function waitUntilCaught(pid: number, name: string): Promise<void> {
  const until = Date.now() + readyMs;
  while (catchesSigusr1(pid) === false) {
    if (Date.now() > until) {
      throw new CannotAttachError(
        `${name} does not catch SIGUSR1, which would end it: it was started with --disable-sigusr1, or built without an inspector, or its listener was removed. It got no signal. Start it with --inspect=0 to look at it.`,
      );
    }
    await pause(pauseMs);
  }
}

/** A program of Bun listens to the signal only if it was prepared. Otherwise that would end it, so nothing is sent where that is not known. */
async function askBunToOpen(info: ProcessInfo): Promise<Inspector> {
  if (catchesSigusr1(info.pid) !== true) throw new CannotAttachError(bunNeeds(info));
  process.kill(info.pid, 'SIGUSR1');
  for (const until = Date.now() + openMs; Date.now() < until; await pause(pauseMs)) {
    const inspector = await inspectorOfBun(info);
    if (inspector !== undefined) return inspector;
  }
  throw new CannotAttachError(
    `Process ${info.pid} (${info.name}) opened no inspector within ${openMs / 1000} s of SIGUSR1. It has a listener of its own for that signal and was not started with \`bun --preload skein/inspect/register\`, or its thread computes: Bun hears a signal only between two callbacks.`,
  );
}

/** Opens the inspector of a process by a signal, and waits until it is there. */
export async function askToOpen(info: ProcessInfo): Promise<Inspector> {
  if (isBun(info)) return askBunToOpen(info);
  const { pid } = info;
  const name = `Process ${pid} (${info.name})`;
  await waitUntilCaught(pid, name);
  const before = new Set((await portsOf(pid)).map(({ port }) => port));
  const port = portToTake(info);
  const owner = port === undefined ? undefined : await ownerOf(port, pid);
  if (owner !== undefined) {
    throw new CannotAttachError(
      `${name} would open its inspector at port ${port}, which ${owner} has. It got no signal. Free that port, or start programs with NODE_OPTIONS=--inspect-port=0, so that each takes a port of its own.`,
    );
  }
  if (process.platform === 'win32') (process as unknown as DebugsProcesses)._debugProcess(pid);
  else process.kill(pid, 'SIGUSR1');
  for (const until = Date.now() + openMs; Date.now() < until; await pause(pauseMs)) {
    const opened = (await portsOf(pid)).map(({ port }) => port).filter((each) => !before.has(each));
    const inspector = await firstInspector(opened, true);
    if (inspector !== undefined) return inspector;
  }
  // One that the program has opened itself, at a port of its own choice: then the signal does nothing.
  const local = (await portsOf(pid)).filter(({ isLocal }) => isLocal).map(({ port }) => port);
  const opened = await firstInspector(local, false);
  if (opened !== undefined) return opened;
  throw new CannotAttachError(
    `${name} opened no inspector within ${openMs / 1000} s of SIGUSR1. It has a listener of its own for that signal (then start it with --inspect=0), or it is in a call that blocks its thread, as execSync(): it opens its inspector once that is over, and the next \`skein\` command that looks at it closes it again.`,
  );
}

interface DebugsProcesses {
  _debugProcess(pid: number): void;
}
