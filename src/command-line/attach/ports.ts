/** The TCP ports at which a process listens, and who is connected to them. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';

const exec = promisify(execFile);

const isLinux = process.platform === 'linux';

// The states of connections, as Linux writes them.
const listening = '0A';
const established = '01';

/** A port at which a process listens. */
export interface ListeningPort {
  readonly port: number;
  /** True if only this machine can reach it. */
  readonly isLocal: boolean;
}

interface Connection extends ListeningPort {
  readonly state: string;
  readonly inode: string;
}

/** The TCP connections in the network of a process, of all processes in it. */
function connectionsNear(pid: number): Connection[] {
  const found: Connection[] = [];
  for (const file of ['tcp', 'tcp6']) {
    let text = '';
    try {
      text = readFileSync(`/proc/${pid}/net/${file}`, 'utf8');
    } catch {
      // A system without IPv6.
    }
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', , state = '', , , , , , inode = ''] = line.trim().split(/\s+/);
      const [address = '', port] = local.split(':');
      // 127.0.0.1 and ::1, as Linux writes them.
      const isLocal = /^(?:.{6}7F|0{24}01000000)$/.test(address);
      if (port !== undefined)
        found.push({ port: Number.parseInt(port, 16), isLocal, state, inode });
    }
  }
  return found;
}

/** The numbers of the sockets that a process has. Empty if it has ended. */
function socketsOf(pid: number): Set<string> {
  const sockets = new Set<string>();
  const folder = `/proc/${pid}/fd`;
  if (!existsSync(folder)) return sockets;
  for (const fd of readdirSync(folder)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) sockets.add(inode);
    } catch {
      // It was closed meanwhile.
    }
  }
  return sockets;
}

/** Returns the ports at which a process listens. Empty if it has ended. */
export async function portsOf(pid: number): Promise<ListeningPort[]> {
  if (isLinux) {
    const sockets = socketsOf(pid);
    return connectionsNear(pid).filter(
      (each) => each.state === listening && sockets.has(each.inode),
    );
  }
  return (await listenersOf(pid)).map(({ port, isLocal }) => ({ port, isLocal }));
}

interface Listener extends ListeningPort {
  readonly pid: number;
}

/** Asks a program of the system. `pid`: of which process; undefined for all. */
async function listenersOf(pid: number | undefined): Promise<Listener[]> {
  if (process.platform === 'win32') {
    const { stdout } = await exec('netstat', ['-ano', '-p', 'TCP']);
    const lines = stdout.matchAll(/TCP\s+(\S+):(\d+)\s+\S+\s+LISTENING\s+(\d+)/g);
    return [...lines]
      .map(([, address, port, owner]) => listener(Number(owner), address, port))
      .filter((each) => pid === undefined || each.pid === pid);
  }
  const args = [
    '-nP',
    '-iTCP',
    '-sTCP:LISTEN',
    '-Fpn',
    ...(pid === undefined ? [] : ['-a', '-p', `${pid}`]),
  ];
  // `lsof` fails where there is nothing to list.
  const { stdout } = await exec('lsof', args).catch(() => ({ stdout: '' }));
  let owner = 0;
  const found: Listener[] = [];
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) owner = Number(line.slice(1));
    const [, address, port] = /^n(.*):(\d+)$/.exec(line) ?? [];
    if (port !== undefined) found.push(listener(owner, address, port));
  }
  return found;
}

function listener(pid: number, address = '', port = ''): Listener {
  return { pid, port: Number(port), isLocal: /^(?:127\.|\[?::1)/.test(address) };
}

/** Names who listens at a port, other than `pid`; undefined if it is free for that process. */
export async function ownerOf(port: number, pid: number): Promise<string | undefined> {
  if (!isLinux) {
    const owner = (await listenersOf(undefined)).find(
      (each) => each.port === port && each.pid !== pid,
    );
    return owner === undefined ? undefined : `process ${owner.pid}`;
  }
  const taken = connectionsNear(pid).find((each) => each.port === port && each.state === listening);
  if (taken === undefined || socketsOf(pid).has(taken.inode)) return undefined;
  for (const other of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (socketsOf(Number(other)).has(taken.inode)) return `process ${other}`;
    } catch {
      // Another user's, or it has ended.
    }
  }
  return 'a process of another user';
}

/** Returns how many clients are connected to a port of the process; undefined where the system does not tell. */
export function clientsOf(pid: number, port: number): number | undefined {
  if (!isLinux) return undefined;
  const sockets = socketsOf(pid);
  return connectionsNear(pid).filter(
    (each) => each.port === port && each.state === established && sockets.has(each.inode),
  ).length;
}
