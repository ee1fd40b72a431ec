/** The rules of servers that need a network which fails in a certain way, and servers that take the place of others. */
import { ClusterExecutor, JobLostError } from 'skein/cluster';
import { WorkerLostError } from 'skein/executors';
import { afterAll, expect } from 'vitest';
import * as effects from './fixtures/effects.mjs';
import { Network } from './network.ts';
import { RedisServer } from './redis.ts';
import { endShared, lockMs, outcomeOf, pause, probe, type Scene, until } from './scene.ts';

afterAll(endShared);

async function networkOf(scene: Scene): Promise<Network> {
  const network = await Network.start(scene.redis.port);
  scene.atEnd(() => network.stop());
  return network;
}

probe(
  'R5. a worker that was cut off ends its run of an idempotent job, and tells no outcome of it',
  async (scene) => {
    const network = await networkOf(scene);
    const first = await scene.server({ connection: network.url });
    const cluster = scene.executor();
    const future = cluster.submitWith({ idempotent: true }, effects.untilStopped, 'again');
    await scene.begun('again');
    network.down();
    await scene.server();
    await scene.begun('again', 2);
    network.up();
    await until(() => scene.count('stopped', 'again') === 1);
    const [stopped] = scene.effects('again').filter(({ event }) => event === 'stopped');
    expect(stopped?.pid).toBe(first.pid);
    await pause(300);
    expect([future.done(), future.running()]).toEqual([false, true]);
    future.cancel();
    await until(() => scene.count('stopped', 'again') === 2);
  },
);

probe('R6. a job whose bytes arrive once more after it is over is not run again', async (scene) => {
  await scene.server();
  const network = await networkOf(scene);
  const cluster = scene.executor({ connection: network.url });
  await cluster.submit(effects.quick, 'before');
  network.holdsRequests = true;
  const late = cluster.submit(effects.quick, 'late');
  // The executor has waited for the confirmation, connects anew, and adds the job again.
  await pause(3100);
  network.cutClients();
  expect(await late).toBe('late');
  await pause(200);
  network.deliver();
  await pause(500);
  expect(await cluster.submit(effects.quick, 'after')).toBe('after');
  expect(scene.count('begin', 'late')).toBe(1);
});

probe(
  '30. a server whose last writes are lost, as another one takes its place, leaves no future that hangs',
  async (scene) => {
    const replica = await RedisServer.start({
      more: ['--replicaof', '127.0.0.1', String(scene.redis.port)],
    });
    scene.atEnd(() => replica.stop());
    const network = await networkOf(scene);
    await scene.server({ connection: network.url, concurrency: 2 });
    const cluster = scene.executor({ connection: network.url, sweep: 1000 });
    const runs = cluster.submit(effects.wait, 'runs', 1500);
    await scene.begun('runs');
    const kept = ['a', 'b', 'c'].map((tag) => cluster.submit(effects.wait, tag, 300));
    await pause(300);
    const admin = replica.connect();
    await admin.replicaof('NO', 'ONE');
    admin.disconnect();
    // These are confirmed by a server that is about to be lost.
    const lost = ['d', 'e', 'f'].map((tag) => cluster.submit(effects.wait, tag, 300));
    await pause(100);
    network.down();
    network.to = replica.port;
    await scene.redis.killed();
    network.up();
    const outcomes = await Promise.all([runs, ...kept, ...lost].map(outcomeOf));
    const right = ['runs', 'a', 'b', 'c', 'd', 'e', 'f'];
    const other = outcomes.filter(
      (each, n) =>
        each !== right[n] && !(each instanceof JobLostError) && !(each instanceof WorkerLostError),
    );
    expect(other).toEqual([]);
    expect(await cluster.submit(effects.quick, 'after')).toBe('after');
  },
  { own: {} },
);

probe(
  'a worker of BullMQ that takes no more jobs is replaced',
  async (scene) => {
    const network = await networkOf(scene);
    await scene.server({ connection: network.url });
    const cluster = scene.executor();
    expect(await cluster.submit(effects.quick, 'before')).toBe('before');
    network.freezesAt = 'stalled-check';
    await until(() => network.freezesAt === undefined);
    expect(await cluster.submit(effects.quick, 'after')).toBe('after');
    expect(scene.count('begin', 'after')).toBe(1);
  },
  { slow: true },
);

probe('a program ends while its executor has no jobs', async (scene) => {
  await scene.server();
  const program = await scene.submitter({}, { SKEIN_LEAVES: '1' });
  program.send({ name: 'quick', args: ['only'] });
  expect(await program.next()).toEqual({ submitted: 1 });
  expect(await program.next()).toEqual({ done: 1 });
  await program.ended();
  expect(program.exitCode).toBe(0);
});

probe('a program ends while its executor has no jobs and no server', async (scene) => {
  const program = await scene.submitter(
    { connection: 'redis://127.0.0.1:1' },
    { SKEIN_LEAVES: '1' },
  );
  program.send({ name: 'quick', args: ['never'], times: 0 });
  await program.ended();
  expect(program.exitCode).toBe(0);
});

probe('an executor without jobs connects again, and goes on', async (scene) => {
  await scene.server();
  const network = await networkOf(scene);
  const cluster = new ClusterExecutor({ connection: network.url, queue: scene.queue });
  expect(await cluster.submit(effects.quick, 'before')).toBe('before');
  network.down();
  await until(() => !cluster.statistics().connected);
  await pause(lockMs / 4);
  network.up();
  await until(() => cluster.statistics().connected);
  network.cut();
  expect(await cluster.submit(effects.quick, 'after')).toBe('after');
  await cluster.shutdown();
});
