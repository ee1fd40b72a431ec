/**
 * Ends the worker processes of a program that has ended, however it ended: a process that computes does not read from its
 * line, so it does not see that the program is gone.
 *
 * - A program that exits by itself kills them in its `exit` event.
 * - A program that is killed runs no code. So it has a watchdog: a shell, once for all pools, that knows the pids of the living
 *   workers and waits for the end of its input. The system closes that input when the program ends, whatever ended it. The
 *   workers then have a moment to end by themselves (they see that their line is closed); the watchdog kills those that have
 *   not. It ignores signals that are meant for the program, and belongs to no terminal.
 * - Where there is no shell, each worker has a thread that looks who its parent is (`watch-parent.ts`). That costs each worker
 *   10 MB and doubles the time that it takes to start, so it is the second choice.
 * - On Windows neither is needed: Node starts processes in a job object, which the system ends together with the program.
 *
 * States of the watchdog: none → running → none. It is started with the first worker, and again if it was ended by force. It
 * ends when the program does.
 */
import { builtin, type NodeChild, type PlainChild, process } from '../../crossing/node.ts';

/**
 * Reads lines `+ pid` and `- pid` until the end of its input. Then these processes have 0.1 s to end by themselves, and are
 * killed. It starts nothing but `sleep`, and that only if there is a process to wait for.
 */
const script = `trap '' HUP INT QUIT TERM
pids=' '
while read -r sign pid; do
  case $sign in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
  esac
done
case $pids in *[0-9]*) ;; *) exit 0 ;; esac
sleep 0.1
for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
exit 0`;

/** A watchdog that lived for less than this is not started again: there is no use in it. */
const worthRestartingMs = 1000;

/** The living worker processes of this program. */
const living = new Set<NodeChild>();
let watchdog: PlainChild | undefined;
/** True once it is known that no watchdog can be started here. */
let isHopeless = process.platform === 'win32';

/**
 * Prepares for the start of a worker process.
 *
 * @returns true if the worker must watch its parent by itself.
 */
export function mustWatchItself(): boolean {
  startWatchdog();
  return isHopeless && process.platform !== 'win32';
}

/** Has the process end when the program has ended. */
export function endWithProgram(child: NodeChild): void {
  if (living.size === 0) process.on?.('exit', endLiving);
  living.add(child);
  tell('+', child);
}

/** The process has ended. */
export function hasEnded(child: NodeChild): void {
  if (!living.delete(child)) return;
  if (living.size === 0) process.off?.('exit', endLiving);
  tell('-', child);
}

function endLiving(): void {
  for (const child of living) child.kill('SIGKILL');
}

function tell(sign: '+' | '-', { pid }: NodeChild): void {
  if (pid !== undefined) watchdog?.stdin?.write(`${sign} ${pid}\n`);
}

function startWatchdog(): void {
  if (watchdog !== undefined || isHopeless) return;
  const started = spawnShell();
  if (started?.pid === undefined) {
    isHopeless = true;
    return;
  }
  watchdog = started;
  const startedAt = performance.now();
  // The program must not live on for it.
  started.unref();
  started.stdin?.unref?.();
  // Its input breaks when it is ended by force.
  started.stdin?.on?.('error', () => {});
  started.on('exit', () => {
    watchdog = undefined;
    if (performance.now() - startedAt < worthRestartingMs) isHopeless = true;
    else if (living.size > 0) startWatchdog();
  });
  for (const child of living) tell('+', child);
}

function spawnShell(): PlainChild | undefined {
  const env = { PATH: process.env?.['PATH'] ?? '/usr/bin:/bin' };
  try {
    const started = builtin('node:child_process')?.spawn('/bin/sh', ['-c', script], {
      // A folder that the program may be in must not be held, and may be gone.
      cwd: '/',
      env,
      // A process group of its own: a signal from the terminal is for the program.
      detached: true,
      // It holds no output of the program open.
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    // No shell: told by this event, and by the `pid` that is missing.
    started?.on('error', () => {});
    return started;
  } catch {
    return undefined;
  }
}
