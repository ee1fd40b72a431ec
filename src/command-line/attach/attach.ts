/**
 * Looks at a process by its inspector, and leaves it as it was found.
 *
 * ```text
 *   found ── an inspector is open ──────────────────▶ connected ── close the connection ──▶ as found
 *     └───── SIGUSR1, if the process catches it ────▶ opened ───── close the inspector ───▶ as found
 * ```
 *
 * Closing an inspector holds the process up until its last client has gone. So it is closed by a timer of the process, a
 * little after this client has gone, and not at all if there is another one.
 */

import { NotFoundError } from '../not-found-error.ts';
import { pause, pauseMs } from '../pause.ts';
import { forgetInspectorOfBun, isBun } from './bun.ts';
import { CannotAttachError } from './cannot-attach-error.ts';
import { askToOpen, type Inspector, openInspector } from './inspector.ts';
import { clientsOf, portsOf } from './ports.ts';
import { hasOwnNetwork, isRuntime, type ProcessInfo, processOf } from './processes.ts';
import { Session } from './session.ts';
import { takeTurn } from './turns.ts';
import { watchEnd } from './watch-end.ts';
import { connectWebSocket } from './web-socket.ts';

/** A process whose inspector is connected. */
export interface Target {
  readonly info: ProcessInfo;
  readonly session: Session;
  /** True if a debugger is connected too. It may have stopped the program, so the program must not be made to go on. */
  readonly isShared: boolean;
  /** Lines for the user about what could not be done or was left. */
  readonly notes: string[];
  /** What is done before the connection is closed, also at Ctrl+C. */
  readonly atEnd: (() => Promise<void>)[];
  /** Says that this command stays for long: others need not wait for their turns. */
  stay(): void;
}

/** The turn of this command. */
interface Turn {
  end(): void;
}

/**
 * Closes the inspector once this client has gone. Nothing that it does may throw into the program. Does nothing if another command
 * has connected before: that one closes it.
 */
const closeSoon = `(() => {
  try {
    const key = Symbol.for('skein.closing/0');
    const closing = {};
    Object.defineProperty(globalThis, key, { value: closing, configurable: true });
    const close = () => {
      try {
        if (globalThis[key] !== closing) return;
        delete globalThis[key];
        process.getBuiltinModule('inspector').close();
      } catch {}
    };
    // Tests may have replaced the timers of the program, and not these.
    const later = (ms, then) => AbortSignal.timeout(ms).addEventListener('abort', then);
    // Two timers: if the thread computes, the signal that opened the inspector arrives between them, and would open it again.
    later(50, () => later(10, close));
    return true;
  } catch { return false; }
})()`;

/** Returns true if an earlier command would close the inspector, which it then does no more. */
const takeOver = `(() => {
  const key = Symbol.for('skein.closing/0');
  const closes = key in globalThis;
  delete globalThis[key];
  return closes;
})()`;

/** Evaluates a text that returns true or false; false too if no response comes. */
async function tells(session: Session, expression: string): Promise<boolean> {
  const told = await session
    .request('Runtime.evaluate', { expression, returnByValue: true, silent: true }, 2000)
    .catch(() => undefined);
  return (told?.['result'] as { value?: unknown } | undefined)?.value === true;
}

/** How long the inspector may take to close, in ms. */
const closedMs = 1000;

async function checked(pid: number): Promise<ProcessInfo> {
  let info: ProcessInfo | undefined;
  try {
    info = await processOf(pid);
    if (info !== undefined && isRuntime(info.executable) && hasOwnNetwork(pid))
      throw new CannotAttachError(
        `Process ${pid} (${info.name}) has a network of its own, as in a container. Run the command in there: docker exec … npx skein ps 1.`,
      );
  } catch (error) {
    if (error instanceof CannotAttachError) throw error;
    throw new CannotAttachError(
      `Process ${pid} belongs to another user (${(error as NodeJS.ErrnoException).code}). Run the command as that user.`,
    );
  }
  if (info === undefined)
    throw new NotFoundError(
      `No process has the id ${pid}. \`skein list\` shows those of Node, Deno and Bun.`,
    );
  if (isRuntime(info.executable)) return info;
  throw new CannotAttachError(
    `Process ${pid} (${info.executable}) is not run by Node, Deno or Bun. It got no signal. \`skein list\` shows those that can be looked at.`,
  );
}

/** How many clients there are; none if the process has ended. Until its parent has asked for its exit code, only root may read its sockets. */
function clientsLeft(pid: number, port: number): number {
  try {
    return clientsOf(pid, port) ?? 1;
  } catch {
    return 0;
  }
}

async function leave(
  target: Target,
  inspector: Inspector,
  close: () => Promise<void>,
): Promise<void> {
  const { info, session, notes } = target;
  const { pid, name } = info;
  const { port, isOurs } = inspector;
  // To disconnect while the thread evaluates something may crash it: seen in Node 20.
  await session.idle();
  // Its process waits for nothing else, and has no time for a request.
  if (session.isEnding) return close();
  const isTheLast = isOurs && clientsLeft(pid, port) <= 1;
  if (isOurs && !isTheLast)
    notes.push(
      `The inspector of ${name} stays open at port ${port}: another client has connected to it.`,
    );
  const asked = isTheLast && (await tells(session, closeSoon));
  await close();
  if (!isTheLast) return;
  for (const until = Date.now() + closedMs; Date.now() < until; await pause(pauseMs)) {
    const open = await portsOf(pid).catch(() => []);
    if (open.some((each) => each.port === port)) continue;
    if (isBun(info)) forgetInspectorOfBun(info);
    return;
  }
  notes.push(
    asked
      ? `The inspector of ${name} closes as soon as the program has time for it.`
      : `The inspector of ${name} stays open at port ${port}: the program could not close it.`,
  );
}

/** Connects to a process, calls `work`, and leaves the process as it was found, also if `work` fails or Ctrl-C comes. */
export async function attach<T>(
  pid: number,
  notes: string[],
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const info = await checked(pid);
  const turn: Turn = { end: await takeTurn() };
  try {
    const inspector = (await openInspector(info)) ?? (await askToOpen(info));
    return await connected(info, inspector, notes, turn, work);
  } finally {
    turn.end();
  }
}

function endedText({ pid, name }: ProcessInfo): string {
  return `The program of process ${pid} (${name}) ended while it was looked at.`;
}

/** How long the connection of the question whether an inspector is there may be seen, in ms. */
const lingerMs = 300;

/** Tells whether a debugger is connected. Where the system does not tell there might be one. */
async function hasClients(pid: number, port: number): Promise<boolean> {
  for (let waited = 0; waited < lingerMs; waited += pauseMs) {
    if (clientsOf(pid, port) === 0) return false;
    await pause(pauseMs);
  }
  return true;
}

async function connected<T>(
  info: ProcessInfo,
  inspector: Inspector,
  notes: string[],
  turn: Turn,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const isShared = !inspector.isOurs && (await hasClients(info.pid, inspector.port));
  const session: Session = new Session((text) => socket.send(text));
  const socket = await connectWebSocket(
    inspector.url,
    (text) => session.hear(text),
    () => session.closed(),
  ).catch((error: Error) => {
    throw new CannotAttachError(
      `The inspector of process ${info.pid} (${info.name}) took no connection: ${error.message}.`,
    );
  });
  watchEnd(session, info);
  // While a thread computes, an earlier command could not close what it had opened.
  const isOurs = (await tells(session, takeOver)) || inspector.isOurs;
  const atEnd: Target['atEnd'] = [];
  let hasTurn = true;
  const stay = (): void => {
    turn.end();
    hasTurn = false;
  };
  const target: Target = { info, session, isShared, notes, atEnd, stay };
  const leaveNow = async (): Promise<void> => {
    for (const each of atEnd) await each();
    // Another command may be looking: it leaves first, or this one leaves the inspector open to it.
    if (!hasTurn) turn.end = await takeTurn().catch(() => () => {});
    await leave(target, { ...inspector, isOurs }, () => socket.close());
  };
  let left: Promise<void> | undefined;
  const leaveOnce = (): Promise<void> => (left ??= leaveNow());
  const interrupted = (): void => {
    void leaveOnce().finally(() => {
      turn.end();
      process.exit(130);
    });
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupted);
  try {
    return await work(target);
  } catch (error) {
    throw session.isEnding ? new NotFoundError(endedText(info)) : error;
  } finally {
    await leaveOnce();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupted);
  }
}
