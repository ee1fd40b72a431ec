/** Machines whose clocks differ from that of the server, by Debian's libfaketime. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import * as effects from './fixtures/effects.mjs';
import { endShared, lockMs, pause, probe, type Scene, until } from './scene.ts';

afterAll(endShared);

const library = findLibrary();

function findLibrary(): string | undefined {
  const folder = '/usr/lib';
  const found = readdirSync(folder)
    .map((machine) => join(folder, machine, 'faketime/libfaketime.so.1'))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  const text = 'libfaketime was not found (Debian: apt-get install faketime).';
  if (process.env['SKEIN_PROBES'] !== undefined) console.warn(`No probes of clocks: ${text}`);
  return undefined;
}

/** The environment of a program whose clock is ahead by so many seconds, or behind. */
function clock(seconds: number): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: library,
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}

function options(scene: Scene): object {
  const { url: connection } = scene.redis;
  return { connection, queue: scene.queue, lock: lockMs, concurrency: 4, executor: 'inline' };
}

for (const seconds of [20, -20]) {
  probe(
    `21. a worker whose clock is ${seconds} s off keeps its locks, and begins no job that waited too long`,
    async (scene) => {
      const worker = await scene.child('server.mjs', options(scene), clock(seconds));
      const cluster = scene.executor();
      const inTime = cluster.submitWith({ queueTimeout: 5000 }, effects.quick, 'in time');
      expect(await inTime).toBe('in time');
      // Another worker looks for locks that have run out.
      await scene.server();
      expect(await cluster.submit(effects.wait, 'long', 2 * lockMs)).toBe('long');
      expect(scene.count('begin', 'long')).toBe(1);
      expect(worker.errors()).toMatch(
        /The clock of this machine is \d+ ms (?:ahead of|behind) that of the server of the cluster/,
      );
    },
    { slow: true, skip: library === undefined },
  );

  probe(
    `21. an executor whose clock is ${3 * seconds} s off has its deadlines kept by the server's clock`,
    async (scene) => {
      const program = await scene.submitter({}, clock(3 * seconds));
      program.send({ name: 'quick', args: ['late'], settings: { queueTimeout: 60_000 } });
      await program.next();
      await pause(300);
      await scene.server();
      expect(await program.next()).toEqual({ done: 1 });
      await until(() => scene.count('begin', 'late') === 1);
    },
    { slow: true, skip: library === undefined },
  );

  probe(
    `21. a worker whose clock is ${3 * seconds} s off does not start`,
    async (scene) => {
      const worker = scene.spawn('server.mjs', options(scene), clock(3 * seconds));
      await worker.ended();
      expect(worker.errors()).toMatch(
        /`serveCluster\(\)` expected a clock that is right, but it differs by -?(?:59|60)\d{3} ms/,
      );
    },
    { slow: true, skip: library === undefined },
  );
}
