/** The worker in Python that the guide shows. */
import { spawn, spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ClusterExecutor } from 'skein/cluster';
import { declareFunctions } from 'skein/executors';
import { expect, test } from 'vitest';
import { hasRedis, RedisServer } from './redis.ts';
import { outcomeOf } from './scene.ts';

const python = '/usr/bin/python3';
const hasPython = spawnSync(python, ['-c', 'import redis']).status === 0;
if (!hasPython) {
  const text = 'python3 with redis-py (Debian: python3-redis) was not found.';
  if (process.env['CI'])
    throw new Error(`CI=true demands the test of the worker in Python. ${text}`);
  console.warn(`The test of the worker in Python is skipped. ${text}`);
}

interface InPython {
  mean(numbers: readonly number[]): number;
  upper(text: string): string;
  missing(): void;
}

test.runIf(hasRedis && hasPython)('a worker in Python runs jobs of an executor', async () => {
  const redis = await RedisServer.start({ appendfsync: 'none' });
  const file = fileURLToPath(new URL('../../../examples/cluster/worker.py', import.meta.url));
  const worker = spawn(python, [file, redis.url, 'numbers'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const work = declareFunctions<InPython>('python:worker.py');
  const cluster = new ClusterExecutor({ connection: redis.url, queue: 'numbers', codec: 'json' });
  try {
    expect(await cluster.submit(work.mean, [1, 2, 6])).toBe(3);
    expect(await cluster.submit(work.upper, 'größe')).toBe('GRÖSSE');
    const named = cluster.submitWith({ id: 'once' }, work.upper, 'a');
    expect([await named, await cluster.attach('once')]).toEqual(['A', 'A']);
    expect(await outcomeOf(cluster.submit(work.mean, []))).toMatchObject({
      name: 'ZeroDivisionError',
      message: 'division by zero',
    });
    expect(await outcomeOf(cluster.submit(work.missing))).toMatchObject({ name: 'KeyError' });
    const bad = await outcomeOf(cluster.submit(work.upper, new Date() as never));
    expect(String(bad)).toMatch(/leave `codec: 'json'` out/);
  } finally {
    await cluster.shutdown({ cancelRunning: true, wait: false });
    worker.kill('SIGKILL');
    await redis.stop();
  }
});
