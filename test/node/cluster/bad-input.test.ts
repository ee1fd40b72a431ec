/** A server that is not as it has to be: an error on the right future, or a warning, and nothing lost. */
import { getEventLoop } from 'skein';
import { ClusterExecutor, JobLostError, serveCluster } from 'skein/cluster';
import { BrokenExecutor } from 'skein/executors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as effects from './fixtures/effects.mjs';
import { Network } from './network.ts';
import { hasRedis, RedisServer } from './redis.ts';
import { outcomeOf, until } from './scene.ts';

const nowhere = 'redis://127.0.0.1:1';

describe('at the call', () => {
  const cluster = new ClusterExecutor({ connection: 'memory:', queue: 'bad-input' });
  afterAll(() => cluster.shutdown());

  test('an id with half of a letter is refused, as no engine can write it', () => {
    expect(() => cluster.attach('\ud800')).toThrow(
      /expected the `id` of a job, a text of 1 to 500/,
    );
    const options = { id: 'a\udc00b' };
    expect(() => cluster.submitWith(options, effects.quick, 'a')).toThrow(/expected the `id`/);
  });

  test('a function that is not declared is refused, whatever its name is', () => {
    const fn = Object.defineProperty(() => 1, 'name', { value: Symbol('no text') });
    expect(() => cluster.submit(fn)).toThrow(/expected a declared function, .* but `fn` is not/);
  });

  test('options of a connection are read once, and an error of a getter comes out', async () => {
    const connection = {
      get host(): string {
        throw new RangeError('no host today');
      },
    };
    const options = { connection, queue: 'bad-input' };
    expect(() => new ClusterExecutor(options)).toThrow('no host today');
    await expect(serveCluster(effects, options)).rejects.toThrow('no host today');
  });

  test('an error of a lost job is made of texts', () => {
    expect(() => new JobLostError(Symbol('a') as never, 'b')).toThrow(
      /expected the name and the id/,
    );
  });
});

describe('without a server', () => {
  test('futures wait, and fail after `offline` ms', async () => {
    const cluster = new ClusterExecutor({ connection: nowhere, queue: 'away', offline: 300 });
    const error = await outcomeOf(cluster.submit(effects.quick, 'a'));
    expect(error).toBeInstanceOf(BrokenExecutor);
    expect(String(error)).toMatch(
      /The server was out of reach for 300 ms, so the outcome of `quick` is not known/,
    );
    expect(cluster.statistics()).toMatchObject({ pending: 0, connected: false });
    await cluster.shutdown();
  });

  test('a `queueTimeout` holds all the same, and `cancel()` is done at once', async () => {
    const cluster = new ClusterExecutor({ connection: nowhere, queue: 'away' });
    const late = cluster.submitWith({ queueTimeout: 200 }, effects.quick, 'a');
    expect(await outcomeOf(late)).toMatchObject({ name: 'TimeoutError' });
    const cancelled = cluster.submit(effects.quick, 'b');
    cancelled.cancel();
    await cluster.shutdown();
    expect(cancelled.cancelled()).toBe(true);
  });
});

describe.runIf(hasRedis)('with a server', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  test('that wants another password, the future and the server say so', async () => {
    const admin = redis.connect();
    await admin.call('ACL', 'SETUSER', 'guest', 'on', '>right', '~*', '+@all');
    const connection = redis.url.replace('//', '//guest:wrong@');
    const cluster = new ClusterExecutor({ connection, queue: 'closed' });
    const error = await outcomeOf(cluster.submit(effects.quick, 'a'));
    expect(error).toBeInstanceOf(BrokenExecutor);
    expect(String(error)).toMatch(/This ClusterExecutor cannot use its server: .*WRONGPASS/);
    expect(() => cluster.submit(effects.quick, 'b')).toThrow(/WRONGPASS/);
    await cluster.shutdown();
    await expect(
      serveCluster(effects, { connection, queue: 'closed', executor: 'inline' }),
    ).rejects.toThrow(/WRONGPASS/);
    admin.disconnect();
  });

  test('that refuses the second connection of a server, that server leaves nothing open', async () => {
    const admin = redis.connect();
    await admin.call('ACL', 'SETUSER', 'guest', 'on', '>right', '~*', '&*', '+@all');
    const network = await Network.start(redis.port);
    let opened = 0;
    network.rewrites = (said) => {
      const text = said.toString('latin1');
      // The answer to the password.
      const welcome = /^%7\r\n\$6\r\nserver.*?modules\r\n\*\d+\r\n/s;
      if (!welcome.test(text) || ++opened === 1) return said;
      return Buffer.from(text.replace(welcome, '-WRONGPASS changed\r\n'), 'latin1');
    };
    const connection = network.url.replace('//', '//guest:right@');
    await expect(
      serveCluster(effects, { connection, queue: 'second', executor: 'inline' }),
    ).rejects.toThrow(/`serveCluster\(\)` expected a server at .*, but .*WRONGPASS changed/);
    expect(opened).toBeGreaterThan(1);
    await until(() => network.connections === 0);
    await network.stop();
    admin.disconnect();
  });

  test('that lets nobody listen, the server says so', async () => {
    const admin = redis.connect();
    await admin.call('ACL', 'SETUSER', 'deaf', 'on', '>right', '~*', 'resetchannels', '+@all');
    const connection = redis.url.replace('//', '//deaf:right@');
    const told: unknown[] = [];
    const loop = getEventLoop();
    loop.setExceptionHandler((_loop, context) => told.push(context.exception));
    try {
      const server = await serveCluster(effects, { connection, queue: 'deaf', executor: 'inline' });
      await until(() => told.length > 0);
      expect(String(told[0])).toMatch(/NOPERM/);
      await server.close();
    } finally {
      loop.setExceptionHandler(undefined);
      admin.disconnect();
    }
  });

  test('that deletes jobs when its memory is full, it is refused', async () => {
    const admin = redis.connect();
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const where = { connection: redis.url, queue: 'lru' };
    const cluster = new ClusterExecutor(where);
    const text =
      /its maxmemory-policy is allkeys-lru: it deletes jobs when its memory is full\. Set `maxmemory-policy noeviction`/;
    expect(String(await outcomeOf(cluster.submit(effects.quick, 'a')))).toMatch(text);
    await cluster.shutdown();
    await expect(serveCluster(effects, { ...where, executor: 'inline' })).rejects.toThrow(text);
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    admin.disconnect();
  });

  test('that is too old, it is refused', async () => {
    const network = await Network.start(redis.port);
    network.rewrites = (said) =>
      Buffer.from(said.toString('latin1').replace(/redis_version:7/, 'redis_version:5'), 'latin1');
    const where = { connection: network.url, queue: 'old' };
    const cluster = new ClusterExecutor(where);
    const text = /expected Redis 6\.2 or newer, or Valkey, but the server is Redis 5\.\d+\./;
    expect(String(await outcomeOf(cluster.submit(effects.quick, 'a')))).toMatch(text);
    await cluster.shutdown();
    await expect(serveCluster(effects, { ...where, executor: 'inline' })).rejects.toThrow(text);
    await network.stop();
  });

  test('that is a replica, a warning comes', async () => {
    const replica = await RedisServer.start({
      more: ['--replicaof', '127.0.0.1', String(redis.port)],
    });
    const warnings: string[] = [];
    const hear = (warning: Error): number => warnings.push(warning.message);
    process.on('warning', hear);
    const cluster = new ClusterExecutor({ connection: replica.url, queue: 'replica' });
    const future = cluster.submit(effects.quick, 'a');
    await until(() => warnings.some((text) => /is a replica, which takes no jobs/.test(text)));
    process.off('warning', hear);
    future.cancel();
    await cluster.shutdown({ wait: false, cancelRunning: true });
    await replica.stop();
  });

  test('a connection in the place of its options is refused', () => {
    const connection = redis.connect();
    expect(() => new ClusterExecutor({ connection: connection as never, queue: 'a' })).toThrow(
      /expected a URL or the options of a connection, as it opens its own, but got a connection/,
    );
    connection.disconnect();
  });

  test('that keeps its jobs in memory only, a warning comes', async () => {
    const admin = redis.connect();
    await admin.config('SET', 'appendonly', 'no');
    const warnings: string[] = [];
    const hear = (warning: Error): number => warnings.push(`${warning.name}: ${warning.message}`);
    process.on('warning', hear);
    const cluster = new ClusterExecutor({ connection: redis.url, queue: 'volatile' });
    await until(() =>
      warnings.some((text) =>
        /^SkeinClusterWarning: The server of the cluster keeps its jobs in memory only/.test(text),
      ),
    );
    process.off('warning', hear);
    await cluster.shutdown();
    admin.disconnect();
  });
});
