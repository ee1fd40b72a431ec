/** Programs that are looked at, in processes of their own, and the command that looks. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const command = fileURLToPath(new URL('../../../dist/node/command-line.js', import.meta.url));

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command. Each call has a turn of its own, so that tests need not wait for each other. */
export async function skein(...args: string[]): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'skein-turn-'));
  const ended = await skeinIn(folder, ...args);
  rmSync(folder, { recursive: true, force: true });
  return ended;
}

/** Runs the command. Calls with the same folder take turns, as those of one user. */
export function skeinIn(folder: string, ...args: string[]): Promise<Ended> {
  const env = { ...process.env, NODE_OPTIONS: '', XDG_RUNTIME_DIR: folder };
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** Runs a command in this process: for errors that it throws before it looks at another one. */
export async function inHere(name: string, ...args: string[]): Promise<void> {
  const file = new URL(`../../../dist/command-line/${name}-command.js`, import.meta.url).href;
  const module = (await import(file)) as Record<string, (args: string[]) => Promise<void>>;
  await module[`${name}Command`]?.(args);
}

/** What programs begin with. It prints the longest time between two beats, and the most CPU time, in ms, since it was asked the last time. */
const prelude = `
  let longest = 0;
  let last = performance.now();
  let most = 0;
  let used = process.cpuUsage();
  const beat = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    const { user, system } = process.cpuUsage(used);
    most = Math.max(most, (user + system) / 1000);
    used = process.cpuUsage();
  };
  const beating = setInterval(beat, 5);
  // The rest of the program may end it.
  const stopBeating = () => {
    clearInterval(beating);
    // For Deno it is to be paused, too.
    process.stdin.pause();
    process.stdin.unref?.();
    process.stdin.destroy();
  };
  process.stdin.on('data', () => {
    console.log('held up for ' + longest + ' ms, of CPU ' + most + ' ms: at most');
    longest = 0;
    most = 0;
  });
`;

export class Target {
  readonly #child: ChildProcess;
  #printed = '';
  errors = '';

  /** The folder with its script. */
  readonly #folder: string | undefined;

  private constructor(child: ChildProcess, folder?: string) {
    this.#child = child;
    this.#folder = folder;
    child.stdout?.on('data', (text) => {
      this.#printed += text;
    });
    child.stderr?.on('data', (text) => {
      this.errors += text;
    });
  }

  /** Starts a program, and waits until it has printed \`ready\`. */
  static async start(
    code: string,
    options: { flags?: string[]; env?: Record<string, string>; file?: string } = {},
  ): Promise<Target> {
    const { file = process.execPath, flags = ['--inspect-port=0'] } = options;
    mkdirSync(`${root}.cache`, { recursive: true });
    const folder = mkdtempSync(`${root}.cache/looked-at-`);
    const script = join(folder, 'server.mjs');
    // Deno does not find a package by its own name.
    const entry = fileURLToPath(new URL('../../../dist/node/index.js', import.meta.url));
    const known = flags[0] === 'run' ? code.replaceAll("from 'skein'", `from '${entry}'`) : code;
    writeFileSync(script, prelude + known);
    const args = [...flags, script];
    const env = { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1', ...options.env };
    const target = new Target(spawn(file, args, { cwd: root, env }), folder);
    await target.printed('ready');
    return target;
  }

  /** Starts a process that runs no program of this kind. */
  static other(file: string, ...args: string[]): Target {
    return new Target(spawn(file, args, { cwd: root }));
  }

  get pid(): string {
    return String(this.#child.pid);
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until the program has printed a text. */
  async printed(text: string): Promise<void> {
    while (!this.#printed.includes(text)) {
      if (!this.isAlive) throw new Error(`It ended: ${this.#printed}${this.errors}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Waits until the process has ended by itself. */
  async ended(): Promise<void> {
    if (this.isAlive) await once(this.#child, 'exit');
  }

  /** Returns the longest time for which the program has been held up since the last call, in ms. It has to be able to respond. */
  async held(): Promise<number> {
    this.#printed = '';
    this.#child.stdin?.write('held\n');
    await this.printed('ms: at most');
    return Number(/held up for ([\d.]+)/.exec(this.#printed)?.[1]);
  }

  /** Returns the most CPU time that the program took between two turns since the last call, in ms: on a loaded machine it is the same. */
  async heldByWork(): Promise<number> {
    await this.held();
    return Number(/of CPU ([\d.]+)/.exec(this.#printed)?.[1]);
  }

  /** What a program with `tellsWhatIsLeft` prints: names of properties that a command has left, and whether no instrument is there. */
  async left(): Promise<string> {
    this.#printed = '';
    this.#child.stdin?.write('left\n');
    await this.printed('left: ');
    await this.printed(']\n');
    return /left: (.*)\n/.exec(this.#printed)?.[1] ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
    if (!this.isAlive) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** The two locks in the wrong order, and some tasks beside them. */
export const deadlocked = `
  import { createTask, gather, Lock, Queue, run, sleep, taskGroup } from 'skein';
  const [a, b] = [new Lock({ name: 'A' }), new Lock({ name: 'B' })];
  async function both(first, second) {
    await first.with(async () => {
      await sleep(1);
      await second.acquire();
    });
  }
  function* worker(queue) {
    yield* queue.get();
  }
  await run(async function main() {
    const left = createTask(() => both(a, b), { name: 'left' });
    const right = createTask(() => both(b, a), { name: 'right' });
    createTask(() => gather([left, right]), { name: 'parent' });
    createTask(worker(new Queue(4, { name: 'jobs' })), { name: 'worker' });
    createTask(
      () =>
        taskGroup(async (tg) => {
          for (let n = 1; n <= 3; n++) tg.createTask(sleep(3_600_000), { name: 'shard-' + n });
        }),
      { name: 'warm-up' },
    );
    await sleep(50);
    console.log('ready');
    await sleep(3_600_000);
  });
`;
