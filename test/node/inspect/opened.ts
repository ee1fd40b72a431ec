/** Recordings of the programs in tools/page, and `skein open` on them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from 'skein';
import { encodeRecording, type Recording, recordTasks } from 'skein/inspect';
import { deadlock, server } from '../../../tools/page/programs.mjs';

const main = fileURLToPath(new URL('../../../dist/node/command-line.js', import.meta.url));
const programs = { deadlock, server };

/** Records a program up to the end of its main task: those that it made are still there. */
export async function recordingOf(name: keyof typeof programs): Promise<Recording> {
  using recorder = recordTasks();
  return await run(async () => {
    await programs[name]();
    return recorder.take();
  });
}

export class Opened {
  readonly file: string;
  readonly address: URL;
  readonly token: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, file: string, child: ChildProcess, url: string) {
    this.#folder = folder;
    this.file = file;
    this.#process = child;
    this.address = new URL(url);
    this.token = this.address.hash.replace('#token=', '');
  }

  static async start(recording: Recording): Promise<Opened> {
    const folder = mkdtempSync(join(tmpdir(), 'skein-open-'));
    const file = join(folder, 'run.skein');
    writeFileSync(file, encodeRecording(recording), { mode: 0o600 });
    const child = spawn(process.execPath, [main, 'open', file, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    return new Opened(folder, file, child, JSON.parse(String(line)).url);
  }

  /** Runs a command line that is refused. */
  static async refused(args: readonly string[]): Promise<{ code: number; stderr: string }> {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, stderr };
  }

  [Symbol.dispose](): void {
    this.#process.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
