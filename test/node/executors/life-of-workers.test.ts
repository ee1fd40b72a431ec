/** No worker process outlives its program, however the program ends. Real programs are killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const program = fileURLToPath(new URL('fixtures/killed-program.mjs', import.meta.url));
const states = ['idle', 'awaiting', 'spinning', 'looking', 'deaf', 'nested'];
/** Workers end in some 200 ms; a machine that is busy takes longer. A worker that goes on does so for ever. */
const longestMs = 10_000;

let started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
});

/** Starts the program; resolves with it and with the pids of its workers, by their states. */
async function start(
  args: readonly string[] = [],
): Promise<{ child: ChildProcess; pids: Record<string, number> }> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  let output = '';
  for await (const chunk of child.stdout as NodeJS.ReadableStream) {
    output += chunk;
    if (output.includes('\n')) break;
  }
  return { child, pids: JSON.parse(output) };
}

/** A process that has ended may wait for its parent to ask how: it is none any more. */
function lives(pid: number): boolean {
  if (existsSync('/proc/self/status')) {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Returns the states of the workers that are still there after a while. */
async function outliving(pids: Record<string, number>): Promise<string[]> {
  const end = performance.now() + longestMs;
  const left = () => Object.keys(pids).filter((state) => lives(pids[state] as number));
  while (left().length > 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const others = left();
  for (const state of others) process.kill(pids[state] as number, 'SIGKILL');
  return others;
}

describe('worker processes', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
    'end when their program is ended by %s, whatever they do',
    async (signal) => {
      const { child, pids } = await start();
      expect(Object.keys(pids).sort()).toEqual([...states].sort());
      child.kill(signal);
      expect(await outliving(pids)).toEqual([]);
    },
  );

  test.each(['exits', 'fails'])('end when their program %s, whatever they do', async (how) => {
    const { pids } = await start([how]);
    expect(await outliving(pids)).toEqual([]);
  });

  test('end although the watchdog of the program was killed before', async () => {
    const { child, pids } = await start(['kills its watchdog']);
    expect(pids).toHaveProperty('spinning');
    child.kill('SIGKILL');
    expect(await outliving(pids)).toEqual([]);
  });

  test('end where there is no shell that could watch the program', async () => {
    const { child, pids } = await start(['has no shell']);
    child.kill('SIGKILL');
    expect(await outliving(pids)).toEqual([]);
  });
});
