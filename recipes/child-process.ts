/**
 * A child process that is killed with the task that waits for it.
 *
 * - A cancellation, also by a `timeout()`: the child is told to end (SIGTERM), killed after `graceMs`, and gone before the
 *   cancellation goes on.
 * - An exit code that is not 0, or a program that is not there, is an error with what the child wrote about it.
 */
import { spawn } from 'node:child_process';
import { Future, moveOnAfter, shield } from 'skein';

export class ChildFailed extends Error {}

/** Runs a program, and returns what it wrote. */
export async function outputOf(
  command: string,
  args: readonly string[],
  graceMs = 2000,
): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Future<number | string>();
  const written: Buffer[] = [];
  const complaints: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => written.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  child.once('error', (error) => {
    if (!exited.done()) exited.setException(error);
  });
  // All pipes are closed: nothing is written any more.
  child.once('close', (code, signal) => {
    if (!exited.done()) exited.setResult(code ?? signal ?? 'unknown');
  });
  try {
    // Shielded, so that a cancellation does not end the future, which is needed below.
    const code = await shield(exited);
    if (code === 0) return Buffer.concat(written).toString();
    throw new ChildFailed(`${command} ended with ${code}: ${Buffer.concat(complaints)}`);
  } finally {
    if (!exited.done()) {
      child.kill(); // SIGTERM; Windows ends the process at once
      await moveOnAfter(graceMs, async () => await shield(exited));
      if (!exited.done()) {
        child.kill('SIGKILL');
        await exited;
      }
    }
  }
}
