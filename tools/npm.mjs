import { spawnSync } from 'node:child_process';
import process from 'node:process';

/**
 * Runs npm with `args` in `cwd`. Its output goes to ours, or with `stdio: 'pipe'` into the answer.
 *
 * @param {string[]} args
 * @param {string} cwd
 * @param {'inherit' | 'pipe'} stdio
 */
export function npm(args, cwd, stdio = 'inherit') {
  // npm names itself to the scripts it runs; on Windows `npm` is a script that only a shell can start.
  const self = process.env.npm_execpath;
  const [command, ...first] = self ? [process.execPath, self] : ['npm'];
  const shell = !self && process.platform === 'win32';
  const result = spawnSync(command, [...first, ...args], { cwd, stdio, shell, encoding: 'utf8' });
  const { status, stdout, stderr } = result;
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}` };
}
