import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ended {
  code: number | string | null;
  stdout: string;
  stderr: string;
}

/** Runs a program in a process of its own, against what a user installs. One that does not end by itself is killed. */
export function program(
  code: string,
  options: { flags?: string[]; env?: Record<string, string> } = {},
): Promise<Ended> {
  const args = [...(options.flags ?? []), '--input-type=module', '--eval', code];
  const env = { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1', ...options.env };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd: root, env, timeout: 20_000 },
      (error, stdout, stderr) => {
        const ended = error === null ? 0 : error.killed ? 'did not end by itself' : error.code;
        resolve({ code: ended ?? null, stdout: stdout.trim(), stderr: stderr.trim() });
      },
    );
  });
}
