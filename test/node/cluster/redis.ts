/** Servers of Redis for the tests: each is a process of its own, with a folder of its own, and ends with the test file. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { Redis } from 'ioredis';

const binary = process.env['SKEIN_REDIS'] ?? 'redis-server';

/** Without it the tests of this folder are skipped; with `CI` they fail. */
export const hasRedis: boolean = spawnSync(binary, ['--version']).status === 0;

if (!hasRedis) {
  const text = `No ${binary} was found. Install it (Debian: apt-get install redis-server), or name it in SKEIN_REDIS.`;
  if (process.env['CI']) throw new Error(`CI=true demands the tests of the cluster. ${text}`);
  console.warn(`The tests of the cluster are skipped. ${text}`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

export interface RedisSettings {
  /** Default: each write is on disk before it is confirmed. */
  readonly appendfsync?: 'always' | 'everysec' | 'none';
  readonly more?: readonly string[];
  /** Runs the server under another command: `faketime`. */
  readonly under?: readonly string[];
}

const started = new Set<RedisServer>();
process.on('exit', () => {
  for (const server of started) server.kill();
});

export class RedisServer {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'skein-redis-'));
  readonly #options: RedisSettings;
  port = 0;
  #process: ChildProcess | undefined;

  constructor(options: RedisSettings = {}) {
    this.#options = options;
  }

  static async start(options: RedisSettings = {}): Promise<RedisServer> {
    const server = new RedisServer(options);
    server.port = await freePort();
    started.add(server);
    await server.start();
    return server;
  }

  /** The port for TLS, where the server was started with `startWithTls()`. */
  tlsPort = 0;

  /** Starts it with a port for TLS beside the plain one. */
  async startWithTls(): Promise<void> {
    started.add(this);
    this.port = await freePort();
    this.tlsPort = await freePort();
    await this.start(['--tls-port', String(this.tlsPort)]);
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** Starts it, also again: with the same port and what it has written down. */
  async start(own: readonly string[] = []): Promise<void> {
    const { appendfsync = 'always', more = [], under = [] } = this.#options;
    const [file = binary, ...before] = [...under, binary];
    const persistence =
      appendfsync === 'none'
        ? ['--appendonly', 'no']
        : ['--appendonly', 'yes', '--appendfsync', appendfsync];
    const fixed = ['--bind', '127.0.0.1', '--dir', this.folder, '--save', '', '--daemonize', 'no'];
    this.#process = spawn(
      file,
      [
        ...before,
        '--port',
        String(this.port),
        ...fixed,
        '--maxmemory-policy',
        'noeviction',
        ...persistence,
        ...more,
        ...own,
      ],
      { stdio: 'ignore' },
    );
    const client = this.connect();
    for (;;) {
      try {
        if ((await client.ping()) === 'PONG') break;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      if (this.#process.exitCode !== null) throw new Error('The server of Redis did not start.');
    }
    client.disconnect();
  }

  connect(): Redis {
    const client = new Redis(this.port, '127.0.0.1', {
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    client.on('error', () => {});
    return client;
  }

  /** Ends it at once, as a crash of the process does. */
  kill(): void {
    this.#process?.kill('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  async killed(): Promise<void> {
    const ended = new Promise((resolve) => this.#process?.once('exit', resolve));
    this.kill();
    await ended;
  }

  async stop(): Promise<void> {
    started.delete(this);
    if (this.#process?.exitCode === null && this.#process.signalCode === null) await this.killed();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
