/**
 * More machines than one: the same futures, by a queue. The queue is in this process, and so are the machines. With the URL of a Redis in
 * SKEIN_CLUSTER it is there, and other machines may join: `skein worker examples/tutorial/cluster-work.mjs --queue tutorial`.
 */
import { asCompleted, sleep } from 'skein';
import { ClusterExecutor, serveCluster } from 'skein/cluster';
import * as work from './cluster-work.mjs';
import { performIfProgram, say, watch } from './stage.ts';

export async function main(): Promise<void> {
  const where = { connection: process.env['SKEIN_CLUSTER'] ?? 'memory:', queue: 'tutorial' };

  // Each of these would be a program of its own, on a machine of its own.
  const machine = () => serveCluster(work, { ...where, executor: 'inline', concurrency: 2 });
  const servers = [await machine(), await machine()];
  const cluster = new ClusterExecutor(where);
  say('two machines take two jobs each at a time');

  // Only the name of the function travels, with its arguments. `submit()` returns a future as any other.
  const pictures = [400, 300, 200, 100].map((ms, n) =>
    watch(`picture ${n}`, cluster.submit(work.shrink, `picture ${n}`, ms)),
  );
  for await (const picture of asCompleted(pictures)) say(`has ${picture.result()}`);

  // A job with an id is there once. Any program can ask for it, also one that was started anew.
  const first = watch('report', cluster.submitWith({ id: 'of May' }, work.report));
  await sleep(50);
  const again = cluster.attach<string>('of May');
  say(`has ${await first}, and ${await again}: one job`);

  // Cancelled, it is asked to stop, on whatever machine it runs.
  const onProgress = (percent: number) => say(`the film is at ${percent} %`);
  const film = cluster.submitWith({ onProgress }, work.film);
  watch('film', film);
  await sleep(250);
  film.cancel('not needed');
  say(`has cancelled the film, which ${film.running() ? 'still runs' : 'does not run'}`);

  await cluster.shutdown();
  say(`the film ${film.running() ? 'still runs' : 'has stopped'}`);
  for (const server of servers) await server.close();
}

export const title = '8. Many machines';
await performIfProgram(import.meta.url, { title, main });
