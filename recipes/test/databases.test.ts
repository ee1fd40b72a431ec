/** The recipes that need PostgreSQL or Redis, each against a server of its own. Without the server they are skipped; with `CI=true` they fail. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Queue, QueueEvents } from 'bullmq';
import pg from 'pg';
import { Registry } from 'prom-client';
import { CapacityLimiter, createTask, run, sleep, TimeoutError, timeout } from 'skein';
import { ThreadPoolExecutor } from 'skein/executors';
import { serve } from '../bullmq.ts';
import { observe, timer } from '../metrics.ts';
import { connected, query, transaction } from '../postgres.ts';

const debian = '/usr/lib/postgresql';
const [version] = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
const programs = version === undefined ? undefined : join(debian, version, 'bin');
const redis = (process.env['PATH'] ?? '')
  .split(process.platform === 'win32' ? ';' : ':')
  .map((folder) => join(folder, 'redis-server'))
  .find((file) => existsSync(file));
const demanded = Boolean(process.env['CI']);

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a server, and waits until `reaches` succeeds. */
async function withServer<T>(
  file: string,
  args: string[],
  options: object,
  reaches: () => Promise<unknown>,
  body: () => Promise<T>,
): Promise<T> {
  const child = spawn(file, args, { stdio: 'ignore', ...options });
  try {
    for (let left = 600; ; left--) {
      try {
        await reaches();
        break;
      } catch (error) {
        if (left === 0) throw error;
        await new Promise((again) => setTimeout(again, 50));
      }
    }
    return await body();
  } finally {
    child.kill('SIGINT');
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

const noPostgres =
  programs === undefined && !demanded && 'no PostgreSQL: apt-get install postgresql';
test('a query of PostgreSQL is stopped on the server, and its connection is used again', {
  skip: noPostgres,
}, async () => {
  assert.ok(programs, 'CI=true demands PostgreSQL: apt-get install postgresql');
  const folder = mkdtempSync(join(tmpdir(), 'recipes-'));
  // PostgreSQL does not run as root.
  const isRoot = process.getuid?.() === 0;
  const idOf = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const user = isRoot ? { uid: idOf('-u'), gid: idOf('-g') } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? 0);
  const data = join(folder, 'data');
  const port = await freePort();
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth', 'trust', '--no-sync'],
    { stdio: 'ignore', cwd: folder, ...user },
  );
  const pool = new pg.Pool({
    host: '127.0.0.1',
    port,
    user: 'postgres',
    database: 'postgres',
    max: 2,
  });
  pool.on('error', () => {});
  const args = ['-D', data, '-p', String(port), '-k', folder, '-c', 'fsync=off'];
  try {
    await withServer(
      join(programs, 'postgres'),
      args,
      { cwd: folder, ...user },
      () => pool.query('SELECT 1'),
      () =>
        run(async () => {
          const running = async (): Promise<number> => {
            const { rows } = await pool.query(
              "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'",
            );
            return rows.length;
          };
          await connected(pool, async (client) => {
            const task = createTask(() => query(pool, client, 'SELECT pg_sleep(60)'));
            while ((await running()) === 0) await sleep(5);
            await task.stop();
            assert.ok(task.cancelled());
            assert.equal(await running(), 0);
            assert.deepEqual(await query(pool, client, 'SELECT $1::int AS n', [42]), [{ n: 42 }]);
            await assert.rejects(
              timeout(100, () => query(pool, client, 'SELECT pg_sleep(60)')),
              TimeoutError,
            );
            await assert.rejects(query(pool, client, 'SELEC'), /syntax error/);
          });
          await pool.query('CREATE TABLE accounts (id int)');
          const failing = transaction(pool, async (client) => {
            await query(pool, client, 'INSERT INTO accounts VALUES (1)');
            throw new RangeError('given up');
          });
          await assert.rejects(failing, RangeError);
          await transaction(pool, (client) =>
            query(pool, client, 'INSERT INTO accounts VALUES (2)'),
          );
          assert.deepEqual((await pool.query('SELECT id FROM accounts')).rows, [{ id: 2 }]);
          await pool.end();
        }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

const noRedis = redis === undefined && !demanded && 'no Redis: apt-get install redis-server';
test('a worker of BullMQ runs its jobs in threads, fails those that fail, and ends when it is cancelled', {
  skip: noRedis,
}, async () => {
  assert.ok(redis, 'CI=true demands Redis: apt-get install redis-server');
  const connection = { host: '127.0.0.1', port: await freePort(), maxRetriesPerRequest: null };
  const args = ['--port', String(connection.port), '--save', '', '--appendonly', 'no'];
  const queue = new Queue('sums', { connection });
  const events = new QueueEvents('sums', { connection });
  queue.on('error', () => {});
  events.on('error', () => {});
  await withServer(
    redis,
    args,
    {},
    () => queue.waitUntilReady(),
    async () => {
      await events.waitUntilReady();
      const work = ({ n }: { n: number }): number => {
        if (n < 0) throw new RangeError('negative');
        return n * n;
      };
      await run(async () => {
        const serving = createTask(() => serve('sums', connection, work));
        const good = await queue.add('square', { n: 12 });
        assert.equal(await good.waitUntilFinished(events), 144);
        const bad = await queue.add('square', { n: -1 });
        await assert.rejects(bad.waitUntilFinished(events), /negative/);
        await serving.stop();
        assert.ok(serving.cancelled());
      });
      await events.close();
      await queue.close();
    },
  );
});

test('prom-client tells what a pool and a limiter do, and how parts of tasks ended', async () => {
  const registry = new Registry();
  const limiter = new CapacityLimiter(1);
  const measured = timer(registry);
  await run(async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    observe(registry, pool, limiter);
    await pool.submit(() => 1);
    const waiting = await limiter.with(async () => {
      const second = createTask(() => measured(() => limiter.with(() => sleep(1))), {
        name: 'second',
      });
      await sleep(5);
      const text = await registry.metrics();
      second.cancel();
      return text;
    });
    assert.match(waiting, /^limiter_waiting 1$/m);
    assert.match(waiting, /^pool_workers\{state="idle"\} 1$/m);
    await assert.rejects(
      createTask(() => measured(async () => Promise.reject(new Error('no'))), { name: 'third' }),
    );
    const end = await registry.metrics();
    assert.match(end, /^work_seconds_count\{name="second",outcome="cancelled"\} 1$/m);
    assert.match(end, /^work_seconds_count\{name="third",outcome="failed"\} 1$/m);
  });
});
