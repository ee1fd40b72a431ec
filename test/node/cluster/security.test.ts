/** What comes from a server may have been written by anyone. From the sources, as far as no server takes part. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import fc from 'fast-check';
import { type ClusterConnection, ClusterExecutor, serveCluster } from 'skein/cluster';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode, encode } from '../../../src/cluster/codec.ts';
import type { WireData } from '../../../src/cluster/engine.ts';
import { loadPeers, openRedis } from '../../../src/cluster/redis/connection.ts';
import { checkData, Refused, Wire } from '../../../src/cluster/wire.ts';
import * as effects from './fixtures/effects.mjs';
import { hasRedis, RedisServer } from './redis.ts';
import { endShared, outcomeOf, probe, until } from './scene.ts';

afterAll(endShared);

const values = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withBoxedValues: true,
});

function copied(value: unknown): unknown {
  try {
    return { value: structuredClone(value) };
  } catch {
    return undefined;
  }
}

describe('a value as text', () => {
  test('comes back as `structuredClone()` copies it', () => {
    fc.assert(
      fc.property(values, (value) => {
        const copy = copied(value) as { value: unknown } | undefined;
        if (copy !== undefined) expect(decode(encode(value))).toStrictEqual(copy.value);
      }),
      { numRuns: 500 },
    );
  });

  test('is JSON where that carries it', () => {
    expect(encode({ a: [1, 'x', null, true] })).toBe('{"a":[1,"x",null,true]}');
    expect(encode([undefined])).toBe('#[["array",1],["undefined"]]');
    expect(() => encode(new Map(), true)).toThrow("leave `codec: 'json'` out");
  });

  test('keeps circles, what occurs twice, errors and what is in no order', () => {
    const shared = { n: 1 };
    const circle: Record<string, unknown> = {
      list: [shared, shared],
      when: new Date(0),
      none: Number.NaN,
    };
    circle['self'] = circle;
    const back = decode(encode(circle)) as typeof circle;
    expect(back['self']).toBe(back);
    const [one, two] = back['list'] as object[];
    expect(one).toBe(two);
    expect([back['when'], back['none']]).toEqual([new Date(0), Number.NaN]);
    const error = decode(
      encode(new RangeError('no', { cause: new TypeError('because') })),
    ) as Error;
    expect([error, error.cause]).toEqual([new RangeError('no'), new TypeError('because')]);
    const buffer = new Uint8Array([1, 2, 3]).buffer;
    const [view, whole] = decode(encode([new Uint8Array(buffer, 1, 2), buffer])) as [
      Uint8Array,
      ArrayBuffer,
    ];
    expect([...view]).toEqual([2, 3]);
    expect(view.buffer).toBe(whole);
  });

  test('makes no code, no class of its own, and reaches no prototype', () => {
    const error = decode('#[["error","eval","alert(1)",null]]');
    expect([Object.getPrototypeOf(error), (error as Error).name]).toEqual([
      Error.prototype,
      'eval',
    ]);
    const object = decode(
      '#[["object","__proto__",1,"constructor",2],["object","polluted",2],"x"]',
    ) as object;
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor']);
    const plain = decode('{"__proto__":{"polluted":1}}') as object;
    expect(Object.keys(plain)).toEqual(['__proto__']);
    expect('polluted' in {}).toBe(false);
  });

  test('that is nested too deep is refused before it is read', () => {
    for (const deep of ['['.repeat(10_000) + ']'.repeat(10_000), `#[${'['.repeat(10_000)}`]) {
      expect(() => decode(deep)).toThrow(/nested more than 1100 deep/);
    }
    expect(decode(JSON.stringify('[{'.repeat(5000)))).toHaveLength(10_000);
  });

  test('of any other form is an error, and nothing else', () => {
    const kinds = [
      'undefined',
      'bigint',
      'number',
      'object',
      'array',
      'sparse',
      'map',
      'set',
      'date',
      'regexp',
      'bytes',
      'view',
      'error',
      'boxed',
      'other',
    ];
    const part = fc.oneof(
      fc.integer({ min: -2, max: 6 }),
      fc.string(),
      fc.constantFrom('__proto__', 'Uint8Array', null, true),
      fc.double(),
    );
    const node = fc.oneof(
      part,
      fc.tuple(fc.constantFrom(...kinds), part, part, part, part),
      fc.array(part),
      fc.object({ maxDepth: 1 }),
    );
    const before = Object.getOwnPropertyNames(Object.prototype);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(node).map((nodes) => `#${JSON.stringify(nodes)}`),
          fc.json(),
        ),
        (text) => {
          try {
            decode(text);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect(['SyntaxError', 'TypeError', 'RangeError']).toContain((error as Error).name);
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});

describe('a signature', () => {
  const options = { onlyJson: false, maxPayload: 1000 };
  const [old, fresh] = ['an old secret, long', 'a fresh secret, long'];
  const data: WireData = { v: 1, args: '[1]', replyTo: 'me', submittedAt: 1, keep: 1000 };
  const signer = new Wire({ ...options, secrets: [old] });
  const signed = signer.signData('j-1', 'add', data);

  test('is asked for with a secret, and is over all that a server acts on', () => {
    const reader = new Wire({ ...options, secrets: [fresh, old] });
    expect(() => reader.checkData('j-1', 'add', signed)).not.toThrow();
    const forged: [string, string, WireData][] = [
      ['j-2', 'add', signed],
      ['j-1', 'sub', signed],
      ['j-1', 'add', data],
      ['j-1', 'add', { ...signed, args: '[2]' }],
      ['j-1', 'add', { ...signed, retries: 5 }],
      ['j-1', 'add', { ...signed, replyTo: 'other' }],
      ['j-1', 'add', { ...signed, headers: { traceparent: '00' } }],
      ['j-1', 'add', { ...signed, signature: 'x' }],
    ];
    for (const [id, name, each] of forged)
      expect(() => reader.checkData(id, name, each)).toThrow(Refused);
    expect(() =>
      new Wire({ ...options, secrets: [fresh] }).checkData('j-1', 'add', signed),
    ).toThrow(/signature of the job is wrong/);
    expect(() =>
      new Wire({ ...options, secrets: [] }).checkData('j-1', 'add', signed),
    ).not.toThrow();
  });

  test('of an outcome is over its job and its kind', () => {
    const outcome = signer.writeOutcome('j-1', 'the result', { kind: 'returned', value: 5 });
    expect(signer.readOutcome('j-1', outcome)).toEqual({ kind: 'returned', value: 5 });
    expect(() => signer.readOutcome('j-2', outcome)).toThrow(Refused);
    expect(() => signer.readOutcome('j-1', outcome.replace('returned', 'threw'))).toThrow(Refused);
    expect(() => signer.readOutcome('j-1', '["returned","5"]')).toThrow(/is not signed/);
  });

  test('or not: what is no job or no outcome is refused', () => {
    const wire = new Wire({ ...options, secrets: [] });
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          checkData(value);
        } catch (error) {
          expect(error).toBeInstanceOf(Refused);
        }
      }),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc
            .tuple(fc.constantFrom('returned', 'threw', 'cancelled'), fc.json())
            .map((parts) => JSON.stringify(parts)),
        ),
        (text) => {
          try {
            wire.readOutcome('j-1', text);
          } catch (error) {
            expect(error).toBeInstanceOf(Refused);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a server', () => {
  probe(
    '27. refuses jobs that no executor has written, with an outcome, and goes on',
    async (scene) => {
      await scene.server();
      const queue = new Queue('jobs', {
        connection: { port: scene.redis.port },
        prefix: `{skein:${scene.queue}}`,
      });
      scene.atEnd(() => queue.close());
      const data = { v: 1, args: '["x"]', replyTo: 'nobody', submittedAt: 0, keep: 60_000 };
      const deep = '['.repeat(10_000) + ']'.repeat(10_000);
      const forged: [string, object | null, RegExp][] = [
        ['constructor', data, /the function `constructor`/],
        ['__proto__', data, /the function `__proto__`/],
        ['quick', null, /refused `quick`: its data is null/],
        ['quick', {}, /refused `quick`: `args` of its data is undefined/],
        ['quick', { ...data, args: deep }, /its arguments cannot be read: .*nested/],
        ['quick', { ...data, args: '{"__proto__":[]}' }, /its arguments are no list/],
        ['quick', { ...data, args: '#[["other"]]' }, /of no known kind/],
        ['quick', { ...data, v: 99 }, /its format 99 is newer/],
        ['quick', { ...data, retries: 'many' }, /`retries` of its data is .*many/],
        ['quick', { ...data, keep: 1e300 }, /`keep` of its data is 1e\+300/],
        ['quick', { ...data, timeout: -1 }, /`timeout` of its data is -1/],
        ['quick', { ...data, retry: { attempts: 'x' } }, /`retry` of its data is /],
        ['unknown', { ...data, submittedAt: 1e15 }, /the function `unknown`/],
        ['quick', { ...data, chunked: true }, /on non-object/],
      ];
      const admin = scene.redis.connect();
      scene.atEnd(async () => admin.disconnect());
      for (const [at, [name, each, text]] of forged.entries()) {
        await queue.add(name, each, { jobId: `j-${at}x`, priority: 1, removeOnComplete: true });
        const key = `{skein:${scene.queue}}:o:j-${at}x`;
        await until(async () => (await admin.exists(key)) === 1);
        expect(await admin.get(key)).toMatch(text);
      }
      expect(scene.effects()).toEqual([]);
      // Keys of other kinds than ours, and a job that is no job of BullMQ.
      const base = `{skein:${scene.queue}}`;
      for (const key of ['o:n-odd', 'r:odd', 'w:n-odd', 's:n-odd', 'b:n-odd']) {
        await admin.rpush(`${base}:${key}`, 'x');
      }
      await queue.add('quick', { ...data, replyTo: 'odd' }, { jobId: 'n-odd', priority: 1 });
      await admin.hset(`${base}:jobs:j-raw`, 'data', '{', 'name', 'quick', 'opts', '[');
      await admin.zadd(`${base}:jobs:prioritized`, 0, 'j-raw');
      await admin.publish(`${base}:control`, 'x');
      await admin.publish(`${base}:control`, JSON.stringify({ stop: { a: 1 }, ask: [], runs: 1 }));
      const cluster = scene.executor();
      expect(await cluster.submit(effects.quick, 'fine')).toBe('fine');
      expect(await cluster.submitWith({ id: 'odd' }, effects.quick, 'odd')).toBeOneOf(['x', 'odd']);
    },
  );

  probe('27. with a secret runs what is signed with it, and nothing else', async (scene) => {
    const secret = 'a secret of the test';
    await scene.server({ secret: ['a newer secret of it', secret] });
    const error = await outcomeOf(scene.executor().submit(effects.quick, 'unsigned'));
    expect(String(error)).toMatch(
      /refused `quick`: the job is not signed; give both sides the same `secret`/,
    );
    const wrong = await outcomeOf(
      scene.executor({ secret: 'another secret, wrong' }).submit(effects.quick, 'wrong'),
    );
    expect(String(wrong)).toMatch(/the signature of its outcome is wrong/);
    expect(scene.effects()).toEqual([]);
    const both = ['a newer secret of it', secret];
    expect(await scene.executor({ secret: both }).submit(effects.quick, 'signed')).toBe('signed');
  });
});

describe.runIf(hasRedis)('the server', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.stop());

  async function runs(connection: ClusterConnection, queue: string): Promise<void> {
    const where = { connection, queue };
    await using server = await serveCluster(effects, { ...where, executor: 'inline' });
    await using cluster = new ClusterExecutor(where);
    expect(await cluster.submit(effects.lengthOf, 'four')).toBe(4);
    const delayed = cluster.submitWith({ delay: 60_000 }, effects.lengthOf, 'x');
    await new Promise((resolve) => setTimeout(resolve, 100));
    delayed.cancel();
    await until(() => cluster.statistics().pending === 0);
    expect(server.statistics().done).toBe(1);
  }

  test('lets a user of one queue in, by the line of the guide, and to no other keys', async () => {
    const guide = readFileSync(
      new URL('../../../docs/guides/many-machines.md', import.meta.url),
      'utf8',
    );
    const line = /^ACL (SETUSER .*)$/m.exec(guide)?.[1]?.split(' ') as string[];
    const admin = redis.connect();
    await admin.call('ACL', ...line);
    const [, user, , password] = line as [string, string, string, string];
    const connection = `redis://${user}:${password.slice(1)}@127.0.0.1:${redis.port}`;
    await runs(connection, 'mail');
    const cluster = new ClusterExecutor({ connection, queue: 'other', offline: 5000 });
    expect(String(await outcomeOf(cluster.submit(effects.lengthOf, 'four')))).toMatch(/NOPERM/);
    await cluster.shutdown();
    admin.disconnect();
  });

  test('may end a connection with two errors, as by TLS, and the program goes on', async () => {
    const { Redis } = await loadPeers();
    const client = openRedis(Redis, { host: '127.0.0.1', port: redis.port }, { lazyConnect: true });
    const told: unknown[] = [];
    client.on('error', (error) => told.push(error));
    for (const each of [client, client.duplicate()]) {
      each.on('error', () => {});
      await each.connect();
      each.stream.emit('error', new Error('the certificate is not trusted'));
      // A second error that no listener hears is thrown here.
      each.stream.emit('error', new Error('an alert of the server'));
      each.disconnect();
    }
    expect(told).toEqual([new Error('the certificate is not trusted')]);
  });

  test('is reached by TLS, if its certificate is good', async () => {
    const { folder } = redis;
    const openssl = (...args: string[]) =>
      execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
    const subject = ['-subj', '/CN=test', '-addext', 'subjectAltName=IP:127.0.0.1'];
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key.pem',
      '-out',
      'cert.pem',
      '-days',
      '2',
      ...subject,
    );
    const file = (name: string) => join(folder, name);
    const secure = new RedisServer({
      more: [
        '--tls-cert-file',
        file('cert.pem'),
        '--tls-key-file',
        file('key.pem'),
        '--tls-ca-cert-file',
        file('cert.pem'),
        '--tls-auth-clients',
        'no',
      ],
    });
    await secure.startWithTls();
    const ca = readFileSync(file('cert.pem'));
    await runs({ host: '127.0.0.1', port: secure.tlsPort, tls: { ca } }, 'secure');
    const where = { connection: `rediss://127.0.0.1:${secure.tlsPort}`, queue: 'secure' };
    const cluster = new ClusterExecutor(where);
    expect(String(await outcomeOf(cluster.submit(effects.lengthOf, 'four')))).toMatch(
      /^BrokenExecutor: This ClusterExecutor cannot use its server: .*self-signed certificate/,
    );
    await cluster.shutdown();
    await expect(serveCluster(effects, { ...where, executor: 'inline' })).rejects.toThrow(
      /expected a server at rediss:\/\/127.*, but .*self-signed certificate\. Start one, or correct/,
    );
    await secure.stop();
  });
});
