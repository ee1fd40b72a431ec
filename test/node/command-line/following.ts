/** `skein open <pid>`, which goes on until it is ended. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../dist/node/command-line.js', import.meta.url));

/** A command that goes on until it is ended. */
export class Following {
  readonly folder = mkdtempSync(join(tmpdir(), 'skein-turn-'));
  readonly child: ChildProcess;
  url = '';
  printed = '';

  private constructor(args: readonly string[]) {
    const env = { ...process.env, NODE_OPTIONS: '', XDG_RUNTIME_DIR: this.folder };
    this.child = spawn(process.execPath, [main, ...args], { env });
    this.child.stdout?.on('data', (text) => {
      this.printed += text;
    });
    this.child.stderr?.on('data', (text) => {
      this.printed += text;
    });
  }

  static async open(pid: string, ...more: string[]): Promise<Following> {
    const following = new Following(['open', pid, '--json', ...more]);
    const printed = once(following.child.stdout as NodeJS.ReadableStream, 'data');
    await Promise.race([printed, once(following.child, 'exit')]);
    following.url = JSON.parse(following.printed).url;
    return following;
  }

  async interrupt(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    this.child.kill('SIGINT');
    const [code] = await once(this.child, 'exit');
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.interrupt();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
