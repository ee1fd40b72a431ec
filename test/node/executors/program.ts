import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ending {
  code: number | null;
  lines: string[];
  errors: string;
}

/** Runs a program in a process of its own, as a user would, and waits for its end. */
export function run(source: string, ...options: string[]): Promise<Ending> {
  return runNode([...options, '--input-type=module', '--eval', source]);
}

export function runNode(args: string[], cwd: string = root): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = spawn(process.execPath, args, { cwd, env });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      errors += data;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, errors, lines: output.split('\n').filter((line) => line !== '') });
    });
  });
}
