/**
 * Ctrl-C typed at a terminal, beside the spinner of ora. The terminal is made by `script` of util-linux, which most Linux systems
 * have. Where it is missing these tests are skipped; in CI they fail then.
 */
import { spawn, spawnSync } from 'node:child_process';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { type Ended, ended, pathOf } from './program.ts';

const hasScript =
  process.platform === 'linux' &&
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

/** Runs a program at a terminal, and types Ctrl-C when it is ready. */
function atTerminal(name: string, args: string): Promise<Ended> {
  // A new terminal has no size, in which ora cannot write a line.
  const command = `stty cols 80 rows 24; exec '${process.execPath}' '${pathOf(name)}' ${args}`;
  // ora shows no spinner in CI.
  const { CI: _, ...env } = process.env;
  const child = spawn('script', ['-qefc', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...env, SHELL: '/bin/sh', TERM: 'xterm' },
  });
  child.stdin.on('error', () => undefined);
  return ended(child, (line) => {
    if (line.includes('ready')) child.stdin.write('\x03');
  });
}

describe('Ctrl-C at a terminal', () => {
  test.for([
    'after',
    'before',
    // ora takes the terminal's input away from the program, and hands on Ctrl-C by itself.
    'after discard',
    'before discard',
  ])('cancels main beside a spinner of ora: %s', async (args: string, { skip }) => {
    if (!process.env['CI']) skip(!hasScript, '`script` of util-linux was not found');
    expect(hasScript, '`script` of util-linux is needed in CI').toBe(true);
    const { lines, code } = await atTerminal('spinner', args);
    const output = lines.join('\n');
    expect(output).toContain('finally');
    expect(output).toContain('KeyboardInterrupt: Interrupted from the keyboard (SIGINT).');
    // The cursor is shown again.
    expect(output.lastIndexOf('\x1b[?25h')).toBeGreaterThan(output.lastIndexOf('\x1b[?25l'));
    expect(code).toBe(130);
  });
});
