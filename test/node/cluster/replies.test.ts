/** How outcomes come to an executor on Redis: by its stream alone, or by a key too. From the sources, as both ends are asked. */
import type { Redis } from 'ioredis';
import { afterAll, expect } from 'vitest';
import type { Destination, Reply } from '../../../src/cluster/engine.ts';
import { loadPeers, openRedis } from '../../../src/cluster/redis/connection.ts';
import { OutcomeWriter } from '../../../src/cluster/redis/outcome-writer.ts';
import { RedisExecutorEnd } from '../../../src/cluster/redis/redis-executor-end.ts';
import { Keys, tell } from '../../../src/cluster/redis/scripts.ts';
import * as effects from './fixtures/effects.mjs';
import { Network } from './network.ts';
import { endShared, probe, type Scene, until } from './scene.ts';

afterAll(endShared);

const keep = 60 * 60 * 1000;
const address = 'executor';
const alone: Destination = { replyTo: address, keep, mayBeAsked: false };

interface Ends {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly writer: OutcomeWriter;
  readonly executor: RedisExecutorEnd;
  readonly heard: Reply[];
}

/** An executor's end, and what a server writes with. */
async function endsOf(scene: Scene, url = scene.redis.url): Promise<Ends> {
  const peers = await loadPeers();
  const keys = new Keys(scene.queue);
  const redis = openRedis(peers.Redis, scene.redis.url);
  const heard: Reply[] = [];
  const events = {
    heard: (reply: Reply) => heard.push(reply),
    missed: () => {},
    reachable: () => {},
    fatal: () => {},
  };
  const executor = new RedisExecutorEnd(peers, url, keys, address, events, keep);
  executor.keepAlive(true);
  scene.atEnd(async () => {
    await executor.close();
    redis.disconnect();
  });
  await until(async () => redis.status === 'ready' && executor.isReady);
  await until(async () => (await redis.exists(keys.stream(address))) === 1);
  return { redis, keys, writer: new OutcomeWriter(redis, keys), executor, heard };
}

function outcomesIn(heard: readonly Reply[]): unknown[] {
  return heard.flatMap((reply) =>
    reply.kind === 'outcome' ? [[reply.id, reply.outcome, reply.isKept]] : [],
  );
}

probe('outcomes for one executor go together in one entry, and into no key', async (scene) => {
  const { redis, keys, writer, heard } = await endsOf(scene);
  const stream = keys.stream(address);
  const [before] = await redis.xrevrange(stream, '+', '-', 'COUNT', 1);
  await Promise.all(['j-1', 'j-2', 'j-3'].map((id) => writer.write(id, `of ${id}`, alone)));
  await until(() => heard.length === 3);
  expect(outcomesIn(heard)).toEqual([
    ['j-1', 'of j-1', false],
    ['j-2', 'of j-2', false],
    ['j-3', 'of j-3', false],
  ]);
  const entries = await redis.xrange(stream, `(${before?.[0]}`, '+');
  expect(entries.length).toBeLessThanOrEqual(1);
  expect(await scene.keys()).toEqual([]);
  expect(await redis.pttl(stream)).toBeGreaterThan(keep - 60_000);
});

probe('an outcome that others may ask for stays as it was written first', async (scene) => {
  const { writer, heard, executor } = await endsOf(scene);
  const asked = { ...alone, mayBeAsked: true };
  await writer.write('j-1', 'first', asked);
  await writer.write('j-1', 'second', asked);
  await until(() => heard.length === 2);
  expect(outcomesIn(heard)).toEqual([
    ['j-1', 'first', true],
    ['j-1', 'first', true],
  ]);
  expect(await executor.look(['j-1'])).toEqual([{ outcome: 'first' }]);
  await executor.forget(['j-1']);
  expect(await scene.keys()).toEqual([]);
});

probe(
  'an outcome is told though something else has written the key of the stream',
  async (scene) => {
    const { redis, keys, writer } = await endsOf(scene);
    await redis.rpush(keys.stream('odd'), 'x');
    await writer.write('j-1', 'told', { ...alone, replyTo: 'odd' });
    expect(await redis.get(keys.outcome('j-1'))).toBe('told');
  },
);

probe(
  'a job is unknown only after the replies that were there when the server was asked',
  async (scene) => {
    const network = await Network.start(scene.redis.port);
    scene.atEnd(() => network.stop());
    // The connection that reads replies stands still.
    network.freezesAt = 'xread';
    const { writer, heard, executor } = await endsOf(scene, network.url);
    await until(() => network.freezesAt === undefined);
    await writer.write('j-1', 'late', alone);
    expect(heard).toEqual([]);
    expect(await executor.look(['j-1'])).toEqual(['unknown']);
    expect(outcomesIn(heard)).toEqual([['j-1', 'late', false]]);
  },
);

probe('a future settles though the connection for replies stands still', async (scene) => {
  await scene.server();
  const network = await Network.start(scene.redis.port);
  scene.atEnd(() => network.stop());
  network.freezesAt = 'xread';
  const cluster = scene.executor({ connection: network.url, sweep: 300 });
  expect(await cluster.submit(effects.quick, 'still')).toBe('still');
  expect(network.freezesAt).toBe(undefined);
});

probe('after a reconnect an outcome with a number of before is heard', async (scene) => {
  const network = await Network.start(scene.redis.port);
  scene.atEnd(() => network.stop());
  const { redis, keys, heard } = await endsOf(scene, network.url);
  const stream = keys.stream(address);
  const inAnHour = Date.now() + keep;
  await redis.xadd(stream, `${inAnHour}-0`, 'i', 'j-1', 'p', 'once');
  await redis.xadd(stream, `${inAnHour}-1`, 'j-1', 'read');
  await until(() => outcomesIn(heard).length === 1);
  network.down();
  // As a server does that has lost its last writes, or whose clock is behind.
  await redis.del(stream);
  await redis.xadd(stream, `${inAnHour}-0`, 'i', 'j-1', 'p', 'once');
  await redis.xadd(stream, `${inAnHour}-1`, 'j-2', 'new');
  network.up();
  await until(() => outcomesIn(heard).length === 2);
  expect(heard.filter(({ kind }) => kind === 'progress')).toHaveLength(1);
  expect(outcomesIn(heard)[1]).toEqual(['j-2', 'new', false]);
});

probe('of an executor that is gone only outcomes are kept', async (scene) => {
  const { redis, keys, writer } = await endsOf(scene);
  const report = (to: string): Promise<unknown> =>
    tell.send(redis, [keys.alive(to), keys.stream(to)], ['j-1', 'p', '1']);
  expect(await report(address)).toBe(1);
  expect(await report('gone')).toBe(0);
  await writer.write('j-1', 'told', { ...alone, replyTo: 'gone' });
  expect(await report('gone')).toBe(0);
  expect(await redis.xlen(keys.stream('gone'))).toBe(1);
});

probe('an ordinary job leaves nothing, and a stopped one leaves no request', async (scene) => {
  await scene.server();
  const cluster = scene.executor();
  expect(await cluster.submit(effects.quick, 'one')).toBe('one');
  const stopped = cluster.submit(effects.untilStopped, 'stopped');
  await scene.begun('stopped');
  stopped.cancel();
  await until(() => !stopped.running());
  await cluster.shutdown();
  await until(async () => (await scene.keys()).length === 0);
});
