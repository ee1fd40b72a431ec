/** The command `skein`, as npm installs it. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ClusterExecutor } from 'skein/cluster';
import { declareFunctions } from 'skein/executors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasRedis, RedisServer } from './redis.ts';
import { until } from './scene.ts';

const command = fileURLToPath(new URL('../../../dist/node/command-line.js', import.meta.url));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function skein(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

describe.concurrent('skein', () => {
  test('lists its commands', async () => {
    const { code, stdout } = await skein('help');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/Usage: skein <command>[\s\S]* {2}worker {4}serves/),
    ]);
    expect(await skein()).toMatchObject({ code: 0, stdout });
  });

  test('refuses a command that it does not know', async () => {
    const { code, stderr } = await skein('wroker');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('skein expected a command, but got `wroker`.'),
    ]);
  });

  test.each([
    [['worker', '--queue', 'a'], /expected a module of functions, but got none/],
    [['worker', './work.js', '--queue', 'a'], /expected --connection, but got none/],
    [['worker', './work.js', '--connection', 'redis://x'], /expected --queue, but got none/],
    [['worker', './work.js', '--concurency', '2'], /Unknown option '--concurency'/],
    [
      ['worker', './work.js', '--connection', 'redis://x', '--queue', 'a', '--lock', 'x'],
      /expected --lock to be a number, but got x/,
    ],
    [
      ['worker', './work.js', '--connection', 'memory:', '--queue', 'a'],
      /memory: is a queue of one process only/,
    ],
  ])('refuses %s', async (args, text) => {
    const { code, stderr } = await skein(...args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(text)]);
  });

  test('says what is wrong with a module that is not there, and with options', async () => {
    const where = ['--connection', 'redis://127.0.0.1:1', '--queue', 'a'];
    expect(await skein('worker', './no-such.js', ...where)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no-such.js'),
    });
    const wrong = await skein(
      'worker',
      fileURLToPath(import.meta.resolve('./fixtures/effects.mjs')),
      ...where,
      '--executor',
      'fibres',
    );
    expect(wrong.stderr).toContain(
      "expected `executor` to be 'threads', 'processes' or 'inline', but got \"fibres\"",
    );
  });
});

describe.runIf(hasRedis)('skein worker', () => {
  let redis: RedisServer;
  const folder = mkdtempSync(join(tmpdir(), 'skein-worker-'));
  const file = join(folder, 'work.mjs');
  beforeAll(async () => {
    redis = await RedisServer.start();
    writeFileSync(
      file,
      `export const double = (n) => 2 * n;
       export const long = (ms) => new Promise((resolve) => setTimeout(resolve, ms, 'done'));
       export class Ignored {}
       export const alsoIgnored = 1;`,
    );
  });
  afterAll(async () => {
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('the tutorial runs on it', { timeout: 60_000 }, async () => {
    const file = fileURLToPath(
      new URL('../../../examples/tutorial/8-many-machines.ts', import.meta.url),
    );
    const { code, stdout } = await new Promise<Ended>((resolve) => {
      const env = { ...process.env, SKEIN_CLUSTER: redis.url };
      execFile(process.execPath, ['--import', 'tsx', file], { env }, (error, out, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout: out, stderr });
      });
    });
    expect([code, stdout]).toEqual([0, expect.stringContaining('has picture 3, smaller')]);
    expect(stdout).toContain('the film has stopped');
  });

  test('20. serves the functions of a module, and ends after SIGTERM once they are over', {
    timeout: 60_000,
  }, async () => {
    const args = [
      'worker',
      file,
      '--connection',
      redis.url,
      '--queue',
      'command',
      '--concurrency',
      '2',
    ];
    const worker = spawn(process.execPath, [command, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    worker.stdout.on('data', (data) => {
      printed += String(data);
    });
    const ended = new Promise((resolve) => worker.on('exit', resolve));
    await using cluster = new ClusterExecutor({ connection: redis.url, queue: 'command' });
    const work = declareFunctions<{ double(n: number): number; long(ms: number): Promise<string> }>(
      'file:///not/here.mjs',
    );
    expect(await cluster.submit(work.double, 21)).toBe(42);
    expect(printed).toMatch(
      /^Serving `double`, `long` to the queue command, 2 at a time \(.+:\d+:\w+\)\.\n$/,
    );
    const long = cluster.submit(work.long, 1000);
    await until(() => long.running());
    worker.kill('SIGTERM');
    await until(() => printed.includes('SIGTERM'));
    const queued = cluster.submit(work.double, 1);
    expect(await long).toBe('done');
    expect(await ended).toBe(0);
    expect(printed).toContain('SIGTERM: ending once 1 running jobs are over.');
    expect(queued.cancel()).toBe(true);
  });
});
