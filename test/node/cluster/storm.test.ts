/**
 * Many jobs, while everything fails in turn: workers are killed and stand still, the server is killed and comes again, connections are cut,
 * and what the server says is dropped. 600 jobs; 10,000 with `npm run probes`.
 */
import { CancelledError } from 'skein';
import { WorkerLostError } from 'skein/executors';
import { expect } from 'vitest';
import * as effects from './fixtures/effects.mjs';
import { Network } from './network.ts';
import { type Child, lockMs, outcomeOf, pause, probe, type Scene } from './scene.ts';

const isLong = process.env['SKEIN_PROBES'] !== undefined;
const total = isLong ? 10_000 : 600;
const workers = isLong ? 4 : 2;

const isNamed = (n: number): boolean => n % 4 >= 2;

type Failure = (scene: Scene, network: Network, children: Child[]) => Promise<void>;

const failures: readonly Failure[] = [
  async (scene, _network, children) => {
    await children.shift()?.kill();
    children.push(await scene.server({ concurrency: 10 }));
  },
  async (_scene, _network, children) => {
    const [child] = children;
    child?.signal('SIGSTOP');
    await pause(1.5 * lockMs);
    child?.signal('SIGCONT');
  },
  async (scene) => {
    await scene.redis.killed();
    await pause(300);
    await scene.redis.start();
  },
  async (_scene, network) => network.cut(),
  async (_scene, network) => {
    network.dropsReplies = true;
    await pause(200);
    network.cut();
    network.dropsReplies = false;
  },
];

for (const appendfsync of isLong ? (['always', 'everysec'] as const) : (['always'] as const)) {
  probe(
    `storm: every future settles, and no ordinary job begins twice (${appendfsync})`,
    async (scene) => {
      const network = await Network.start(scene.redis.port);
      scene.atEnd(() => network.stop());
      const children: Child[] = [];
      for (let n = 0; n < workers; n++) children.push(await scene.server({ concurrency: 10 }));
      const cluster = scene.executor({ connection: network.url, sweep: 1000 });
      const outcomes: Promise<unknown>[] = [];
      let isOver = false;
      const failing = (async () => {
        for (let n = 0; !isOver; n++) {
          await failures[n % failures.length]?.(scene, network, children);
          await pause(isLong ? 1000 : 200);
        }
      })();
      for (let n = 0; n < total; n++) {
        const id = isNamed(n) ? { id: `job${n}` } : {};
        const options = n % 2 === 0 ? id : { ...id, idempotent: true, retries: 20 };
        const future = cluster.submitWith(options, effects.wait, `job${n}`, n % 20);
        outcomes.push(outcomeOf(future));
        if (n % 10 === 9) setTimeout(() => future.cancel(), n % 100);
        if (n % 50 === 49) await pause(isLong ? 100 : 300);
      }
      // The storm is over: whatever is still open has to settle.
      isOver = true;
      await failing;
      const settled = await Promise.all(outcomes);
      const count = (test: (outcome: unknown, n: number) => boolean): number =>
        settled.filter(test).length;
      const done = count((outcome, n) => outcome === `job${n}`);
      const lost = count((outcome) => outcome instanceof WorkerLostError);
      const cancelled = count((outcome) => outcome instanceof CancelledError);
      expect({ done, lost, cancelled, other: total - done - lost - cancelled }).toMatchObject({
        other: 0,
      });
      expect(
        settled.filter((outcome, n) => n % 2 === 1 && outcome instanceof WorkerLostError),
      ).toEqual([]);
      const begins = new Map<string, number>();
      for (const { event, tag } of scene.effects()) {
        if (event === 'begin') begins.set(tag, (begins.get(tag) ?? 0) + 1);
      }
      const twice = [...begins].filter(
        ([tag, times]) => times > 1 && Number(tag.slice(3)) % 2 === 0,
      );
      expect(twice).toEqual([]);
      // Whoever asks later for a job by its id is told the same.
      const named = settled.flatMap((outcome, n) =>
        isNamed(n) && outcome === `job${n}` ? [n] : [],
      );
      const asked = named.slice(-500).map((n) => outcomeOf(cluster.attach(`job${n}`)));
      expect(await Promise.all(asked)).toEqual(named.slice(-500).map((n) => `job${n}`));
    },
    { own: { appendfsync }, timeoutMs: isLong ? 900_000 : 120_000 },
  );
}
