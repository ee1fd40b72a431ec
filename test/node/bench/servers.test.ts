/** The servers that a sample of the clusters' benchmark starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { isThere } from '../../../bench/cluster/servers.mjs';

const servers = fileURLToPath(new URL('../../../bench/cluster/servers.mjs', import.meta.url));

/** Starts a server as a sample does, says which, and goes on for ever. */
const sample = `
  const { start } = await import(${JSON.stringify(servers)});
  const { pid, folder } = await start.redis();
  console.log(JSON.stringify({ pid, folder }));
  setInterval(() => {}, 1000);`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.runIf(isThere.redis())('a server ends with its sample, and so does its folder', async () => {
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', sample], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [text] = await once(child.stdout, 'data');
    const { pid, folder } = JSON.parse(String(text)) as { pid: number; folder: string };
    const state = () => ({ isAlive: isAlive(pid), hasFolder: existsSync(folder) });
    expect(state()).toEqual({ isAlive: true, hasFolder: true });
    child.kill(signal);
    await once(child, 'exit');
    await expect.poll(state, { timeout: 10_000 }).toEqual({ isAlive: false, hasFolder: false });
  }
});
