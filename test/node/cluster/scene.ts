/** Real servers, real processes, and what can happen to them: what a probe needs. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { ClusterExecutor, type ClusterOptions, type ServeOptions } from 'skein/cluster';
import { test } from 'vitest';
import { hasRedis, RedisServer, type RedisSettings } from './redis.ts';

/** After so many ms of silence a server of a probe is lost. */
export const lockMs = 2000;

let scenes = 0;

export interface Effect {
  readonly event: string;
  readonly tag: string;
  readonly pid: number;
}

/** A process that a test has started. */
export class Child {
  readonly #process: ChildProcess;
  readonly #heard: unknown[] = [];
  #errors = '';
  #wake: (() => void) | undefined;
  exitCode: number | null | undefined;

  constructor(file: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    const url = new URL(`./fixtures/${file}`, import.meta.url);
    this.#process = fork(url, args, { env, stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
    this.#process.stderr?.on('data', (data) => {
      this.#errors += String(data);
    });
    this.#process.on('message', (message) => {
      this.#heard.push(message);
      this.#wake?.();
    });
    this.#process.on('exit', (code) => {
      this.exitCode = code;
      this.#wake?.();
    });
  }

  /** What it has printed as errors and warnings. */
  errors(): string {
    return this.#errors;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  send(message: object): void {
    this.#process.send(message);
  }

  /** The next message; undefined once the process has ended. */
  async next(): Promise<unknown> {
    while (this.#heard.length === 0 && this.exitCode === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#heard.shift();
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  async ended(): Promise<void> {
    while (this.exitCode === undefined) await this.next();
  }

  kill(): Promise<void> {
    this.signal('SIGKILL');
    return this.ended();
  }
}

/** One queue, with its server, executors and workers. All of them end with the test. */
export class Scene {
  readonly redis: RedisServer;
  readonly queue: string = `probe-${process.pid}-${++scenes}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'skein-probe-'));
  readonly #effects = join(this.#folder, 'effects');
  readonly #children: Child[] = [];
  readonly #executors: ClusterExecutor[] = [];
  readonly #endings: (() => Promise<void>)[] = [];

  constructor(redis: RedisServer) {
    this.redis = redis;
    writeFileSync(this.#effects, '');
  }

  executor(options: Partial<ClusterOptions> = {}): ClusterExecutor {
    const executor = new ClusterExecutor({
      connection: this.redis.url,
      queue: this.queue,
      ...options,
    });
    this.#executors.push(executor);
    return executor;
  }

  async server(
    options: Partial<ServeOptions> & { only?: string[]; closing?: object } = {},
  ): Promise<Child> {
    const all = {
      connection: this.redis.url,
      queue: this.queue,
      lock: lockMs,
      concurrency: 4,
      // To start threads takes most of the time of a probe.
      executor: 'inline',
      ...options,
    };
    return this.child('server.mjs', all);
  }

  submitter(options: Partial<ClusterOptions> = {}, env: NodeJS.ProcessEnv = {}): Promise<Child> {
    const all = { connection: this.redis.url, queue: this.queue, ...options };
    return this.child('submitter.mjs', all, env);
  }

  /** Starts a program, and waits until it is ready. */
  async child(file: string, options: object, env: NodeJS.ProcessEnv = {}): Promise<Child> {
    const child = this.spawn(file, options, env);
    const first = await child.next();
    if (first !== 'ready') throw new Error(`${file} did not start: ${child.errors()}`);
    return child;
  }

  spawn(file: string, options: object, env: NodeJS.ProcessEnv = {}): Child {
    const effects = { SKEIN_EFFECTS: this.#effects };
    const all = { ...process.env, ...effects, ...env };
    const child = new Child(file, [JSON.stringify(options)], all);
    this.#children.push(child);
    return child;
  }

  atEnd(fn: () => Promise<void>): void {
    this.#endings.push(fn);
  }

  effects(tag?: string): Effect[] {
    const lines = readFileSync(this.#effects, 'utf8').split('\n').filter(Boolean);
    const effects = lines.map((line) => {
      const [event = '', name = '', pid] = line.split(' ');
      return { event, tag: name, pid: Number(pid) };
    });
    return tag === undefined ? effects : effects.filter((effect) => effect.tag === tag);
  }

  count(event: string, tag: string): number {
    return this.effects(tag).filter((effect) => effect.event === event).length;
  }

  /** Waits until the function of this tag has begun so many times; returns the process of the last. */
  async begun(tag: string, times = 1): Promise<number> {
    for (;;) {
      const begins = this.effects(tag).filter(({ event }) => event === 'begin');
      if (begins.length >= times) return begins.at(-1)?.pid as number;
      await pause(10);
    }
  }

  /** The keys of the server that are left over of jobs. */
  async keys(): Promise<string[]> {
    const client = this.redis.connect();
    const keys = await client.keys(`{skein:${this.queue}}:*`);
    client.disconnect();
    return keys.filter((key) => /:(?:jobs:[jn]-|[owbs]:)/.test(key));
  }

  async end(): Promise<void> {
    await Promise.all(
      this.#executors.map((executor) => executor.shutdown({ wait: false, cancelRunning: true })),
    );
    for (const child of this.#children) if (child.exitCode === undefined) await child.kill();
    for (const fn of this.#endings) await fn();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await pause(10);
}

export async function outcomeOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error;
  }
}

/** Probes that take long run with `npm run probes` only. */
const withSlow = process.env['SKEIN_PROBES'] !== undefined;

let shared: Promise<RedisServer> | undefined;

interface ProbeOptions {
  readonly slow?: boolean;
  /** A server of its own, as the probe ends or stops it. */
  readonly own?: RedisSettings;
  readonly timeoutMs?: number;
  /** What it needs is not here. */
  readonly skip?: boolean;
}

/** One of the numbered probes of the cluster. Those of a file run at the same time, as they mostly wait. */
export function probe(
  name: string,
  run: (scene: Scene) => Promise<void>,
  { slow = false, own, timeoutMs = 60_000, skip = false }: ProbeOptions = {},
): void {
  const runs = hasRedis && !skip && (!slow || withSlow);
  test.runIf(runs).concurrent(name, { timeout: timeoutMs }, async () => {
    shared ??= own === undefined ? RedisServer.start() : shared;
    const redis =
      own === undefined ? await (shared as Promise<RedisServer>) : await RedisServer.start(own);
    const scene = new Scene(redis);
    try {
      await run(scene);
    } finally {
      await scene.end();
      if (own !== undefined) await redis.stop();
    }
  });
}

/** Ends the server that the probes of a file share. */
export async function endShared(): Promise<void> {
  await (await shared)?.stop();
}
